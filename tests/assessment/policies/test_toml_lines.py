from analyzer.assessment.policies.toml_lines import Lines

TEXT = """\
name = "acme"
note = \'\'\'
[[rule]]
kind = "encr"
\'\'\'
"title" = "x"

[[rule]]
kind = "ke"
note = \"\"\"one line\"\"\"
  item = 14
[[ rule ]] # the second
verdict = "MUST"
"""


def test_keys_of_the_file_and_of_each_table() -> None:
    lines = Lines(TEXT)
    assert (lines.of("name"), lines.of("title")) == (1, 6)
    assert (lines.of("kind", "rule", 0), lines.of("item", "rule", 0)) == (9, 11)
    assert lines.of("verdict", "rule", 1) == 13


def test_a_key_that_is_missing_has_the_line_of_its_table() -> None:
    assert Lines(TEXT).of("verdict", "rule", 0) == 8
    assert Lines(TEXT).of("kind", "rule", 1) == 12
    assert Lines('rule = [{kind = "encr"}]').of("kind", "rule", 0) == 1


def test_what_is_nowhere_has_no_line() -> None:
    assert Lines(TEXT).of("extends") is None
    assert Lines("").of("kind", "rule", 0) is None


def test_what_stands_in_a_long_text_is_no_key() -> None:
    lines = Lines('a = """\n[[rule]]\nkind = 1\n"""\n[[rule]]\nkind = 2\n')
    assert lines.of("kind", "rule", 0) == 6
