"""Opening encrypted messages with the user's keys."""

from collections.abc import Sequence
from itertools import product

from analyzer.capture.datagram import Datagram, Revealed, Shown
from analyzer.decryption.ikev1 import last_block, open_ikev1, open_without_iv, phase1_iv, phase2_iv
from analyzer.decryption.ikev2 import open_sk, opens_with
from analyzer.decryption.keyfile import Ikev2Keys, KeyStore
from analyzer.decryption.opened import Opened, chain_length, plausible
from analyzer.defects import Defect
from analyzer.isakmp import Memory, Message, Payload, decode_payloads
from analyzer.isakmp.header import SIZE
from analyzer.isakmp.numbers import ExchangeV1, PayloadV1, ProtocolId
from analyzer.isakmp.payloads.ikev2.encrypted import Encrypted
from analyzer.isakmp.payloads.ikev2.encrypted_fragment import EncryptedFragment
from analyzer.isakmp.payloads.key_exchange import KeyExchange
from analyzer.negotiation.follow.fragments import SK, SKF, Inside, collect
from analyzer.negotiation.follow.live import Ikev1Secrets, Live
from analyzer.negotiation.seen import UNOPENED_KEPT, Suite

_PHASE1 = frozenset({ExchangeV1.BASE, ExchangeV1.IDENTITY_PROTECTION, ExchangeV1.AGGRESSIVE})


_HASH_OF_QUICK_MODE = (int(ExchangeV1.QUICK_MODE), int(PayloadV1.HASH))
_BLOCKS_KEPT = 3  # of each message ID: the messages that may have come before their turn
_NO_IV = Defect(
    "capture-iv",
    SIZE,
    "the message before it, whose last block is the IV",
    "none that fits",
    "the first block was not decrypted: a part of HASH, shown as zeros",
)


class Opener:
    """Asks the key store for each SA; keeps what must be kept between messages in the SA's own working state."""

    def __init__(self, keys: KeyStore | None, memory: Memory) -> None:
        self._keys, self._memory = keys or KeyStore(), memory
        self.waits = False  # the message opened last is a fragment, and its set is not whole

    def keeps_values_of(self, initiator_spi: str) -> bool:
        """Whether the keys are of an IKEv1 SA with this SPI: its public values are needed (`keep_public_values`)."""
        return bool(self._keys.ikev1(initiator_spi))

    def rows(self, message: Message) -> int:
        """How many rows of the keys are of the SA of a message, by its SPIs."""
        if message.major_version == 2:
            return len(self._keys.ikev2(message.initiator_spi, message.responder_spi))
        return len(self._keys.ikev1(message.initiator_spi))

    def open(self, live: Live, datagram: Datagram, message: Message, from_initiator: bool) -> Inside | None:
        """The payloads inside an encrypted message.

        None without keys for it, without success, or before a fragment set is complete.
        """
        n, self.waits = live.negotiation, False
        inside = (
            self._ikev2(live, datagram, message, from_initiator)
            if message.major_version == 2
            else self._ikev1(live, message, from_initiator)
        )
        if inside is None and message.major_version == 1 and isinstance(datagram, Revealed) and datagram.shown:
            inside = self._shown(message, datagram.shown)
        if inside is not None:
            n.decrypted = True
        return inside

    def keep_public_values(self, live: Live, from_initiator: bool, message: Message, inside: Inside | None) -> None:
        """Both sides' public values make IKEv1's first IV (RFC 2409 appendix B)."""
        if message.exchange_type not in _PHASE1 or not self._keys.ikev1(message.initiator_spi):
            return
        for payload in message.payloads if inside is None else inside.payloads:
            if isinstance(payload.body, KeyExchange):
                secrets = live.secrets = live.secrets or Ikev1Secrets()
                if from_initiator:
                    secrets.ke_initiator = secrets.ke_initiator or payload.body.data
                else:
                    secrets.ke_responder = secrets.ke_responder or payload.body.data

    def _ikev2(self, live: Live, datagram: Datagram, message: Message, from_initiator: bool) -> Inside | None:
        rows = self._keys.ikev2(message.initiator_spi, message.responder_spi)
        payload = next((p for p in message.payloads if p.type in (SK, SKF)), None)
        shown = datagram.shown if isinstance(datagram, Revealed) else None
        if payload is None or not (rows or shown):
            return None
        n, opened = live.negotiation, _with_keys(live, datagram, payload, rows, from_initiator)
        by_log = opened.plaintext is None and shown is not None
        if by_log and shown is not None:
            if shown.first_payload is not None or payload.type == SK:
                return self._shown(message, shown)
            opened = Opened(shown.plaintext)
        if opened.plaintext is None:
            _note_failure(live, opened, datagram.frame_number)
            return None
        body, plaintext = payload.body, opened.plaintext
        if not isinstance(body, Encrypted | EncryptedFragment):
            return None
        first = body.first_payload
        if isinstance(body, EncryptedFragment):
            # Only fragment 1 says what its content begins with: the type travels in front of it
            part = bytes([first]) + plaintext if body.number == 1 else plaintext
            whole = collect(live, (from_initiator, message.message_id, body.total), body.number, part)
            if whole is None:
                self.waits = True
                if opened.verified and len(n.verified_pieces) < UNOPENED_KEPT:
                    n.verified_pieces = (*n.verified_pieces, datagram.frame_number)
                return None
            first, plaintext = whole[0], whole[1:]
            if not opens_with(n.suite, plaintext, first):
                return None
        payloads, defects = decode_payloads(plaintext, first, 2, memory=self._memory)
        return Inside(payloads, defects, opened.verified, first, plaintext, by_log)

    def _shown(self, message: Message, shown: Shown) -> Inside | None:
        """What a log shows of a whole message's inside; None where it is no chain of payloads."""
        first = shown.first_payload
        if first is None:
            body = message.first(SK)
            first = body.first_payload if isinstance(body, Encrypted) else message.next_payload
        if not plausible(shown.plaintext, first, message.major_version):
            return None
        plaintext = shown.plaintext[: chain_length(shown.plaintext, first)]  # some print the padding too
        payloads, defects = decode_payloads(plaintext, first, message.major_version, memory=self._memory)
        return Inside(payloads, defects, False, first, plaintext, by_log=True)

    def _ikev1(self, live: Live, message: Message, from_initiator: bool) -> Inside | None:
        suite, secrets = live.negotiation.suite, live.secrets
        rows = self._keys.ikev1(message.initiator_spi)
        if not rows or suite is None or secrets is None or message.ciphertext is None:
            return None
        opened = Opened(None, failure="unknown-algorithm")
        for iv, row in product(self._ikev1_ivs(secrets, message, suite.integrity_id, suite.encryption_id), rows):
            opened = open_ikev1(message.ciphertext, (row,), suite.encryption_id, iv, message.next_payload)
            if opened.plaintext is not None:
                used = secrets.used
                used[from_initiator].add(row)
                live.negotiation.keys_differ = all(used) and used[0].isdisjoint(used[1])
                break
        # CBC's chain follows the ciphertext, so it goes on even where a message cannot be decrypted
        block = last_block(message.ciphertext, suite.encryption_id)
        if block is not None:
            of_id = 0 if message.exchange_type in _PHASE1 else message.message_id
            secrets.blocks[of_id] = (block, *secrets.blocks.get(of_id, ()))[:_BLOCKS_KEPT]
        lost: tuple[Defect, ...] = ()
        if opened.plaintext is None and (message.exchange_type, message.next_payload) == _HASH_OF_QUICK_MODE:
            opened = open_without_iv(message.ciphertext, rows, suite.encryption_id, suite.integrity_id)
            lost = (_NO_IV,)
        if opened.plaintext is None:
            return None
        payloads, defects = decode_payloads(opened.plaintext, message.next_payload, 1, memory=self._memory)
        return Inside(payloads, defects + lost, opened.verified, message.next_payload, opened.plaintext)

    @staticmethod
    def _ikev1_ivs(
        secrets: Ikev1Secrets, message: Message, hash_id: int | None, encryption_id: int | None
    ) -> list[bytes]:
        """The IVs that this message may have, likeliest first: it may come before or behind its turn.

        The first message of a message ID outside phase 1 may also come from a peer who could not read phase 1's
        encrypted messages (a wrong pre-shared key) and so knows the IV before them only.
        """
        if secrets.first_iv is None and secrets.ke_initiator is not None and secrets.ke_responder is not None:
            secrets.first_iv = phase1_iv(hash_id, encryption_id, secrets.ke_initiator, secrets.ke_responder)
        of_phase1 = [*secrets.blocks.get(0, ()), *([] if secrets.first_iv is None else [secrets.first_iv])]
        if message.exchange_type in _PHASE1:
            return of_phase1
        candidates = [phase2_iv(hash_id, encryption_id, block, message.message_id) for block in of_phase1]
        return [*secrets.blocks.get(message.message_id, ()), *(iv for iv in candidates if iv is not None)]


def _with_keys(
    live: Live, datagram: Datagram, payload: Payload, rows: Sequence[Ikev2Keys], from_initiator: bool
) -> Opened:
    """Try the keys of an SA on an Encrypted payload; before its suite is known, one row after the other."""
    n, opened = live.negotiation, Opened(None, failure="no-keys")
    for some in (rows,) if n.suite is not None else [(row,) for row in rows]:
        opened = open_sk(
            datagram.payload,
            payload.offset,
            some,
            from_initiator=from_initiator,
            suite=n.suite,
            fragment=payload.type == SKF,
        )
        if opened.verified and n.suite is None:
            n.suite = named_by(some[0])
        if opened.plaintext is not None:
            break
    return opened


def named_by(row: Ikev2Keys) -> Suite | None:
    """What the algorithms that a key row names say of the suite, where messages verify under them.

    PRF and key exchange stay unknown, and the offer that was chosen is not in the capture (`chosen_frame`).
    """
    cipher = row.encryption
    if cipher is None:
        return None
    bits = (len(row.sk_ei or row.sk_er) - cipher.salt_bytes) * 8 if len(cipher.key_sizes) > 1 else None
    check = None if cipher.aead or row.integrity is None else row.integrity.integrity_id
    return Suite(int(ProtocolId.IKE), cipher.encryption_id, bits, check)


def _note_failure(live: Live, opened: Opened, frame_number: int) -> None:
    """Remember the message if its integrity check fails; IKEv1 has none."""
    n = live.negotiation
    if opened.failure == "wrong-key" and len(n.unopened) < UNOPENED_KEPT:
        n.unopened = (*n.unopened, frame_number)
