"""What an IKE SA and its child SAs agreed on, as far as a policy can judge it, and what of that nobody can see.

The one account that every policy is asked about (`rulings.py`), made by `agreed.py`. Equal ones are equal values.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple, Self

from analyzer.assessment.algorithms import Algorithm
from analyzer.isakmp import registry

_NAMES: Final = {
    ("version", "1"): "IKEv1",
    ("mode", "aggressive"): "aggressive mode",
    ("mode", "aggressive-psk"): "aggressive mode with a pre-shared key",
    ("mode", "ah"): "AH",
    ("mode", "transport"): "transport mode",
    ("mode", "no-pfs"): "no PFS",
    ("mode", "esp-without-integrity"): "ESP without integrity",
    ("mode", "ike-without-integrity"): "IKE SA without integrity",
    ("transport", "500"): "UDP 500",
    ("lifetime", "ike"): "lifetime of the IKE SA {} s",
    ("lifetime", "child"): "lifetime of a child SA {} s",
    ("auth", "eap"): "EAP",
    ("rsa-bits", "*"): "certificate with RSA of {} bits",
}


SIGNATURE_HASH: Final = "signature hash"
KEY_LENGTH: Final = "key length"
PFS: Final = "PFS"
LIFETIMES: Final = "lifetimes"
"""Parts that can be hidden and that not every policy asks for."""


class Fact(NamedTuple):
    """What is no algorithm: kind and item as policies have them, for some with a value (seconds, bits, a group)."""

    kind: str
    item: str
    value: int | None = None


class Agreement(NamedTuple):
    """What was agreed on. hidden: parts that are encrypted, not in the capture, or that IKEv2 does not negotiate."""

    version: int
    algorithms: tuple[Algorithm, ...]
    facts: tuple[Fact, ...]
    hidden: tuple[str, ...]

    def name(self, fact: Fact) -> str:
        """A fact in words."""
        if fact.kind == "pq" and fact.value is not None:
            group = registry.name("ikev1-groups" if self.version == 1 else "ikev2-ke", fact.value)
            return f"no post-quantum part beside {group}"
        if fact.kind == "sig-alg":
            return f"signature {fact.item}"
        return _NAMES[fact.kind, fact.item].format(fact.value)

    @property
    def names(self) -> tuple[str, ...]:
        """Version, algorithms and what else there is, by name."""
        facts = (self.name(fact) for fact in self.facts if fact.kind not in ("version", "pq"))
        return (f"IKEv{self.version}", *(a.subject for a in self.algorithms), *facts)

    @property
    def ids(self) -> tuple[str, ...]:
        """The same by the numbers of registries, and facts as policies name them; `of_ids` reads it."""
        ids = (" ".join(_words(*a[:-1], "additional" if a.additional else None)) for a in self.algorithms)
        return (str(self.version), *ids, *(" ".join(_words(*fact)) for fact in self.facts))

    @classmethod
    def of_ids(cls, ids: Iterable[str], hidden: tuple[str, ...]) -> Self:
        """What `ids` are of."""
        version, *rest = ids
        words = [one.split(" ") for one in rest]
        algorithms = (Algorithm(w[0], w[1], w[2], int(w[3]), _number(w[4]), w[5] != "-") for w in words if len(w) > 3)
        facts = (Fact(w[0], w[1].replace("_", " "), _number(w[2])) for w in words if len(w) == 3)
        return cls(int(version), tuple(algorithms), tuple(facts), hidden)


def _words(*parts: str | int | None) -> list[str]:
    return ["-" if part is None else str(part).replace(" ", "_") for part in parts]


def _number(word: str) -> int | None:
    return None if word == "-" else int(word)
