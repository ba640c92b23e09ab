import pytest

from analyzer.cli.explained import all_words, kind_of, kinds, pages_of
from analyzer.cli.explained.kind import Kind
from analyzer.report.manual import page_lines


def test_kinds_have_names_of_their_own_and_stand_in_order() -> None:
    names = [name for kind in kinds() for name in {kind.name, kind.one}]
    assert len(set(names)) == len(names)
    assert [kind.place for kind in kinds()] == [*range(1, len(kinds()) + 1)]


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.name)
def test_every_word_has_a_page_that_says_something(kind: Kind) -> None:
    assert kind.words() or kind.listing
    assert not kind.pages("no such word")
    for word, meaning in kind.words().items():
        assert meaning
        pages = kind.pages(word.lower())
        assert pages, word
        assert all(page.sections and all(s.text.strip() or s.rows for s in page.sections) for page in pages), word
        assert all(len(line.text) <= 100 for page in pages for line in [*page_lines(page, 100)][1:]), word
    assert pages_of(kind.example.split()) or kind_of(kind.example) is kind


def test_a_kind_before_a_word_chooses_among_twins() -> None:
    assert {page.kind.split()[0] for page in pages_of(["authentication-failed"])} == {"diagnosis", "IKEv1"}
    assert [page.kind for page in pages_of(["diagnosis", "authentication-failed"])] == ["diagnosis"]
    assert kind_of("Notifies") is kind_of("notify") is not None
    assert kind_of("notification") is None


def test_words_to_complete_are_those_of_all_kinds() -> None:
    assert {"checks", "psk-mismatch", "ietf", "TS_UNACCEPTABLE", "wire-length", "messages.length"} <= set(all_words())
