from tests.assessment.build import Talk, found, main_mode

ID = "xauth-with-group-secret"


def test_group_secret_then_transactions() -> None:
    talk = main_mode(outcome="established").choose(2, encryption_id=7, integrity_id=4, ke_id=14, auth_method=65001)
    talk.say("TRANSACTION", by="r", begun_by="r", message_id=5)
    (finding,) = found(ID, talk)
    assert (finding.subject, finding.evidence_frames) == ("XAUTHInitPreShared", (7,))


def test_no_transaction_or_no_group_secret() -> None:
    kerberos = main_mode(outcome="established").choose(2, encryption_id=7, integrity_id=4, ke_id=14, auth_method=65001)
    assert found(ID, kerberos) == []
    hybrid = main_mode(outcome="established").choose(2, encryption_id=7, integrity_id=4, ke_id=14, auth_method=64221)
    hybrid.say("TRANSACTION", by="r", begun_by="r", message_id=5)
    assert found(ID, hybrid) == []


def with_method_1(*vendor_ids: bytes, transaction: bool = True) -> Talk:
    talk = main_mode(outcome="established").change(1, vendor_ids=vendor_ids)
    if transaction:
        talk.say("TRANSACTION", by="r", begun_by="r", message_id=5)
    return talk


def test_a_plain_secret_with_xauth_s_vendor_id() -> None:
    xauth = bytes.fromhex("09002689dfd6b712")
    (finding,) = found(ID, with_method_1(xauth))
    assert (finding.confidence, finding.subject) == ("possible", "pre-shared key")
    assert finding.detail == "Phase 1 with a pre-shared key and the vendor ID of XAUTH, then 1 TRANSACTION exchange."
    assert found(ID, with_method_1(xauth, transaction=False)) == []
    assert found(ID, with_method_1(bytes.fromhex("afcad71368a1f1c96b8696fc77570100"))) == []
