"""Offline analyzer for ISAKMP: what happened in this IKEv1 or IKEv2 negotiation, from the capture alone.

    import analyzer
    analysis = analyzer.read_pcap("gateway.pcap")
    analysis.negotiations           # a pandas.DataFrame: one row for each IKE SA

The names below are imported when they are asked for (PEP 562), so that `import analyzer` costs nothing and pulls in
neither pandas nor numpy.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analyzer import plots
    from analyzer.analysis import Analysis
    from analyzer.dataset import open_dataset
    from analyzer.folder import read_folder
    from analyzer.notebook import read_pcap

__all__ = ["Analysis", "__version__", "open_dataset", "plots", "read_folder", "read_pcap"]

__version__: str


def __getattr__(name: str) -> object:
    value: object
    if name == "__version__":
        value = _version()
    elif name == "plots":
        value = import_module("analyzer.plots")
    elif name == "open_dataset":
        value = import_module("analyzer.dataset").open_dataset
    elif name == "read_folder":
        value = import_module("analyzer.folder").read_folder
    elif name in __all__:
        from analyzer import notebook  # noqa: PLC0415  (lazy on purpose, see above)

        value = getattr(notebook, name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def _version() -> str:
    """Version of the installed distribution; a clone that nobody installed has none and says so."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415  (30 ms that --help does not need)

    try:
        return version("isakmp-analyzer")
    except PackageNotFoundError:
        return "0+not.installed"
