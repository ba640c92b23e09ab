from analyzer.report.capture_story import capture_story
from analyzer.report.verdict import verdict_of
from analyzer.tables.store import Tables
from tests.report.sample import CAPTURE, put, sample


def test_counts_and_sentence() -> None:
    verdict = verdict_of(sample())
    assert dict(verdict.outcomes) == {
        "established": 2,
        "failed": 2,
        "unanswered": 1,
        "redirected": 0,
        "incomplete": 1,
        "probe": 0,
    }
    assert verdict.later_failed == (("child SA", 1),)
    assert verdict.sentence == (
        "6 IKE SAs: 2 established, 2 failed, 1 unanswered and 1 incomplete; 1 with a failed child SA."
    )


def test_what_failed_of_sas_that_are_up_is_counted_by_what_it_is() -> None:
    tables = Tables()
    put(tables, "captures", capture="x.pcap", format="pcap", packets=5, ike_messages=4)
    cases = [
        ("established", "CREATE_CHILD_SA", "ike-rekey-refused"),
        ("established", "CREATE_CHILD_SA", "ike-rekey-refused"),
        ("established", "CREATE_CHILD_SA", "child-negotiation-failed"),
        ("established", "INFORMATIONAL", "requests-ignored"),
        ("established", None, "peer-dead"),
        ("failed", "IKE_AUTH", "authentication-failed"),
    ]
    for number, (outcome, failed_at, diagnosis) in enumerate(cases, 1):
        row = {"negotiation": number, "outcome": outcome, "failed_at": failed_at, "diagnosis": diagnosis}
        put(tables, "negotiations", capture="x.pcap", ike_version=2, mode="ikev2", **row)
    verdict = verdict_of(tables)
    assert verdict.later_failed == (("rekey of the IKE SA", 2), ("child SA", 1), ("request", 1))
    assert verdict.sentence == (
        "6 IKE SAs: 5 established and 1 failed; 2 with a failed rekey of the IKE SA, 1 with a failed child SA and "
        "1 with a failed request."
    )


def test_messages_recorded_twice_are_told_and_counted_once() -> None:
    tables = Tables()
    put(tables, "captures", capture="x.pcap", format="pcap", packets=5, ike_messages=4)
    for duplicate in (False, True, False, True):
        put(tables, "messages", capture="x.pcap", encrypted=True, decrypted=False, duplicate=duplicate)
    verdict = verdict_of(tables)
    assert verdict.capture_text(verdict.captures[0]) == "x.pcap: pcap, 5 packets, 4 ISAKMP (2 of them copies)"
    of_user = verdict.captures[0] | {"capture": "home/anna/x.pcap"}
    assert verdict.capture_text(of_user, whole_path=False).startswith("x.pcap: ")
    assert verdict.capture_text(of_user).startswith("home/anna/x.pcap: ")
    assert verdict.unread[0].startswith("2 encrypted messages were not decrypted")


def test_one_negotiation_needs_no_counting() -> None:
    tables = Tables()
    put(tables, "negotiations", negotiation=1, outcome="established", failed_at="IKE_AUTH", ike_version=2)
    put(tables, "captures", capture="x.pcap", ike_messages=4)
    assert verdict_of(tables).sentence.endswith("established an IKEv2 SA, but a child SA failed in IKE_AUTH.")


def test_a_capture_without_ike_says_so() -> None:
    tables = Tables()
    put(tables, "captures", capture="x.pcap", packets=5, ike_messages=0, esp_packets=0)
    assert verdict_of(tables).sentence == "No IKE message in this capture."
    tables = Tables()
    put(tables, "captures", capture="x.pcap", packets=5, ike_messages=0, esp_packets=7)
    assert "7 ESP or AH packets of SAs negotiated elsewhere" in verdict_of(tables).sentence
    tables = Tables()
    put(tables, "captures", capture="x.pcap", packets=5, ike_messages=3)
    assert "3 ISAKMP messages, but none" in verdict_of(tables).sentence


def test_packets_that_were_not_opened_are_no_silence() -> None:
    tables = Tables()
    left = {"packets_not_opened": 5, "not_opened": ("GTP-U",)}
    put(tables, "captures", capture="x.pcap", packets=5, ike_messages=0, **left)
    put(tables, "defects", capture="x.pcap", kind="capture-not-opened", effect="they are counted, not looked into")
    verdict = verdict_of(tables)
    assert verdict.sentence == "No packet of this capture could be read: 5 packets of GTP-U were not opened."
    assert verdict.unread == ()
    tables = Tables()
    put(tables, "captures", capture="x.pcap", packets=9, ike_messages=4, **left)
    (unread,) = verdict_of(tables).unread
    assert unread == "5 packets of GTP-U were not opened: what is not seen here is not seen in the others."


def test_equal_findings_are_one_group_the_worst_first() -> None:
    groups = verdict_of(sample()).findings
    assert [g.severity for g in groups][:3] == ["critical", "high", "medium"]
    weak = next(g for g in groups if g.subject == "1024-bit MODP Group")
    assert (weak.negotiations, weak.numbers, weak.frames) == (2, (1, 3), (1, 30))
    assert weak.where == "frames 1, 30"
    assert weak._replace(negotiations=400).where == "frames 1, 30 and others"
    whole = next(g for g in groups if g.finding == "ike-exposed")
    assert whole.negotiations == 0


def test_causes_count_first_ranks_only() -> None:
    causes = {c.diagnosis: c.negotiations for c in verdict_of(sample()).causes}
    assert causes["authentication-failed"] == 1
    assert "psk-mismatch" not in causes


def test_what_could_not_be_read_is_told_with_its_origin() -> None:
    unread = verdict_of(sample()).unread
    assert unread[0] == (
        "The capture is damaged, cut short, or not readable here: capture-truncated, once, "
        "the last packet could not be read."
    )
    assert unread[1].endswith("wire-length, once (frame 80), the payload chain stops here.")
    assert any("6 encrypted messages were not decrypted" in text for text in unread)


def test_fragments_are_opened_with_the_last_of_their_set() -> None:
    tables = Tables()
    for message_id in (1, 2):
        for number in (1, 2):
            opened = message_id == number == 2 or None
            fragment = {"fragment_number": number, "fragment_total": 2, "message_id": message_id}
            put(tables, "messages", frame_number=number, encrypted=True, decrypted=opened, **fragment)
    (text,) = verdict_of(tables).unread
    assert text.startswith("2 encrypted messages were not decrypted")


def test_many_kinds_of_defects_are_told_in_short() -> None:
    tables = Tables()
    for frame in range(1, 21):
        put(tables, "defects", kind=f"wire-{'abcde'[frame % 5]}", effect="none", frame_number=frame)
    (text,) = verdict_of(tables).unread
    assert "wire-a, 4 times (first in frame 5); wire-b, 4 times (first in frame 1)" in text
    assert text.endswith("The table defects has each with its place.")


def test_stories_with_their_first_cause_the_worst_first() -> None:
    verdict = verdict_of(sample())
    assert [s.number for s in verdict.stories] == [2, 3, 4, 5, 6, 1]
    assert len(verdict.kinds) == 6
    two = verdict.stories[0]
    assert (two.diagnosis, two.confidence, two.frames) == ("authentication-failed", "certain", (22, 23))
    assert two.advice.startswith("Compare the pre-shared keys")
    assert [s.trouble for s in verdict.stories] == [True] * 5 + [False]


def test_outcomes_that_we_do_not_know_are_counted_too() -> None:
    tables = Tables()
    put(tables, "negotiations", negotiation=1, capture=CAPTURE, outcome="odd")
    put(tables, "negotiations", negotiation=2, capture=CAPTURE, outcome="odd")
    assert verdict_of(tables).sentence == "2 IKE SAs: 2 odd."


def test_of_a_part_it_says_first_what_part_it_is() -> None:
    tables = sample()
    part = {"filter": "ike_version == 2", "negotiations_left_out": 3, "findings_left_out": 1, "floods_left_out": 0}
    captures = tables["captures"]
    rows = [tuple((row | part)[name] for name in captures.schema.names) for row in captures.records()]
    captures.cut(0)
    captures.extend(rows)
    verdict = verdict_of(tables)
    first = "6 of 9 negotiations match, the others are left out: ike_version == 2."
    assert verdict.sentence.startswith(f"{first} Left out too: 1 finding about the capture as a whole. 6 IKE SAs: ")
    assert verdict.account.startswith("6 IKE SAs: ")
    assert not verdict.copies  # not all messages are there to be counted
    lines = [line.text for line in capture_story(tables)]
    assert any(line.startswith(first) for line in lines)
    tables["negotiations"].cut(0)
    none = verdict_of(tables)
    assert none.account == ""
    assert none.sentence.startswith("None of 3 negotiations matches: ike_version == 2.")
    assert "ISAKMP message" not in none.sentence
