from tests.assessment.build import Talk, diagnosed, ids, main_mode, one

ID = "xauth-failed"


def asked(begun_by: str = "r", **fields) -> Talk:
    given = {"outcome": "failed", "failed_at": "TRANSACTION", "failed_by": "responder"}
    talk = main_mode(**{**given, **fields})
    for k in range(2):
        talk.say("TRANSACTION", by=begun_by, begun_by=begun_by, message_id=50 + k)
        talk.say("TRANSACTION", by="i" if begun_by == "r" else "r", begun_by=begun_by, message_id=50 + k)
    return talk


def test_transactions_of_the_gateway_and_no_quick_mode() -> None:
    made = diagnosed(asked())
    assert ids(made) == [ID]
    assert (made[0].confidence, made[0].evidence_frames) == ("likely", (7, 8, 9, 10))


def test_the_clients_own_transaction_is_mode_config() -> None:
    assert ids(diagnosed(asked(begun_by="i"))) == ["config-rejected"]


def test_a_status_that_was_read_leaves_no_doubt() -> None:
    diagnosis = one(ID, asked(xauth_failed=True, outcome_basis="decrypted XAUTH status"))
    assert diagnosis is not None
    assert (diagnosis.confidence, diagnosis.basis) == ("certain", "decrypted XAUTH status")
    assert diagnosis.detail.endswith("XAUTH_STATUS says FAIL.")


def test_users_who_got_in() -> None:
    assert one(ID, asked(outcome="established", failed_at=None, failed_by=None)) is None


def test_an_sa_that_came_up_did_not_fail_by_xauth() -> None:
    assert one(ID, asked(outcome="established")) is None
