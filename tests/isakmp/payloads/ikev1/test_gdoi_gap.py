from analyzer.isakmp.payloads.attribute import Attribute
from analyzer.isakmp.payloads.ikev1.gdoi_gap import GroupAssociatedPolicy
from tests.isakmp.wire import body_of, find, short, tree_of


def test_delays() -> None:
    data = short(1, 10) + short(2, 20)
    assert body_of(22, data, version=1) == (GroupAssociatedPolicy((Attribute(1, 10, b""), Attribute(2, 20, b""))), [])
    assert find(tree_of(22, data, version=1), "attribute").meaning == "ACTIVATION_TIME_DELAY"
