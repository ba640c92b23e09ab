"""Clients take each other's place."""

from analyzer.assessment.case import Case, frames
from analyzer.assessment.model import Diagnosis, Explanation
from analyzer.assessment.scene import first_step
from analyzer.assessment.traits import Trait
from analyzer.negotiation.model import Negotiation

ABOUT = Explanation(
    id="clients-displaced",
    kind="diagnosis",
    title="Clients take each other's place",
    what="The responder deletes one client's SA while it lets another client in, and the first one comes back.",
    why=(
        "Two clients use the same identity (a copied configuration or certificate), and the responder allows one SA "
        "for each identity."
    ),
    wire=(
        "A Delete from the responder to one client between the IKE_AUTH request and the answer of another client, then "
        "the same the other way round."
    ),
    lookalikes=(
        "A client that switches back and forth between two addresses. A Delete for another reason may fall into that "
        "moment by chance: nothing is reported unless the first client comes back."
    ),
    advice=(
        "Give each client an identity of its own (name, certificate). A responder can keep several SAs of one identity "
        "(uniqueids), but then neither distinguishes its clients nor notices a stolen one."
    ),
    references=("RFC 7296 2.4",),
)
NEEDS = (Trait.ESTABLISHED,)

MOST = 8  # SAs of a row that are listed on either side


def diagnose(case: Case) -> Diagnosis | None:
    """The SA is in a row in which an address comes back after another took its place."""
    if not case.established:
        return None
    row = _row(case)
    hosts = [n.initiator_ip for n in row]
    if not any(a == b for a, b in zip(hosts, hosts[2:], strict=False)):
        return None
    named = {i.text for n in row for i in n.identities if i.from_initiator}
    same = f", all as {named.pop()}" if len(named) == 1 else ""
    listed = ", ".join(f"{n.initiator_ip} (negotiation {n.number})" for n in row)
    detail = f"{listed}: one displaces the other at {case.n.responder_ip}{same}."
    shown = frames(*(first_step(n) for n in row))
    return case.diagnosis(ABOUT, "likely", shown, detail, "times of Deletes and of IKE_AUTH")


def _row(case: Case) -> list[Negotiation]:
    """The SAs of which one displaced the other, this one among them."""
    after, before = case.scene.displaced
    row = [case.n]
    while row[0].number in before and len(row) < MOST:
        row.insert(0, before[row[0].number])
    while row[-1].number in after and len(row) < 2 * MOST:
        row.append(after[row[-1].number])
    return row
