import click
from click.testing import CliRunner

from analyzer.batch.reading import Reading
from analyzer.cli.options import captures, jobs, reading, times


@click.command()
@captures
@reading
def echo(captures: tuple[str, ...], how: Reading) -> None:
    click.echo(repr((captures, how)))


def run(*words: str) -> str:
    return CliRunner().invoke(echo, words, catch_exceptions=False).output


def test_defaults() -> None:
    assert run("a.pcap") == repr((("a.pcap",), Reading(None, ("ietf",), (500, 4500)))) + "\n"


def test_ports_are_added_and_may_be_repeated() -> None:
    words = ("--port", "5500", "--port", "848", "--keys", "k", "--policy", "bsi", "-", "b")
    assert run(*words) == repr((("-", "b"), Reading("k", ("bsi",), (500, 848, 4500, 5500)))) + "\n"


def test_a_file_of_peers() -> None:
    expected = Reading(None, ("ietf",), (500, 4500), "peers.toml")
    assert run("--peer-config", "peers.toml", "a.pcap") == repr((("a.pcap",), expected)) + "\n"


def test_how_large_a_compressed_capture_may_become() -> None:
    expected = Reading(None, ("ietf",), (500, 4500), max_expansion=2000)
    assert run("--max-expansion", "2000", "a.pcap") == repr((("a.pcap",), expected)) + "\n"
    assert "Invalid value for '--max-expansion'" in run("--max-expansion", "0", "a.pcap")


def test_no_port_beyond_the_range() -> None:
    for port in ("0", "65536", "ike"):
        assert "Invalid value for '--port'" in run("--port", port, "a.pcap")


def test_how_many_captures_at_a_time() -> None:
    command = click.command()(captures(reading(jobs(lambda captures, how: click.echo(repr(how.jobs))))))
    for words, expected in ((["a"], "None"), (["a", "--jobs", "3"], "3")):
        assert CliRunner().invoke(command, words, catch_exceptions=False).output == f"{expected}\n"
    assert "Invalid value for '--jobs'" in CliRunner().invoke(command, ["a", "--jobs", "0"]).output


def test_the_zone_of_times() -> None:
    command = click.command()(times(lambda zone: click.echo(zone.name)))
    for words, expected in (
        ([], "UTC"),
        (["--tz", "Europe/Berlin"], "Europe/Berlin"),
        (["--tz", "local"], "local time"),
    ):
        assert CliRunner().invoke(command, words, catch_exceptions=False).output == f"{expected}\n"
    wrong = CliRunner().invoke(command, ["--tz", "Berlin"])
    assert wrong.exit_code == 2
    assert "Did you mean Europe/Berlin?" in wrong.output


def test_the_shell_completes_names_of_zones() -> None:
    (option,) = click.command()(times(lambda zone: None)).params
    found = [item.value for item in option.shell_complete(click.Context(click.Command("x")), "Europe/Be")]
    assert "Europe/Berlin" in found
    assert all(name.startswith("Europe/Be") for name in found)
    assert [item.value for item in option.shell_complete(click.Context(click.Command("x")), "")][:2] == ["UTC", "local"]
