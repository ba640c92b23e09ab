"""What messages of recorded negotiations were seen to say, and what is not known of it."""

from dataclasses import fields

import pytest

from analyzer.isakmp.numbers import NotifyV2
from analyzer.negotiation.seen import ChildSa, Suite
from analyzer.negotiation.story import Story
from tests.conftest import FIXTURES
from tests.negotiation.recorded import read_story

_NAT_HASHES = (NotifyV2.NAT_DETECTION_SOURCE_IP, NotifyV2.NAT_DETECTION_DESTINATION_IP)


@pytest.fixture(scope="module")
def cookie() -> Story:
    folder = FIXTURES / "ikev2-cookie"
    return read_story(next(folder.glob("*.pcap*")), next(folder.glob("*.keys"), None))


def test_what_was_not_seen_is_none_and_no_default() -> None:
    suite = Suite()
    assert {name for name, value in suite._asdict().items() if value is not None} == {"additional_ke_ids"}
    child = ChildSa(1, "IKE_AUTH", 3, "inferred", "established")
    known = {f.name for f in fields(child) if getattr(child, f.name) is not None}
    assert known == {"child", "created_by", "frame_number", "basis", "outcome"}


def test_equal_suites_are_one_key_whichever_sa_chose_them(cookie: Story) -> None:
    suite = cookie.negotiations[1].suite
    assert suite is not None
    assert {suite: "known"}[Suite(**suite._asdict())] == "known"


def test_a_notify_keeps_its_data_but_nat_hashes_which_all_differ(cookie: Story) -> None:
    said = [notify for n in cookie.negotiations for step in n.steps() for notify in step.notifies]
    assert {n.data for n in said if n.notify_type in _NAT_HASHES} == {b""}
    assert all(n.data for n in said if n.notify_type == NotifyV2.COOKIE)
    assert any(n.notify_type == NotifyV2.COOKIE for n in said)
