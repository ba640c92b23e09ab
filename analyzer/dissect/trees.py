"""The dissection tree of a message: every field with its place, value, meaning and reference."""

from analyzer.dissect.annotation import annotate, name_exchange
from analyzer.dissect.surroundings import Around
from analyzer.isakmp.credentials import Setting, cover, may_hold
from analyzer.isakmp.message import read, read_payloads
from analyzer.isakmp.numbers import ExchangeV1
from analyzer.isakmp.recorder import FullError, Node, Recorder, cut_off

_NOTHING = Around()


def dissect(data: bytes, missing: int = 0, around: Around = _NOTHING) -> Node:
    """The tree of one datagram's payload; `missing` as for `decode`, whose defects are found here at their fields."""
    root = Node("message", 0, len(data))
    cursor = Recorder(data, 0, [], 0, root)
    try:
        read(cursor, missing)
    except FullError:
        cut_off(root)
    header = [node for node in root.children if node.name == "next_payload"]
    payloads = [node for node in root.children if node.name == "payload"]
    annotate(payloads, data, 0, cursor.major_version, around)
    if cursor.major_version == 1:
        for node in root.children:
            if node.name == "exchange_type":
                name_exchange(node, around)
            elif node.name == "ciphertext":
                node.meaning = around.suite
    if header and payloads and header[0].number == payloads[0].number:
        header[0].meaning, header[0].reference = payloads[0].meaning, payloads[0].reference
    cover(root.children, data, 0, _setting(cursor.major_version, around, doubtful=may_hold(data)))
    return root


def dissect_payloads(
    data: bytes,
    first_payload: int,
    major_version: int,
    base: int = 0,
    around: Around = _NOTHING,
    exchange_type: int | None = None,
) -> list[Node]:
    """The trees of a payload chain that came out of decryption. `base` is the offset that data[0] is given.

    exchange_type: of the message that it came out of.
    """
    root = Node("payloads", base, len(data))
    try:
        read_payloads(Recorder(data, base, [], major_version, root), first_payload)
    except FullError:
        cut_off(root)
    annotate([node for node in root.children if node.name == "payload"], data, base, major_version, around)
    doubtful = major_version == 1 and exchange_type == ExchangeV1.TRANSACTION
    cover(root.children, data, base, _setting(major_version, around, doubtful=doubtful))
    return root.children


def _setting(major_version: int, around: Around, *, doubtful: bool) -> Setting:
    return Setting(major_version, doubtful, around.beginning, around.in_clear)
