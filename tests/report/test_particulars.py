import pytest

from analyzer.report.dossier import dossiers
from analyzer.report.particulars import MOST_ROWS, particulars
from analyzer.report.sentences import mismatch_text
from tests.report.sample import CAPTURE, put, sample


def test_only_columns_with_something_in_them() -> None:
    children, streams, exchanges = particulars(dossiers(sample(), [1])[0])
    assert "Algorithms" not in children.headings  # inside encryption
    assert dict(zip(children.headings, children.rows[0], strict=True)) == {
        "No.": "1", "Outcome": "established", "Protocol": "ESP",
        "SPIs": "c1a2b3c4 to initiator, 0a1b2c3d to responder", "Packets": "400 to initiator, 500 to responder",
        "Made by": "IKE_AUTH", "Frames": "3, 6", "PFS": "cannot be known", "Basis": "inferred",
    }  # fmt: skip
    assert streams.rows[0][streams.headings.index("Joined by")] == "endpoints and time"
    assert [exchanges.numbers[exchanges.headings.index(name)] for name in ("Request", "Round trip")] == [True, False]


def test_what_can_be_seen_of_a_child_sa_is_told() -> None:
    (children, exchanges) = particulars(dossiers(sample(), [4])[0])
    row = dict(zip(children.headings, children.rows[0], strict=True))
    assert row["Initiator's and responder's side"] == "10.1.0.0/16 \u2013 10.2.0.0/16"
    assert "a1b2c3d4" in {cell for row in exchanges.rows for cell in row}


@pytest.mark.parametrize(
    ("pfs", "basis", "told"),
    [
        (True, "seen: its KE payload", "yes"),
        (False, "likely, inferred from length: too short", "no: likely, inferred from length: too short"),
        (None, "not observable", "cannot be known: not observable"),
    ],
)
def test_perfect_forward_secrecy_says_where_it_is_inferred(pfs: bool | None, basis: str, told: str) -> None:
    (d,) = dossiers(sample(), [1])
    d.child_sas[0] |= {"pfs": pfs, "pfs_basis": basis}
    children = particulars(d)[0]
    assert children.rows[0][children.headings.index("PFS")] == told


def test_a_refused_offer_beside_what_is_known_to_be_accepted() -> None:
    tables = sample()
    row = {"negotiation": 3, "place": "proposal 1", "capture": CAPTURE}
    put(tables, "mismatches", kind="PRF", offered=("PRF_HMAC_SHA1",), **row)
    (d,) = dossiers(tables, [3])
    assert "mismatches" not in [table.source for table in particulars(d)]  # nothing is known
    known = {"accepted": ("2048-bit MODP Group",), "fits": False, "source": "chose", "evidence_frames": (2,)}
    put(tables, "mismatches", kind="key exchange", offered=("1024-bit MODP Group",), **row | known)
    (d,) = dossiers(tables, [3])
    mismatch = particulars(d)[0]
    assert dict(zip(mismatch.headings, mismatch.rows[0], strict=True)) == {
        "Concerns": "IKE SA", "Proposal": "proposal 1", "Kind": "key exchange", "Offered": "1024-bit MODP Group",
        "Accepted": "2048-bit MODP Group", "Fits": "no", "Known": "chosen elsewhere in this capture", "Frames": "2",
    }  # fmt: skip
    assert mismatch_text(d.mismatches[1]) == (
        "IKE SA, key exchange: offered 1024-bit MODP Group; accepted 2048-bit MODP Group "
        "(chosen elsewhere in this capture, frame 2): does not fit."
    )


def test_long_tables_are_cut_and_counted() -> None:
    tables = sample()
    for number in range(100):
        put(tables, "exchanges", negotiation=2, message_id=number, exchange="INFORMATIONAL")
    (exchanges,) = particulars(dossiers(tables, [2])[0])
    assert len(exchanges.rows) == MOST_ROWS
    assert exchanges.total == 102


def test_no_rows_no_tables() -> None:
    tables = sample()
    put(tables, "negotiations", negotiation=9)
    assert particulars(dossiers(tables, [9])[0]) == []
