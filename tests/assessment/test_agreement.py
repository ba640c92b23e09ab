"""What was agreed on has names for people and numbers for programs, and numbers say it whole."""

from hypothesis import given
from hypothesis import strategies as st

from analyzer.assessment.agreement import _NAMES, Agreement, Fact
from analyzer.assessment.algorithms import Algorithm

GCM = Algorithm("ikev2", "encr", "ikev2-encr", 20, 256)
ML_KEM = Algorithm("ikev2", "ke", "ikev2-ke", 36, None, True)
numbers = st.integers(0, 65535)
algorithms = st.builds(
    Algorithm,
    st.sampled_from(["ikev1", "ikev2", "esp", "ah"]),
    st.sampled_from(["encr", "ke"]),
    st.just("ikev2-encr"),
    numbers,
    st.none() | numbers,
    st.booleans(),
)
facts = st.builds(lambda key, value: Fact(*key, value), st.sampled_from([*_NAMES, ("pq", "classical-only")]), numbers)


@given(st.sampled_from([1, 2]), st.lists(algorithms), st.lists(facts), st.lists(st.text()))
def test_numbers_say_all_of_it(version: int, some: list[Algorithm], more: list[Fact], hidden: list[str]) -> None:
    one = Agreement(version, tuple(some), tuple(more), tuple(hidden))
    assert Agreement.of_ids(one.ids, one.hidden) == one


def test_names() -> None:
    said = (Fact("pq", "classical-only", 20), Fact("mode", "no-pfs"), Fact("lifetime", "ike", 86400))
    one = Agreement(2, (GCM, ML_KEM), said, ())
    assert one.names == ("IKEv2", "ENCR_AES_GCM_16-256", "ml-kem-768", "no PFS", "lifetime of the IKE SA 86400 s")
    assert one.ids[:3] == ("2", "ikev2 encr ikev2-encr 20 256 -", "ikev2 ke ikev2-ke 36 - additional")
    assert one.name(said[0]) == "no post-quantum part beside 384-bit random ECP group"
