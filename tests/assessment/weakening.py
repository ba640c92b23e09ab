"""What a text advises that lets more through, or proves less, than is needed: an oracle for advice."""

import re

_SENTENCE = re.compile(r"(?<=[a-z0-9)][.;:]) +")
_ALL_NETWORKS = re.compile(r"0\.0\.0\.0/0|(?<![0-9a-f:])::/0|\bany (address|network|host|selector|proposal|identity)\b")
_OPENS = re.compile(
    r"\b(?:(?:open|permit|allow|unblock)\b.*|let )\b(UDP [45]|TCP [45]|IP protocols? 5|IP fragments)", re.I
)
_BOUNDED = re.compile(r"between the two|known peers")
_PROTECTS = (
    r"(XAUTH|EAP|PFS|COOKIEs?|certificates?|revocation|CRL|OCSP|anti-replay|integrity|validation|verification|"
    r"firewall|IKEv2|rekeying|lifetimes?)"
)
_LESS = re.compile(
    r"\b(not (demand|require|ask for|check|verify)|(?<!to )disable|(turn|switch)( it)? off|skip|ignore)\b"
    rf".*\b{_PROTECTS}\b|"
    r"\boffer a (second )?proposal without\b|"
    rf"\b{_PROTECTS} (off|disabled)\b|\bor rekey instead\b|\b(longer|the same) lifetimes? on both",
    re.I,
)
_AGGRESSIVE = re.compile(r"\b(use|enable|allow|try|take|accept)\b(?! main mode).*\baggressive mode\b", re.I)
_WARNED = re.compile(r"\bwould show\b|\bsee whether\b")
_ONE_FOR_ALL = re.compile(
    r"\bor let\b.*\bseveral SAs of one identity\b|\bthe same (key|certificate|identity) for (all|every)\b"
)


def weakening(text: str) -> list[str]:
    """The sentences of an advice that weaken what protects."""
    return [
        each
        for each in _SENTENCE.split(text)
        if _ALL_NETWORKS.search(each)
        or (_OPENS.search(each) and not _BOUNDED.search(each))
        or _LESS.search(each)
        or (_AGGRESSIVE.search(each) and not _WARNED.search(each))
        or _ONE_FOR_ALL.search(each)
    ]
