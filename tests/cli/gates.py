"""Captures of one IKE SA as a policy wants it, and of one as it does not: what a gate lets pass, and what it stops.

`gates.csv` says of each policy what was agreed: transforms as type, id and key bits, of the IKE SA and of its child SA;
the authentication method (14 is a signature by ML-DSA-87); the port. `breaks` are those of the IKE SA that it objects
to, and `verdict` is its answer. `unseen` is what it asks for and such an SA does not show, opened or not: PFS before a
later child SA, lifetimes ever.
"""

import csv
from pathlib import Path

from tests.capture.packets import HOST_A, HOST_B, ethernet, ipv4, pcap, udp
from tests.negotiation.build import CREATE_CHILD_SA, IKE_AUTH, SPI_I, SPI_R, init_answer, init_request
from tests.negotiation.keyed import auth, child_offer, child_request, identity
from tests.negotiation.sealer import Sealer

with Path(__file__).with_name("gates.csv").open(encoding="utf-8", newline="") as _file:
    GATES = {row["policy"]: row for row in csv.DictReader(_file)}
_NAMES = {
    20: ("AES-GCM-{} with 16 octet ICV [RFC5282]", "NONE [RFC4306]"),
    12: ("AES-CBC-{} [RFC3602]", "HMAC_SHA2_384_192 [RFC4868]"),
}
_ML_DSA_87 = bytes.fromhex("0d300b0609608648016503040313") + bytes(4627)  # RFC 7427 3: the algorithm before the value


def transforms(text: str) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(map(int, one.split(":"))) for one in text.split())


def meeting(policy: str, folder: Path, *, later: bool = False) -> tuple[Path, Path]:
    """The capture that meets it, and its keys. later: it has one more child SA, without a key exchange of its own."""
    row = GATES[policy]
    suite = transforms(row["meets"])
    sealer = Sealer(policy, suite)
    child = transforms(row["child"])
    method = auth(14, _ML_DSA_87) if row["auth"] == "14" else auth(int(row["auth"]))
    asked = identity(True, "client"), method, *child_offer(b"\1\1\1\1", child)
    answered = identity(False, "server"), method, *child_offer(b"\2\2\2\2", child)
    sent = [*_begun(suite), sealer.seal(IKE_AUTH, *asked)]
    sent.append(sealer.seal(IKE_AUTH, *answered, initiator=False, response=True))
    if later:
        sent.append(sealer.seal(CREATE_CHILD_SA, *child_request(b"\3\3\3\3", child), mid=2))
        reply = child_request(b"\4\4\4\4", child)
        sent.append(sealer.seal(CREATE_CHILD_SA, *reply, initiator=False, response=True, mid=2))
    keys = folder / "keys"
    made = sealer.row()
    secrets = (key.hex() for key in (made.sk_ei, made.sk_er, made.sk_ai, made.sk_ar))
    ei, er, ai, ar = secrets
    encryption, integrity = (name.format(suite[0][2]) for name in _NAMES[suite[0][1]])
    keys.write_text(f'{SPI_I},{SPI_R},{ei},{er},"{encryption}",{ai},{ar},"{integrity}"\n', "utf-8")
    return _written(sent, int(row["port"]), folder / "meets.pcap"), keys


def breaking(policy: str, folder: Path) -> tuple[str | Path, ...]:
    """The capture that breaks it, as words of a command line: with keys where what breaks it is encrypted."""
    row = GATES[policy]
    if row["breaks"] == "no PFS":
        capture, keys = meeting(policy, folder, later=True)
        return capture, "--keys", keys
    return (_broken(row, folder),)


def _broken(row: dict[str, str], folder: Path) -> Path:
    return _written(_begun(transforms(row["breaks"])), int(row["port"]), folder / "breaks.pcap")


def _begun(suite: tuple[tuple[int, ...], ...]) -> list[bytes]:
    group = next(number for kind, number, *_ in suite if kind == 4)
    return [init_request(suite, group=group), init_answer(suite, group=group)]


def _written(messages: list[bytes], port: int, path: Path) -> Path:
    frames = []
    for place, message in enumerate(messages):
        ends = (HOST_A, HOST_B) if place % 2 == 0 else (HOST_B, HOST_A)
        data = (bytes(4) if port == 4500 else b"") + message
        frames.append(ethernet(ipv4(17, udp(port, port, data), *ends)))
    path.write_bytes(pcap(frames))
    return path
