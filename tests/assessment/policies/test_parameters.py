import pytest

from analyzer.assessment import policies
from analyzer.assessment.algorithms import Algorithm
from analyzer.assessment.policies import parameters, tables
from analyzer.errors import PolicyError


def word(policy: str, kind: str, number: int, bits: int | None = None, scope: str = "ikev2") -> str | None:
    verdict = policies.load(policy).judge(Algorithm(scope, kind, f"ikev2-{kind}", number, bits))
    return verdict.word if verdict else None


def required(policy: str, kind: str, item: str) -> str | None:
    found = policies.load(policy).requirement(kind, item)
    return found[1].word if found else None


def objection(policy: str, kind: str, item: str) -> str | None:
    found = policies.load(policy).objection(kind, item)
    return found.word if found else None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("bsi", ("bsi", {})),
        ("bsi:date=2031", ("bsi", {"date": "2031"})),
        ("asd-ism:classification=secret,date=2031", ("asd-ism", {"classification": "secret", "date": "2031"})),
        ("my.toml", ("my.toml", {})),
        ("a:b/my.TOML:date=2031", ("a:b/my.TOML", {"date": "2031"})),
    ],
)
def test_a_name_and_what_it_is_given(name: str, expected: tuple[str, dict[str, str]]) -> None:
    assert parameters.given(name) == expected


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("bsi:date", r"'date' is no parameter with a value\. Write bsi:date=2031"),
        ("bsi:", r"'' is no parameter with a value"),
        ("bsi:date=2032,date=2033", r"date is given twice\. Give it one value"),
        ("bsi:=2031", r"'=2031' is no parameter with a value"),
        ("bsi:edition=2026", r"bsi has no parameter 'edition'\. It has: date"),
        ("cnsa1:date=2031", r"cnsa1 has no parameter 'date'\. It has none"),
        (
            "asd-ism:classification=SECRET",
            r"is not 'SECRET'\. It is one of: non-classified, official-sensitive, protected",
        ),
        ("bsi:date=31", r"is not '31'\. It is a year, such as 2031"),
        ("bsi:date=20311", "It is a year"),
        ("bsi:date=\u0662\u0660\u0663\u0661", "It is a year"),
        ("bis:date=2031", r"no policy 'bis'\. Known policies: ietf"),
    ],
)
def test_what_is_not_known_is_refused_with_what_is(name: str, said: str) -> None:
    with pytest.raises(PolicyError, match=said):
        policies.load(name)


def test_which_policies_can_be_given_what() -> None:
    arguments = {name: tuple(parameters.parameters(name)) for name in policies.names() if parameters.parameters(name)}
    assert arguments == {
        "nist": ("date",),
        "nist80057": ("date",),
        "nist800131ar3": ("date",),
        "cnsa2": ("date",),
        "bsi": ("date",),
        "anssi": ("date",),
        "asd-ism": ("classification", "date"),
        "disa-vpn": ("edition",),
        "disa-vendor": ("device",),
    }


def test_every_condition_is_a_parameters_value() -> None:
    for name in policies.names():
        for rule in tables.rules():
            if rule.document in tables.policies()[name].documents and rule.when:
                for key, value in parameters._conditions(rule.when).items():
                    known = parameters.parameters(name)
                    if key in ("since", "until"):
                        assert value.isdigit()
                        assert "date" in known
                    else:
                        assert {*value.split()} <= {*known[key].values}, rule


def test_names_and_titles_say_what_a_policy_was_given() -> None:
    found = policies.load("asd-ism:date=2031,classification=secret")
    assert found.name == "asd-ism:classification=secret,date=2031"
    assert found.title == "Australian ISM, December 2025 (classification secret, as of 2031)"
    assert (
        policies.load("asd-ism").title
        == policies.titles()["asd-ism"]
        == "Australian ISM, December 2025 (classification non-classified)"
    )


def test_a_finding_says_by_what_it_was_judged() -> None:
    ke = Algorithm("ikev2", "ke", "ikev2-ke", 14, None)
    verdict = policies.load("asd-ism:classification=secret").judge(ke)
    assert verdict is not None
    assert (
        verdict.text
        == "ASD ISM Dec 2025 ISM-1759: MUST NOT (a modulus of at least 3072 bits is used; classification secret)."
    )
    dated = policies.load("bsi").judge(ke)
    assert dated is not None
    assert dated.text.endswith("as of 2026).")


# -- the Australian ISM, as its catalogue marks its controls


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        ("non-classified", (None, None, "derived: allowed to PROTECTED", None)),
        ("protected", (None, None, "derived: allowed to PROTECTED", None)),
        ("secret", ("MUST NOT", None, "MUST NOT", None)),
        ("top-secret", ("MUST NOT", "MUST NOT", "MUST NOT", "MUST NOT")),
    ],
)
def test_classification(level: str, expected: tuple[str | None, ...]) -> None:
    policy = f"asd-ism:classification={level}"
    x25519 = policies.load(policy)._statement(
        next(iter(policies.load(policy).documents)), Algorithm("ikev2", "ke", "ikev2-ke", 31, None)
    )
    assert x25519 is not None
    found = word(policy, "ke", 14), word(policy, "ke", 19), x25519.word, word(policy, "encr", 20, 128)
    assert found == expected
    assert word(policy, "ke", 20) is None
    assert word(policy, "encr", 20, 192) is None
    short = policies.load(policy).key_size("rsa-bits", 2048)
    assert (short is not None) == (level in ("secret", "top-secret"))


# -- editions of the DISA guide


def test_editions() -> None:
    editions = [f"disa-vpn:edition=v2r{n}" for n in (3, 4, 5, 6)]
    assert [word(e, "ke", 14) for e in editions] == [None, None, "CAT I", "CAT I"]
    assert [word(e, "ke", 5) for e in editions] == [None, "CAT I", "CAT I", "CAT I"]
    assert [word(e, "ke", 16) for e in editions] == ["CAT I", None, None, None]  # not in the list of the oldest
    assert [word(e, "prf", 2) for e in editions] == [None, "CAT I", "CAT I", "CAT I"]
    assert [word(e, "prf", 5) for e in editions] == [None, None, "CAT I", "CAT I"]
    assert [word(e, "encr", 12, 128) for e in editions] == [None, None, None, "CAT I"]
    assert [word(e, "encr", 12, 128, scope="esp") for e in editions] == [None, None, "CAT I", "CAT I"]
    assert [word(e, "integ", 2, scope="esp") for e in editions] == [None, "CAT II", "CAT II", "CAT II"]
    assert [required(e, "mode", "pfs") for e in editions] == ["CAT II", "CAT II", "CAT I", "CAT I"]
    assert policies.load("disa-vpn").rules == policies.load("disa-vpn:edition=v2r6").rules


def test_devices() -> None:
    devices = [f"disa-vendor:device={name}" for name in ("srx", "asa", "f5", "aruba")]
    assert [required(d, "mode", "pfs") for d in devices] == [None, "CAT II", "CAT II", "CAT I"]
    assert [word(d, "ke", 14) for d in devices] == ["CAT I", None, None, None]
    assert [word(d, "ke", 15) for d in devices] == [None] * 4
    assert word(devices[0], "encr", 12, 128) == "CAT I"


# -- dates


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("nist80057", {2026: None, 2030: None, 2031: "disallowed"}),
        ("nist800131ar3", {2026: None, 2030: None, 2031: "deprecated", 2035: "deprecated", 2036: "disallowed"}),
        ("bsi", {2022: None, 2023: "not recommended since 2023"}),
        ("anssi", {2030: "until 2030", 2031: "below the minimum"}),
        (
            "asd-ism",
            {2031: None},
        ),  # of the group nothing: that classical key exchange is not approved is said of it all
    ],
)
def test_group_14_by_the_year(policy: str, expected: dict[int, str | None]) -> None:
    assert {year: word(f"{policy}:date={year}", "ke", 14) for year in expected} == expected


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("bsi", {2026: "until end of 2031", 2031: "until end of 2031", 2032: "not recommended"}),
        ("cnsa2", {2026: "not approved when mandated", 2029: "not approved when mandated", 2030: "not approved"}),
        ("asd-ism", {2026: None, 2030: None, 2031: "not approved"}),
        ("nist800131ar3", {2035: None, 2036: "disallowed"}),
    ],
)
def test_classical_key_exchange_by_the_year(policy: str, expected: dict[int, str | None]) -> None:
    assert {year: objection(f"{policy}:date={year}", "pq", "classical-only") for year in expected} == expected


def test_what_else_depends_on_the_year() -> None:
    assert [word(f"asd-ism:date={year}", "prf", 5) for year in (2030, 2031)] == ["allowed until 2030", "not approved"]
    assert [word(f"nist:date={year}", "encr", 3) for year in (2023, 2024)] == ["legacy", "disallowed after 2023"]
    assert [word(f"bsi:date={year}", "integ", 2) for year in (2019, 2020)] == [None, "not recommended"]
    keys = [policies.load(f"anssi:date={year}").key_size("rsa-bits", 2048) for year in (2030, 2031)]
    assert [key is None for key in keys] == [True, False]
