from analyzer.redact.key import SIZE, Key


def test_the_same_secret_says_the_same_and_depends_on_all_it_is_given() -> None:
    one, other = Key(b"a secret"), Key(b"b secret")
    assert one.stream("x", b"data", 100) == Key(b"a secret").stream("x", b"data", 100)
    said = {one.stream("x", b"data", 20), one.stream("y", b"data", 20), one.stream("x", b"datb", 20)}
    assert len(said | {other.stream("x", b"data", 20)}) == 4


def test_a_long_stream_is_as_long_as_wanted() -> None:
    assert [len(Key(b"k").stream("x", b"", size)) for size in (0, 1, 32, 33, 1000)] == [0, 1, 32, 33, 1000]
    assert len(Key(b"k").part("x")) == SIZE


def test_without_a_secret_each_key_is_another() -> None:
    assert Key().part("x") != Key().part("x")
