"""Which captures are read as one: looked for, or known from the run before where none of them has changed."""

from typing import TYPE_CHECKING

from analyzer.batch.reading import Reading

if TYPE_CHECKING:
    from distributed import Client

    from analyzer.capture.joining.sources import Looked, Sources
    from analyzer.report.seen import Seen


def joined(
    captures: list[str],
    how: Reading,
    seen: "Seen | None" = None,
    client: "Client | None" = None,
    looked: "Looked | None" = None,
) -> "Sources":
    """What is to be read of captures. seen: their files, with what the run before found, and for the next run.

    client: workers of its cluster look at them. looked: what earlier runs of this process have seen of them, with the
    same options.

    ValueError, CaptureError: they cannot be one, as of `sources`.
    """
    from analyzer.capture.joining.sources import sources  # noqa: PLC0415  (one capture needs none of it)

    elsewhere = None
    if client is not None:
        from analyzer.batch.cluster import looking  # noqa: PLC0415  (an extra)

        elsewhere = looking(client)

    def look() -> "Sources":
        return sources(
            captures,
            how.ports,
            as_one=how.as_one,
            jobs=how.processes,
            max_expansion=how.max_expansion,
            elsewhere=elsewhere,
            looked=looked,
        )

    if seen is None:
        return look()
    from analyzer import __version__  # noqa: PLC0415
    from analyzer.capture.joining.remembered import plain, remembered  # noqa: PLC0415

    asked = {"ports": [*how.ports], "as_one": how.as_one, "max_expansion": how.max_expansion, "version": __version__}
    before = seen.joined_before
    found = remembered(before, captures) if before.get("asked") == asked else None
    found = found or look()
    seen.joined = {"asked": asked, **plain(found)}
    return found
