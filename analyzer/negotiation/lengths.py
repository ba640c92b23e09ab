"""What an encrypted IKEv2 message can hold, known from its length alone (RFC 7296 section 3.14, RFC 5282).

A message of L bytes under a known suite holds at most L - 28 (header) - 4 (SK) - IV - ICV - 1 (pad length) bytes of
payloads. This upper bound is certain. The lower bound supposes the shortest possible padding, which every
implementation measured uses but none has to.
"""

from collections.abc import Iterable
from functools import lru_cache

from analyzer.decryption.suites import encryption, integrity
from analyzer.negotiation.model import Step
from analyzer.negotiation.seen import Suite

_HEADER, _GENERIC, _FRAGMENT, _PAD_LENGTH = 28, 4, 4, 1

NOTIFY_ONLY = 8  # a Notify without SPI and data, the Delete of an IKE SA, EAP-Success: all the same size
_NOTIFY_ROOM = 12  # INVALID_KE_PAYLOAD carries two bytes more, the Delete of one child SA four
_ID_MINIMUM = 8  # ID_NULL, RFC 7619
_AUTH_HEADER = 8
_CHILD_MINIMUM = 32 + 24 + 24  # SA: one AH proposal with INTEG and ESN; TSi and TSr: one IPv4 selector each
SMALLEST_KE = 8 + 32  # the KE payload of Curve25519
_SHORTEST_SIGNATURE = 64  # ECDSA P-256 and Ed25519

_LEAST_AROUND = _HEADER + _GENERIC + _PAD_LENGTH + 8  # no IKE suite has a check value shorter than 8 bytes

_CONTENTS = (
    (0, "nothing (a liveness check or an acknowledgement)"),
    (NOTIFY_ONLY, "one notify without data or the Delete of the IKE SA"),
    (10, "an INVALID_KE_PAYLOAD notify"),
    (12, "the Delete of one child SA"),
)
_AUTH_ANSWERS = ((0, "nothing"), (NOTIFY_ONLY, "one notify without data"))

# PRF id -> output bytes (RFC 7296 section 3.3.2, RFC 4868, RFC 4434, RFC 4615): the shared-key AUTH is as long as the
# PRF's output
_PRF_BYTES = {1: 16, 2: 20, 3: 24, 4: 16, 5: 32, 6: 48, 7: 64, 8: 16, 9: 64}


def inner_bytes(suite: Suite | None, length: int, *, fragment: bool = False) -> tuple[int, int] | None:
    """Fewest (minimal padding supposed) and most (certain) bytes of payloads inside an SK or SKF message.

    `length` is that of the whole message. None where the suite is unknown; both 0 where it is too small for the suite.
    """
    if suite is None or suite.encryption_id is None:
        return None
    return _room(suite.encryption_id, suite.integrity_id, length - (_FRAGMENT if fragment else 0))


@lru_cache(maxsize=1024)
def _room(encryption_id: int, integrity_id: int | None, length: int) -> tuple[int, int] | None:
    overhead = _overhead(encryption_id, integrity_id)
    if overhead is None:
        return None
    around, block = overhead
    most = max(0, length - around)
    return max(0, most - (block - 1)), most


def holds_notify(suite: Suite, length: int) -> bool:
    """A message of this length may hold a single Notify, and little more."""
    room = inner_bytes(suite, length)
    return room is not None and room[0] <= _NOTIFY_ROOM


def contents(suite: Suite | None, length: int, *, answers_auth: bool = False) -> tuple[str, ...]:
    """What small messages hold that a message of this length may be, by the shortest padding; empty: none of them.

    answers_auth: it is a response of IKE_AUTH, which neither asks nor deletes. Ciphers without blocks leave one
    answer, block ciphers several.
    """
    room = inner_bytes(suite, length)
    if room is None or length < _HEADER:
        return ()
    return tuple(text for size, text in (_AUTH_ANSWERS if answers_auth else _CONTENTS) if room[0] <= size <= room[1])


def most_inside(suite: Suite | None, steps: Iterable[Step]) -> int | None:
    """Most bytes of payloads in encrypted messages, or the fragments of one, all together.

    None where there are none, or the suite is unknown.
    """
    rooms = [inner_bytes(suite, s.length, fragment=s.fragment is not None) for s in steps if s.encrypted]
    return sum(room[1] for room in rooms if room is not None) if rooms and None not in rooms else None


def most_under_any_suite(steps: Iterable[Step]) -> int:
    """Most bytes of payloads in encrypted messages, or the fragments of one, of a suite that is not known."""
    around = ((s.length, _LEAST_AROUND + (0 if s.fragment is None else _FRAGMENT)) for s in steps if s.encrypted)
    return sum(max(0, length - least) for length, least in around)


@lru_cache(maxsize=1024)
def _overhead(encryption_id: int, integrity_id: int | None) -> tuple[int, int] | None:
    """Bytes of a message that are no payloads inside, without padding; and the cipher's block."""
    cipher = encryption(2, encryption_id)
    check = integrity(integrity_id)
    if cipher is None or (check is None and not cipher.aead):
        return None
    icv = cipher.icv_bytes if cipher.aead or check is None else check.icv_bytes
    return _HEADER + _GENERIC + cipher.iv_bytes + icv + _PAD_LENGTH, cipher.block_bytes


def smallest_auth(suite: Suite) -> int:
    """Bytes of the smallest AUTH payload.

    A shared-key MIC, or the shortest signature where the PRF's output is longer.
    """
    return _AUTH_HEADER + min(_PRF_BYTES.get(suite.prf_id or 0, 16), _SHORTEST_SIGNATURE)


def smallest_auth_answer(suite: Suite, *, with_identity: bool, with_child: bool) -> int:
    """Bytes of the smallest IKE_AUTH message that authenticates: [ID,] AUTH [, SA, TSi, TSr]."""
    return (_ID_MINIMUM if with_identity else 0) + smallest_auth(suite) + (_CHILD_MINIMUM if with_child else 0)


def lacks_proof(suite: Suite | None, answer: Step | None) -> bool:
    """An IKE_AUTH response in one piece that nobody read and that has no room for an identity and its proof."""
    if suite is None or answer is None or not answer.encrypted or answer.inner_types is not None:
        return False
    room = None if answer.fragment is not None else inner_bytes(suite, answer.length)
    return room is not None and room[1] < smallest_auth_answer(suite, with_identity=True, with_child=False)


def smallest_child_answer() -> int:
    """Bytes of the smallest CREATE_CHILD_SA response that makes an SA.

    SA, Nonce of 16 bytes, and either KE or TSi and TSr.
    """
    return 32 + 20 + 24


def smallest_child_answer_with_ke() -> int:
    """Bytes of the smallest CREATE_CHILD_SA response that makes a child SA with a key exchange of its own.

    SA, Nonce of 16 bytes, TSi, TSr, and the KE payload of Curve25519, the shortest there is.
    """
    return 32 + 20 + 24 + 24 + SMALLEST_KE
