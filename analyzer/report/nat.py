"""Who is behind NAT, in words: it is inferred, and every page says from what and how sure that is."""

from collections.abc import Mapping
from typing import Any, Final

_DOCUMENTS: Final = {1: "RFC 3947 3.2", 2: "RFC 7296 2.23"}


def behind_nat(n: Mapping[str, Any]) -> str:
    """Who is behind NAT; "" where nobody is by the hashes, or where that cannot be known."""
    if n["nat"] in (None, "none"):
        return ""
    where = "both sides are" if n["nat"] == "both" else f"the {n['nat']} is"
    document = f" ({_DOCUMENTS[n['ike_version']]})" if n["ike_version"] in _DOCUMENTS else ""
    return f"{where} behind NAT (likely): NAT detection hashes differ from the addresses or ports of packets{document}"
