"""Walking a linked list of records many places at once.

A record says only where the next one begins. The window is cut into pieces; in each, something that looks like a
record is guessed; from there all pieces are walked in step, one gather for all. The result counts only if every walk
lands exactly where the next one began: then, from the first record on, it is the same chain that one walk from the
front would have found. Guesses cost time, never truth.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from analyzer.capture.pcap import Pcap
from analyzer.capture.pcapng import ENHANCED_PACKET, MAGIC, MAX_BLOCK, SECTION, PcapNg

Numbers = npt.NDArray[np.int64]
Words = npt.NDArray[Any]  # 32-bit numbers of the file, at every byte offset

LANES = 128
_SEARCH = 2048  # bytes of a piece in which a record must begin for the piece to become a lane
_CHECK_EVERY = 8
_UNEVEN = 4


def words(data: bytearray, order: str) -> Words:
    """The buffer as 32-bit numbers, one at every byte offset."""
    return np.ndarray((len(data) - 3,), order + "u4", data, strides=(1,))


def walk_pcap(pcap: Pcap, data: bytearray, position: int, limit: int, lanes: int) -> tuple[Numbers, int]:
    """As Pcap.walk, in bulk."""
    numbers = words(data, pcap.order)
    guesses = _guess_pcap(pcap, data, numbers, position, limit, lanes)
    starts = _join(numbers, np.append(position, guesses), limit, lanes, pcap.record_header, 8, 0)
    if starts is not None:
        end = int(starts[-1]) + pcap.record_header + int(numbers[starts[-1] + 8])
        if end > limit:
            end, starts = int(starts[-1]), starts[:-1]
        if (np.diff(starts, append=end) <= pcap.max_captured + pcap.record_header).all():
            return starts, end
    found, end = pcap.walk(data, position, limit)
    return np.array(found, np.int64), end


def walk_pcapng(pcapng: PcapNg, data: bytearray, position: int, limit: int, lanes: int) -> tuple[Numbers, int]:
    """As PcapNg.walk, in bulk."""
    if data[position : position + 4] == MAGIC:
        found, end = pcapng.walk(data, position, min(position + 12, limit))  # learns the section's byte order
        if pcapng.broken:
            return np.array(found, np.int64), end
    numbers = words(data, pcapng.order)
    guesses = _guess_pcapng(numbers, position, limit, lanes)
    starts = _join(numbers, np.append(position, guesses), limit, lanes, 12, 4, 12)
    if starts is not None:
        end = int(starts[-1]) + int(numbers[starts[-1] + 4])
        if end > limit:
            end, starts = int(starts[-1]), starts[:-1]
        sections = np.flatnonzero(numbers[starts[1:]] == SECTION)
        if len(sections):
            count = int(sections[0]) + 1
            end, starts = int(starts[count]), starts[:count]
        lengths = numbers[starts + 4].astype(np.int64)
        if not ((lengths < 12) | (lengths > MAX_BLOCK) | (lengths & 3)).any():
            return starts, end
    found, end = pcapng.walk(data, position, limit)
    return np.array(found, np.int64), end


def _join(
    numbers: Words, begin: Numbers, limit: int, lanes: int, header: int, length_at: int, minimum: int
) -> Numbers | None:
    """Walk from each of `begin` to the next; all record positions if the walks join, else None.

    header: bytes of a record that its length does not count (pcap) or that it must have at least (pcapng: `minimum`
    then). The last position may be of an incomplete record.
    """
    total = limit - int(begin[0])
    if total < header or int(np.diff(begin, append=limit).max()) > _UNEVEN * total // lanes:
        return None  # one long walk in step is slower than a plain one
    stops = np.append(begin[1:], limit - header + 1)
    # Arrays of one number: numpy takes them in half the time of a number.
    headers, limits = np.full(len(begin), header), np.full(len(begin), limit)
    minima = np.full(len(begin), minimum)
    lengths, at = numbers[length_at:], begin
    walked = [begin[np.newaxis]]
    while not (at >= stops).all():
        steps = np.empty((_CHECK_EVERY, len(begin)), np.int64)
        for following in steps:
            length = lengths[at].astype(np.int64)
            np.add(at, np.maximum(length, minima) if minimum else length, out=following)
            if not minimum:
                np.add(following, headers, out=following)
            at = np.minimum(following, limits, out=following)
        walked.append(steps)
    found, stops = np.ascontiguousarray(np.concatenate(walked).T), stops[:, np.newaxis]
    if not (found == stops).any(axis=1)[:-1].all():
        return None
    return found[found < stops]


def _guess_pcap(pcap: Pcap, data: bytearray, numbers: Words, position: int, limit: int, lanes: int) -> Numbers:
    """Where records probably begin: a time near the first one's, lengths below 65,536, such a header behind it."""
    piece = (limit - position) // lanes
    header = pcap.record_header
    search = min(_SEARCH, piece)
    if search < 4 * header:
        return np.empty(0, np.int64)
    octets = np.ndarray((lanes - 1, search + header), np.uint8, data, position + piece, (piece, 1))
    flat: npt.NDArray[np.uint8] = np.frombuffer(data, np.uint8)
    high, low, captured, original = ((3, 2, 10, 14), (0, 1, 8, 12))[pcap.order == ">"]
    first, second = data[position + high], data[position + low]
    lane, offset_in = np.divmod(np.flatnonzero(octets[:, high : high + search] == first), search)
    guess = position + piece + lane * piece + offset_in
    likely = (flat[guess + low] - np.uint8((second - 1) & 255)) <= 2
    # The upper half of a length lies in two bytes that follow each other in either byte order.
    for offset in (captured, captured + 1, original, original + 1):
        likely &= flat[guess + offset] == 0
    places = np.flatnonzero(likely)
    lane, guess = lane[places], guess[places]
    following = guess + header + numbers[guess + 8]
    inside = (following <= limit - header) & (following > guess + header)
    lane, guess, following = lane[inside], guess[inside], following[inside]
    high_time = numbers[following] >> np.uint32(24)
    good = (high_time == first) & (numbers[following + 8] < 65_536) & (numbers[following + 12] < 65_536)
    return _first_of_each(lane[good], guess[good])


def _guess_pcapng(numbers: Words, position: int, limit: int, lanes: int) -> Numbers:
    """Where enhanced packet blocks probably begin: their type, and one length before and behind the packet."""
    piece = (limit - position) // lanes & ~3
    search = min(_SEARCH, piece) // 4
    if search < 16:
        return np.empty(0, np.int64)
    types = np.ndarray((lanes - 1, search), numbers.dtype, numbers.base, position + piece, (piece, 4))
    lane, offset_in = np.nonzero(types == ENHANCED_PACKET)
    guess = position + piece + lane * piece + offset_in * 4
    length = numbers[guess + 4].astype(np.int64)
    good = (length >= 32) & (length & 3 == 0) & (guess + length <= limit)
    lane, guess, length = lane[good], guess[good], length[good]
    good = numbers[guess + length - 4] == length
    return _first_of_each(lane[good], guess[good])


def _first_of_each(lane: npt.NDArray[np.intp], guess: Numbers) -> Numbers:
    """The first guess of each lane."""
    if not len(lane):
        return guess
    first: Numbers = guess[np.append(True, lane[1:] != lane[:-1])]
    return first
