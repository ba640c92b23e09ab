"""Key files: Wireshark's rows, what stands beside them in comments, and sentences for what is neither."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.decryption.keyfile import load_keys, parse_keys
from analyzer.errors import KeyFileError
from tests.decryption.recordings import FOLDERS

SPI_I, SPI_R = "00112233445566aa", "aabbccddeeff0011"
GCM = f'{SPI_I},{SPI_R},{"01" * 36},{"02" * 36},"AES-GCM-256 with 16 octet ICV [RFC5282]",,,"NONE [RFC4306]"'


def test_both_tables_in_one_file() -> None:
    store = parse_keys(f"# a comment\n\n{GCM}\n{SPI_I.upper()},{'0A' * 24}\n")
    (v2,), (v1,) = store.ikev2(SPI_I, SPI_R), store.ikev1(SPI_I)
    assert v2.encryption is not None
    assert v2.integrity is not None
    assert (v2.encryption.name, v2.integrity.name, v2.sk_ei, v2.sk_ar) == ("ENCR_AES_GCM_16", "NONE", b"\1" * 36, b"")
    assert v1.encryption_key == b"\n" * 24
    assert len(store) == 2
    assert store.ikev2(SPI_R, SPI_I) == []
    assert store.ikev1("ff" * 8) == []


def test_rows_of_one_sa_are_all_kept_in_order_and_copies_once() -> None:
    second = GCM.replace("01" * 36, "03" * 36)
    store = parse_keys(f"{GCM}\n{second}\n{GCM}")
    assert [k.sk_ei[0] for k in store.ikev2(SPI_I, SPI_R)] == [1, 3]


def test_rows_in_comments() -> None:
    chacha = f"#{SPI_I},{SPI_R},{'01' * 36},{'02' * 36},,,,NONE [RFC4306] # IKE:CHACHA20_POLY1305/PRF_HMAC_SHA2_256"
    other = f"#{SPI_I},,{'ab' * 32} # IKEv1: the other side has another key"
    store = parse_keys(f"{chacha}\n{other}\n#{SPI_I}, this is only a remark\n#{SPI_I},{SPI_R},zz\n")
    (v2,), (v1,) = store.ikev2(SPI_I, SPI_R), store.ikev1(SPI_I)
    assert v2.encryption is None
    assert v2.sk_er == b"\2" * 36
    assert v1.encryption_key == b"\xab" * 32
    assert len(store) == 2


@pytest.mark.parametrize(
    ("cipher", "check", "names"),
    [
        ("3DES [RFC2451]", "HMAC_SHA1_160 [RFC4595]", ("ENCR_3DES", "AUTH_HMAC_SHA1_160")),
        ("AES-CTR-192 [RFC5930]", "ANY 96-bits of Authentication [No checking]", ("ENCR_AES_CTR", "UNCHECKED_96")),
        ("AES-CCM-128 with 12 octet ICV [RFC5282]", "NONE [RFC4306]", ("ENCR_AES_CCM_12", "NONE")),
        ("ENCR_CHACHA20_POLY1305", "NONE", ("ENCR_CHACHA20_POLY1305", "NONE")),
        ("ENCR_CAMELLIA_CBC", "AUTH_AES_XCBC_96", ("ENCR_CAMELLIA_CBC", "AUTH_AES_XCBC_96")),
    ],
)
def test_names(cipher: str, check: str, names: tuple[str, str]) -> None:
    (row,) = parse_keys(f'{SPI_I},{SPI_R},01,02,"{cipher}",03,04,"{check}"').ikev2(SPI_I, SPI_R)
    assert row.encryption is not None
    assert row.integrity is not None
    assert (row.encryption.name, row.integrity.name) == names


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("hello world", "line 2: 1 fields; an IKEv1 row has 2, an IKEv2 row has 8"),
        ("0011,aabb", "line 2: column 1 (initiator cookie): 4 characters, not 16 hexadecimal digits"),
        (f"{SPI_I},xyz", "line 2: column 2 (encryption key): 3 characters that are not hexadecimal"),
        (f"{SPI_I},", "line 2: column 2 (encryption key) is empty"),
        (f"{SPI_I},{SPI_R},1,2,,,,", "line 2: column 3 (SK_ei): 1 characters that are not hexadecimal"),
        (
            f"{SPI_I},{SPI_R},01,02,ROT13,,,NONE",
            "line 2: column 5 (encryption algorithm): 5 characters that are no",
        ),
        (
            f"{SPI_I},{SPI_R},01,02,NULL,,,CRC32",
            "line 2: column 8 (integrity algorithm): 5 characters that are no",
        ),
    ],
)
def test_lines_that_are_no_rows(line: str, sentence: str) -> None:
    with pytest.raises(KeyFileError) as error:
        parse_keys(f"{GCM}\n{line}\n", "my.keys")
    assert str(error.value).startswith(f"my.keys: {sentence}")


SECRETS = tuple(bytes((number, *range(101, 132))).hex() for number in range(4))
CELLS = (SPI_I, SPI_R, *SECRETS[:2], '"AES-CBC-256 [RFC3602]"', *SECRETS[2:], '"HMAC_SHA2_256_128 [RFC4868]"')


def damaged_rows() -> list[str]:
    """A whole row with one thing wrong: rotated, columns swapped, lost or doubled, a letter or quote too many."""
    rows = [(*CELLS[n:], *CELLS[:n]) for n in range(1, 8)]
    rows += [(*CELLS[:n], *CELLS[n + 1 :]) for n in range(8)] + [(*CELLS[:n], CELLS[2], *CELLS[n:]) for n in range(8)]
    for one in range(8):
        for other in range(one):
            swapped = list(CELLS)
            swapped[one], swapped[other] = swapped[other], swapped[one]
            rows.append(tuple(swapped))
        for wrong in ("g", '"', "\0", "\u202e", '"x'):
            rows.append((*CELLS[:one], CELLS[one][:20] + wrong + CELLS[one][20:], *CELLS[one + 1 :]))
    texts = [separator.join(row) for row in rows for separator in (",", ";", " ,", ", ")]
    shared_secret = "correct horse battery staple"
    return [*texts, *(f"{SPI_I},{secret}zz" for secret in SECRETS), f"{SECRETS[0]},{SPI_I}", shared_secret]


@pytest.mark.parametrize("comment", ["", "#"])
def test_no_error_repeats_what_a_row_holds(comment: str) -> None:
    refused = 0
    for row in damaged_rows():
        try:
            parse_keys(comment + row)
        except KeyFileError as error:
            told = f"{error}{error.__cause__}"
            refused += 1
            assert not any(row[n : n + 6] in told for n in range(len(row) - 6) if row[n : n + 6].isalnum()), told
            assert "correct horse" not in told
    assert bool(refused > 100) is not bool(comment)


def test_keys_are_not_in_what_a_notebook_prints() -> None:
    store = parse_keys(f"{','.join(CELLS)}\n{SPI_I},{SECRETS[0]}")
    printed = repr((store, *store.ikev1(SPI_I), *store.ikev2(SPI_I, SPI_R)))
    assert SPI_I in printed
    for secret in SECRETS:
        assert secret not in printed
        assert repr(bytes.fromhex(secret))[2:-1] not in printed


def test_many_rows_are_read_and_a_larger_file_is_refused_with_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "many.keys"
    path.write_text("".join(f"{number:016x},{SECRETS[0]}\n" for number in range(100_001)))
    assert len(load_keys(path)) == 100_001
    monkeypatch.setattr("analyzer.decryption.keyfile._LARGEST_FILE", 1 << 20)
    with pytest.raises(KeyFileError, match=r"larger than 1 MiB; a key file is not that large"):
        load_keys(path)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    missing, empty, binary = tmp_path / "no.keys", tmp_path / "empty.keys", tmp_path / "binary.keys"
    empty.write_text("# nothing\n")
    binary.write_bytes(b"\xd4\xc3\xb2\xa1\xff\xff")
    for path, sentence in (
        (missing, "No such file"),
        (tmp_path, "Is a directory"),
        (empty, "no key rows"),
        (binary, "not a text file"),
    ):
        with pytest.raises(KeyFileError, match=sentence) as error:
            load_keys(path)
        assert str(path) in str(error.value)


def test_windows_line_ends_and_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "wireshark.keys"
    path.write_bytes(b"\xef\xbb\xbf" + f"{GCM}\r\n".encode())
    assert len(load_keys(path)) == 1


@given(
    st.text()
    | st.lists(st.sampled_from([SPI_I, SPI_R, "0" * 64, '"NULL"', "#", ",", ",,", "\n", '"', "x"])).map("".join)
)
def test_any_text_gives_rows_or_a_keyfileerror(text: str) -> None:
    with suppress(KeyFileError):
        parse_keys(text)


def test_every_recordings_key_file_reads() -> None:
    files = [f for folder in FOLDERS for f in folder.rglob("*.keys")]
    assert files
    for path in files:
        assert len(load_keys(path)) > 0
