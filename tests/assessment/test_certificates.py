from ipaddress import ip_address

from cryptography import x509

from analyzer.assessment.certificates import objections, outside_validity, shown
from analyzer.isakmp.payloads.identification import identity_text
from analyzer.negotiation.seen import SeenCertificate, SeenIdentity
from tests.assessment.assessed import assess
from tests.assessment.authority import asked, certificate, name, sent
from tests.assessment.build import Talk, healthy
from tests.fixtures.cases import cases
from tests.negotiation.recorded import read_story


def held(*seen: SeenCertificate, identity: tuple[int, str] | None = (2, "i.example"), version: int = 2) -> list[str]:
    """What the responder may hold against the initiator's certificates."""
    talk = Talk(version=version)
    talk.n.certificates = seen
    if identity is not None:
        talk.n.identities.append(SeenIdentity(3, True, *identity))
    return [o.text for o in objections(talk.n, to_initiator=True)]


def test_a_certificate_counts_once_and_for_its_side() -> None:
    talk, one = Talk(), certificate()
    talk.n.certificates = (sent(one), sent(one, frame=5), sent(one, initiator=False, frame=6), sent(b"no certificate"))
    assert [(c.frame_number, c.side, c.name) for c in shown(talk.n)] == [
        (3, "initiator", "CN=i.example"),
        (6, "responder", "CN=i.example"),
    ]


def test_validity_is_held_against_the_time_of_the_frame() -> None:
    talk = Talk()
    talk.n.certificates = tuple(sent(certificate(), day=day, initiator=day > 0) for day in (-2, 2))
    early, late = shown(talk.n)
    assert outside_validity(early) == "is valid from 1979-12-29 00:00:00 UTC on and was sent on 1979-12-28 00:00:00 UTC"
    assert outside_validity(late) == "expired on 1979-12-31 00:00:00 UTC and was sent on 1980-01-01 00:00:00 UTC"
    assert outside_validity(late._replace(at=None)) is None
    (text,) = held(sent(certificate(), day=2))
    assert text.startswith("The certificate CN=i.example of the initiator expired on 1979-12-31 00:00:00 UTC and was")


def test_a_good_certificate_is_not_objected_to() -> None:
    assert held(sent(certificate())) == []
    assert held(sent(certificate()), identity=None) == []


def test_the_identity_has_to_be_in_the_certificate() -> None:
    assert held(sent(certificate()), identity=(2, "other.example")) == [
        (
            "The initiator claims the identity other.example, and its certificate is for CN=i.example with "
            "DNSName:i.example."
        )
    ]
    address = (x509.IPAddress(ip_address("2001:db8::1")),)
    assert held(sent(certificate(alternative_names=address)), identity=(5, "2001:db8::1")) == []
    assert len(held(sent(certificate(alternative_names=address)), identity=(1, "192.0.2.1"))) == 1
    assert held(sent(certificate(alternative_names=())), identity=(3, "i@example"))[0].endswith("with no other names.")
    assert held(sent(certificate(alternative_names=())), identity=(11, "6b6579")) == []  # a key ID confirms nothing


def test_what_the_initiator_asks_for_is_no_word_of_the_responder() -> None:
    talk = healthy()
    request, answer = talk.n.exchanges[1].steps[:2]
    talk.n.certificates = (sent(certificate("r"), initiator=False, frame=answer.frame_number),)
    talk.n.identities.append(SeenIdentity(request.frame_number, False, 2, "r.example"))
    assert list(objections(talk.n, to_initiator=False)) == []
    talk.n.identities.append(SeenIdentity(answer.frame_number, False, 2, "r.example"))
    assert len(list(objections(talk.n, to_initiator=False))) == 1


def test_wildcards_are_left_to_the_peer() -> None:
    assert held(sent(certificate(alternative_names=(x509.DNSName("*.example"),)))) == []


def test_a_distinguished_name_is_compared_as_a_whole() -> None:
    text = identity_text(9, name("i.example").public_bytes())
    assert held(sent(certificate()), identity=(9, text)) == []
    other = identity_text(9, name("x.example").public_bytes())
    assert len(held(sent(certificate()), identity=(9, other))) == 1


def test_only_the_first_certificate_proves_the_identity() -> None:
    chain = sent(certificate()), sent(certificate("CA", "Root", alternative_names=()))
    assert held(*chain) == []


def test_ikev1_names_the_authorities_it_asks_for() -> None:
    mine = sent(certificate())
    assert held(mine, asked("CA"), version=1) == []
    assert held(mine, asked("Other"), version=1) == [
        "The certificate of the initiator comes from CN=CA; the other side asks for CN=Other."
    ]
    assert held(mine, asked("Other"), asked(None), version=1) == []  # any authority will do
    assert held(mine, asked("Other", initiator=True), version=1) == []  # its own wish
    chain = sent(certificate("CA", "Other", alternative_names=()))
    assert held(mine, chain, asked("Other"), version=1) == []
    assert held(mine, asked("Other")) == []  # IKEv2 sends hashes of keys


def test_a_recording_of_a_weak_certificate() -> None:
    case = next(c for c in cases() if c.name == "ikev2-cert-weak")
    found = {f.finding: f for f in assess(read_story(case.capture, case.keys)).findings}
    assert found["weak-certificate-key"].detail.startswith("Of the initiator: RSA with 1024 bits.")
    assert found["weak-certificate-signature"].detail.startswith("Of the initiator: signed with sha1 by CN=Lab Root CA")
    assert found["weak-certificate-key"].evidence_frames == found["weak-certificate-signature"].evidence_frames == (8,)
    shut = {f.finding for f in assess(read_story(case.capture)).findings}
    assert not shut & {"weak-certificate-key", "weak-certificate-signature"}
