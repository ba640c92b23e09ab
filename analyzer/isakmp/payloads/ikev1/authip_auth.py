"""Auth payload of AuthIP (MS-AIPS section 2.2.3.4): the authentication methods that the sender offers or chooses."""

from typing import NamedTuple

from analyzer.isakmp.cursor import Cursor, Layout

METHOD = Layout(">HH", "auth_method=authip-auth-methods", "flags=hex")


class AuthenticationMethods(NamedTuple):
    """Numbers of authip-auth-methods, in wire order."""

    methods: tuple[int, ...]


def decode(cursor: Cursor) -> AuthenticationMethods:
    """Decode an Auth payload, as many methods as there are."""
    methods: list[int] = []
    while cursor.more(methods, METHOD.size):
        methods.append(cursor.fields(METHOD)[0])
    return AuthenticationMethods(tuple(methods))
