"""A policy answers one question: what do its documents say of this algorithm.

Scopes: ikev1 and ikev2 are the IKE SA; esp and ah are child SAs of either version.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

from analyzer.assessment.algorithms import Algorithm
from analyzer.assessment.policies import tables
from analyzer.assessment.policies.model import Document, Rule, Verdict
from analyzer.assessment.policies.parameters import Parameter
from analyzer.vocabulary import SEVERITIES, Severity

NOT_IN_THE_SUITE = "not in the suite"
_OPEN = ("MAY", "optional", "SHOULD / MAY")  # words that leave a thing to who configures
LISTED_KINDS = ("encr", "prf", "integ", "ke")


@lru_cache(maxsize=4096)
def numbers(item: str) -> tuple[range, ...]:
    """Numbers of an item such as "12-16,18", as ranges; a word or "*" has none."""
    parts = (part.partition("-") for part in item.split(","))
    return tuple(
        range(int(first), int(last or first) + 1)
        for first, _, last in parts
        if first.isdigit() and (last.isdigit() or not last)
    )


def in_ikev2_numbers(algorithm: Algorithm) -> tuple[str, int | None]:
    """Kind and number of the same algorithm in IKEv2's registries; None where it has no number there."""
    if algorithm.table.startswith("ikev2-"):
        return algorithm.kind, algorithm.number
    found = tables.equivalents().get((algorithm.table, algorithm.number))
    if found is None and algorithm.table in ("ikev1-groups", "ikev1-esp-transforms"):
        return algorithm.kind, algorithm.number  # numbered alike but for the exceptions in the table
    return found or (algorithm.kind, None)


def lowered(severity: Severity) -> Severity:
    """One step below: what a weakness weighs that was offered but not chosen."""
    return SEVERITIES[min(SEVERITIES.index(severity) + 1, len(SEVERITIES) - 1)]


def _worst(verdicts: list[Verdict]) -> Verdict:
    """The most severe one; of equals the first, in the order of the policy's documents."""
    return min(verdicts, key=lambda v: SEVERITIES.index(v.severity))


class Policy:
    """The documents of one policy.

    name: what its findings have. parameters: what it can be given. own: the document that its user wrote, the first of
    them, whose statement about a thing stands in place of all that the others say of it; "" where there is none.
    sha256: of that file.
    """

    def __init__(
        self,
        name: str,
        title: str,
        documents: tuple[Document, ...],
        rules: Iterable[Rule],
        note: str,
        *,
        parameters: Mapping[str, Parameter],
        own: str = "",
        sha256: str = "",
    ) -> None:
        self.name = name
        self.title = title
        self.documents = documents
        self.note = note
        self.parameters = parameters
        self.own = own
        self.sha256 = sha256
        self.rules = tuple(rules)
        self._table: dict[tuple[str, str, str], list[Rule]] = {}
        for rule in self.rules:
            for scope in rule.scope.split():
                self._table.setdefault((rule.document, scope, rule.kind), []).append(rule)
        # `_judge` with a limit: a policy outlives its run, and a capture can hold any numbers
        self.judge: Callable[[Algorithm], Verdict | None] = lru_cache(maxsize=4096)(self._judge)
        self._objections: dict[tuple[str, str], Verdict | None] = {}
        self._requirements: dict[tuple[str, str], tuple[Rule, Verdict] | None] = {}

    def _judge(self, algorithm: Algorithm) -> Verdict | None:
        """The most severe objection of the policy's documents to using this algorithm, the others named in its text.

        None: no objection.
        """
        said = []
        for document in self.documents:
            one = self._statement(document, algorithm)
            if one is not None:
                said.append(one)
                if document.name == self.own:
                    break
        found = [v for v in said if v.severity]
        verdict = None
        if found:
            first = _worst(found)
            others = "".join(f" {v.clause}: {v.word}." for v in found if v is not first)
            verdict = _raise(first._replace(text=first.text + (f" Also {others.strip()}" if others else "")), algorithm)
            verdict = _added(verdict, self.objection("pq", "classical-only")) if algorithm.additional else verdict
        return verdict

    def objection(self, kind: str, item: str) -> Verdict | None:
        """What the first document that names it says against a thing that is not an algorithm.

        Version "1", mode "ah". "*" is what its document does not name.
        """
        key = (kind, item)
        if key not in self._objections:
            about = self._about(kind)
            named = {r.document for r in about if r.item == item}
            found = (r for r in about if r.item == item or (r.item == "*" and r.document not in named))
            rule = next((r for r in found if r.document == self.own or tables.words()[r.verdict].use), None)
            weighs = tables.words()[rule.verdict].use if rule else None
            self._objections[key] = _verdict(rule, weighs) if rule and weighs else None
        return self._objections[key]

    def requirement(self, kind: str, item: str) -> tuple[Rule, Verdict] | None:
        """The statement that asks for a thing (mode "pfs", lifetime "ike"), with the verdict on not meeting it."""
        key = (kind, item)
        if key not in self._requirements:
            found = (r for r in self._about(kind) if r.item in (item, "*"))
            rule = next((r for r in found if r.document == self.own or tables.words()[r.verdict].breach), None)
            weighs = tables.words()[rule.verdict].breach if rule else None
            self._requirements[key] = (rule, _verdict(rule, weighs)) if rule and weighs else None
        return self._requirements[key]

    def against_ikev1(self) -> Verdict | None:
        """What it says against IKEv1: that it objects to it, or asks for IKEv2."""
        if any(r.document == self.own and r.item == "1" for r in self._about("version")):
            return self.objection("version", "1")
        required = self.requirement("version", "2")
        return self.objection("version", "1") or (required[1] if required else None)

    def against_aggressive(self, *, psk: bool) -> Verdict | None:
        """The heaviest of what it says against aggressive mode, and with a pre-shared key against that.

        What a user's own rule says of that stands in place of what is said of the mode.
        """
        if psk and any(r.document == self.own and r.item == "aggressive-psk" for r in self._about("mode")):
            return self.objection("mode", "aggressive-psk")
        items = ("aggressive", "aggressive-psk") if psk else ("aggressive",)
        found = [verdict for item in items if (verdict := self.objection("mode", item)) is not None]
        return _worst(found) if found else None

    def mixed(self, chosen: Iterable[Algorithm]) -> Verdict | None:
        """What it says where no suite of it has all that was chosen; None: one has, or it defines none.

        A suite is a list of "scope/kind/number", of a cipher with "/bits". What it does not speak of is left out.
        """
        suites = self._about("suite")
        spoken = {part.rsplit("/", part.count("/") - 1)[0] for rule in suites for part in rule.limit.split()}
        asked = [a for a in chosen if f"{a.scope}/{a.kind}" in spoken]
        if not suites or any(all(_in_suite(a, rule.limit.split()) for a in asked) for rule in suites):
            return None
        names = ", ".join(rule.item for rule in suites)
        first, outside = suites[0], tables.words()[NOT_IN_THE_SUITE]
        text = f"{first.clause}: all of it is in none of the suites {names}."
        return Verdict(outside.use, NOT_IN_THE_SUITE, first.clause, first.evidence, text, outside.title)

    def key_size(self, kind: str, bits: int) -> Verdict | None:
        """The most severe objection to a public key of so many bits.

        A rule names the length below which it objects, or none where it objects to every length.
        """
        rules = self._about(kind)
        own = [r for r in rules if r.document == self.own]
        short = (r for r in own or rules if _below(r.limit, bits) or (r.item, r.limit) == ("*", ""))
        found = [_verdict(r, weighs) for r in short if (weighs := tables.words()[r.verdict].use)]
        return _worst(found) if found else None

    def _about(self, kind: str) -> list[Rule]:
        """Statements of one kind, the user's own first."""
        return [r for r in self.rules if r.kind == kind]

    @property
    def evidence_counts(self) -> dict[str, int]:
        """Statements by how they were learned: read, second-hand, believed."""
        counts = Counter(rule.evidence for rule in self.rules)
        return {word: counts[word] for word in ("read", "second-hand", "believed") if counts[word]}

    @property
    def learned(self) -> str:
        """How many statements it has, and how they were learned, in a sentence or two."""
        classes = ", ".join(f"{count} {word}" for word, count in self.evidence_counts.items())
        number = f"{len(self.rules)} statement{'s' * (len(self.rules) != 1)}"
        return f"{number} about what an IKE capture can show. How they were learned: {classes}."

    def asks(self, algorithm: Algorithm) -> int | None:
        """How strongly it asks for an algorithm: 0 the most. None: it objects, leaves it open, or does not name it."""
        if self.judge(algorithm) is not None:
            return None
        for document in self.documents:
            said = self._statement(document, algorithm)
            if said is not None:
                breach = tables.words()[said.word].breach
                return None if said.word in _OPEN else SEVERITIES.index(breach) if breach else len(SEVERITIES)
        return None

    def _statement(self, document: Document, algorithm: Algorithm) -> Verdict | None:
        """What it says, objection (with a severity) or not; None: nothing."""
        kind, number = in_ikev2_numbers(algorithm)
        native = (algorithm.kind, algorithm.number) if algorithm.scope == "ikev1" else (kind, number)
        tries = [(algorithm.scope, *native, "")]
        if algorithm.scope == "ikev1" and number is not None:
            tries.append(("ikev2", kind, number, f" The rule is written for IKEv2's {_ikev2_name(kind, number)}."))
        elif algorithm.kind == "ke" and document.groups != "ike":
            tries.append(("ikev2", kind, number, ""))  # RFC 8247 and others speak of the group, wherever it is used
        silent = None
        for scope, try_kind, try_number, remark in tries:
            rules = self._table.get((document.name, scope, try_kind), ())
            if try_number is None or not rules:
                continue
            verdict = _said(rules, try_number, algorithm.key_bits)
            if verdict is not None:
                return verdict._replace(text=verdict.text + remark)
            if try_kind in LISTED_KINDS and try_number:
                silent = rules[0]
        return _outside(silent, document) if silent and document.closed != "no" else None


def _said(rules: Sequence[Rule], number: int, key_bits: int | None) -> Verdict | None:
    """What one document says of a number: its own line before "*", a key length it does not meet.

    Severity "" is no objection, None nothing said.
    """
    named = [r for r in rules if any(number in some for some in numbers(r.item))]
    met = [r for r in named if _within(r.limit, key_bits)]
    if met:
        return _worst_rule(met)
    rest = [r for r in rules if r.item == "*"]
    if rest:
        return _worst_rule(rest)._replace(
            title=tables.words()[NOT_IN_THE_SUITE].title
        )  # "any other": it need not be weak
    short = next((r for r in named if r.limit and not r.limit.startswith("<")), None)
    if short is None:
        return None
    verdict = _verdict(short, tables.words()[short.verdict].breach)
    return verdict._replace(text=f"{short.clause}: {short.verdict}, with a key of {short.limit} bits.")


def _outside(rule: Rule, document: Document) -> Verdict:
    title = document.title
    if document.closed == "suite":
        word, text = NOT_IN_THE_SUITE, f"Not in the suite of {title}: what it does not name does not comply."
    else:
        word = "outside the list"
        text = f"Outside the list of {title}: not listed there, which is not a prohibition."
    return Verdict(tables.words()[word].use, word, title, rule.evidence, text, tables.words()[word].title)


def _added(verdict: Verdict, without: Verdict | None) -> Verdict:
    """On an additional key exchange: keys rest on all of them, so it cannot weaken the first (RFC 9370 section 2).

    It weighs no more than what is not in a suite, or than what the policy says `without` any, whichever is heavier.
    """
    outside = tables.words()[NOT_IN_THE_SUITE].use
    limit = min(outside, without.severity, key=SEVERITIES.index) if without else outside
    severity: Severity = max(verdict.severity, limit, key=SEVERITIES.index)
    text = f"{verdict.text} As an additional key exchange it does not weaken the first."
    return verdict._replace(severity=severity, text=text, title=verdict.title or tables.words()[NOT_IN_THE_SUITE].title)


def _worst_rule(rules: list[Rule]) -> Verdict:
    """The verdict of the rule that objects most."""
    found = [_verdict(r, tables.words()[r.verdict].use) for r in rules]
    objections = [v for v in found if v.severity]
    return _worst(objections) if objections else found[0]


def _verdict(rule: Rule, severity: Severity) -> Verdict:
    note = f" ({rule.note})" if rule.note else ""
    meaning = tables.words()[rule.verdict].meaning
    text = f"{rule.clause}: {f'{meaning} ({rule.verdict})' if meaning else rule.verdict}{note}."
    return Verdict(severity, rule.verdict, rule.clause, rule.evidence, text, tables.words()[rule.verdict].title)


def _in_suite(algorithm: Algorithm, suite: Sequence[str]) -> bool:
    """A key length that cannot be known is not held against anyone."""
    name = f"{algorithm.scope}/{algorithm.kind}/{algorithm.number}"
    if algorithm.kind != "encr":
        return name in suite
    bits = algorithm.key_bits
    return any(part.startswith(f"{name}/") and (bits is None or part == f"{name}/{bits}") for part in suite)


def _below(limit: str, bits: int) -> bool:
    return limit.startswith("<") and bits < int(limit[1:])


def _within(limit: str, key_bits: int | None) -> bool:
    """A key length that cannot be known is not held against anyone."""
    if not limit:
        return True
    if limit.startswith("<"):
        return key_bits is not None and _below(limit, key_bits)
    return key_bits is None or key_bits >= int(limit)


def _raise(verdict: Verdict, algorithm: Algorithm) -> Verdict:
    kind, number = in_ikev2_numbers(algorithm)
    found = tables.raised().get((kind, number if number is not None else -1))
    if found is None:
        return verdict
    severity, reason = found
    higher = min(severity, verdict.severity, key=SEVERITIES.index)
    return verdict._replace(severity=higher, text=f"{verdict.text} {reason}", title="")


def _ikev2_name(kind: str, number: int) -> str:
    return Algorithm("ikev2", kind, f"ikev2-{'auth-methods' if kind == 'auth' else kind}", number, None).name
