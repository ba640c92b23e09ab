"""GSS-API payload of AuthIP (MS-AIPS section 2.2.3.1): a token of the authentication that runs inside."""

from typing import NamedTuple

from analyzer.isakmp import der
from analyzer.isakmp.cursor import Cursor, Layout

TOKEN = Layout(">IB", "status=hex", "flags=&authip-gss-flags")
NTLM = Layout("<8sI", "signature", "message_type")

_NTLM_SIGNATURE = b"NTLMSSP\0"
_NTLM_TYPES = {1: "NEGOTIATE_MESSAGE", 2: "CHALLENGE_MESSAGE", 3: "AUTHENTICATE_MESSAGE"}  # MS-NLMP section 2.2.1


class GssApiToken(NamedTuple):
    """`status` is 0 or the error of the sender's GSS-API."""

    status: int
    flags: int
    token: bytes


def decode(cursor: Cursor) -> GssApiToken:
    """Decode a GSS-API payload."""
    status, flags = cursor.fields(TOKEN)
    return GssApiToken(status, flags, cursor.rest("token", _read_token))


def _read_token(cursor: Cursor) -> None:
    """Say of which mechanism a token is, where it begins with its name."""
    if cursor.body.startswith(_NTLM_SIGNATURE):
        _, kind = cursor.fields(NTLM)
        cursor.describe(f"NTLM {_NTLM_TYPES.get(kind, kind)}")
        cursor.rest("message")
    else:
        cursor.describe(der.mechanism_text(cursor.body, cursor.defect) or "")
