"""implementations.md: how often peers are named rightly, what looks the same, and what is known of whom."""

from collections.abc import Iterator

from analyzer.cli.explained.implementations import KIND
from tests.conftest import FIXTURES
from tests.fingerprints import Row, folder, table

from .markdown import WRITTEN, plain
from .markdown import table as markdown_table

MEASURED = """of 179 sides in the lab's first recordings 163 say enough, and 162 of those are named rightly (IKEv1 36
of 37, IKEv2 126 of 126); of 109 in later ones, of other situations, 95 say enough and 94 are (17 of 17, 77 of 78). The
two others are a message that a script made up, and a scanner that the record of its capture calls by the name of the
host's daemon. No daemon has a wrong name, and no range of versions leaves out the one that ran. All of these are
recordings of few daemons, made on one kind of machine: they show that the rows hold, not how others fare."""
HEADS = (
    "IKE",
    "Daemon",
    "Version",
    "Side",
    "Sides",
    "Say enough",
    "Of these named rightly",
    "All named rightly",
    "Wrong",
)


def page() -> Iterator[str]:
    """implementations.md."""
    yield WRITTEN
    yield """# Implementations

What a peer looks like: the table [`implementations`](../tables.md#implementations), and in one line the columns
`initiator_implementation` and `responder_implementation` of `negotiations`. *Consistent with* a name says that the peer
sends what that implementation sends. It never says that it is it.

## How a name comes about

1. A vendor ID that names a product (`vendor-id`), the order of vendor IDs in IKEv1 (`vendor-id-order`) and the order of
   payloads and notifies in IKE_SA_INIT (`message-order`) each name candidates. Those that all of them name are left;
   where they contradict each other there is no name.
2. How the offer is written drops whoever writes otherwise: the order of attributes in an IKEv1 transform, the order of
   transform types in IKEv2. Programs whose offers are always the same are named by them alone (`offer`).
3. Only where nothing else speaks, the times of retransmissions do (`retransmission-times`): at least three gaps.
4. Versions are those that can send all of it. A notify that a version was the first to send sets the least one;
   there is seldom a last one, since what is new can be switched off.
5. An IKE SA that replaces another has its peers (`continued-sa`). Otherwise an address stands for its peer
   (`other-negotiation`), where it always shows the same, is behind no NAT, and said nothing here that could be known.

Several rows for one side are candidates that send the same bytes. `likely` is the most that a name can be: anybody can
send them. `explain strongSwan` says by what one is known and how that is known; `explain implementations` lists all.

## How often it is right

Of the [fixtures](fixtures.md), of which it is known what each side was. A side is one end of one negotiation that
sent something. It *says enough* where a message of it that begins an IKE SA was captured in clear and whole: an SA
payload, in IKEv2 with a nonce. A refusal, a message that the snap length cut, and an SA of which only the encrypted
part was captured do not. Wrong is a name without the daemon among its candidates, and a range of versions that leaves
out the daemon's.
"""
    yield from markdown_table(HEADS, ([*row.group, *map(str, _numbers(row))] for row in table(folder(FIXTURES))))
    yield (
        """The same count over other recordings of the same daemons and versions, which are not part of the project
(`python -m tests.fingerprints FOLDER` counts any folder): """
        + MEASURED
        + """

That is the accuracy for strongSwan 5.9 to 6.1, libreswan 4.10, OpenIKED 7.2, vpnc 0.5 and ike-scan 1.9. The other names
below are from public sources, published captures and logs: nobody has counted how often they are right.

## What looks the same

- Forks and products that contain a daemon send what it sends: many gateways and apps have strongSwan inside.
- libreswan can be configured to send strongSwan's vendor ID; its notifies contradict it, so there is no name.
- Cisco's products share vendor IDs: the order of them says which family, no more.
- Refusals, COOKIEs and INVALID_KE_PAYLOAD alone are the same from everybody.
- A NAT, a load balancer or a cluster shows several peers under one address.
- An update changes what is sent: a version newer than these rows may have no name.

## Who is known

By what each implementation is known, as `isakmp-analyzer explain implementations` prints it. Vendor IDs that name a
product by themselves are in the table [`vendor_ids`](../tables.md#vendor_ids) of a capture.
"""
    )
    yield from markdown_table(("Implementation", "Known by"), ((plain(n), what) for n, what in KIND.words().items()))


def _numbers(row: Row) -> tuple[object, ...]:
    part = f"{row.right_of_enough} ({row.right_of_enough / row.enough:.1%})" if row.enough else "-"
    return row.sides, row.enough, part, row.right, row.wrong
