"""Answers of a host that reads ESP in UDP as IKE (RFC 3948 section 2.2): they begin no SA.

Where nothing takes ESP out of UDP the IKE daemon gets the packets. It reads the ESP SPI and sequence number as the
initiator's SPI, what follows as the responder's, and answers that it does not speak this version, with those SPIs.
"""

from collections.abc import Iterator

from analyzer.capture.datagram import Datagram
from analyzer.isakmp.message import Message
from analyzer.isakmp.numbers import ExchangeV2, NotifyV2, PayloadV1, PayloadV2
from analyzer.isakmp.payloads.notify import Notify
from analyzer.negotiation.follow.plausible import ZERO_SPI
from analyzer.negotiation.story import EspAnswers

_NOTIFY = {1: int(PayloadV1.NOTIFICATION), 2: int(PayloadV2.NOTIFY)}
_INVALID_MAJOR_VERSION = int(NotifyV2.INVALID_MAJOR_VERSION)  # of IKEv1 too
_IKE_SA_INIT = int(ExchangeV2.IKE_SA_INIT)
_SPI_DIGITS = 8
MOST = 1 << 12  # streams; what is beyond is placed like any message


class EspAnswerIndex:
    """Those of one capture."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str], EspAnswers] = {}

    def __iter__(self) -> Iterator[EspAnswers]:
        return iter(self._found.values())

    def take(self, datagram: Datagram, message: Message) -> bool:
        """Note a message of no SA that is known, if it is such an answer; False: it may mean something else."""
        if not _may_answer_esp(message):
            return False
        spi, sequence = message.initiator_spi[:_SPI_DIGITS], int(message.initiator_spi[_SPI_DIGITS:], 16)
        key, frame = (datagram.src_ip, datagram.dst_ip, spi), datagram.frame_number
        found = self._found.get(key)
        if found is None:
            if len(self._found) >= MOST:
                return False
            found = self._found[key] = EspAnswers(*key, frame, frame, sequence, sequence)
        found.answers += 1
        found.last_frame = frame
        found.first_seq, found.last_seq = min(found.first_seq, sequence), max(found.last_seq, sequence)
        return True


def _may_answer_esp(message: Message) -> bool:
    """It holds the one error, in clear, and answers no first message, which has no responder SPI yet."""
    notify = _NOTIFY.get(message.major_version)
    if notify is None or message.encrypted or not message.header_ok or message.responder_spi == ZERO_SPI:
        return False
    if message.major_version == 2 and message.exchange_type == _IKE_SA_INIT and message.message_id == 0:
        return False
    bodies = message.all(notify)
    return len(bodies) == len(message.payloads) == 1 and all(
        isinstance(body, Notify) and body.notify_type == _INVALID_MAJOR_VERSION for body in bodies
    )
