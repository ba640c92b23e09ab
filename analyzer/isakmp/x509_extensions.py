"""Extensions of a certificate in words (RFC 5280 section 4.2), for the dissection tree.

The objects are those of `cryptography`, known by their object identifier: the package itself is not imported here.
The readers may raise on hostile certificates; `x509.facts` catches that field by field.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from typing import Any

from analyzer.isakmp import der

_MOST_EXTENSIONS = 32  # listed of a certificate; real ones have about ten
_MOST_ITEMS = 16  # listed of one extension
_MOST_CHARACTERS = 200  # of one item
_SUBJECT_ALTERNATIVE_NAME = "2.5.29.17"  # a fact of its own
_KEY_USAGES = {
    "digital_signature": "digitalSignature",
    "content_commitment": "nonRepudiation",
    "key_encipherment": "keyEncipherment",
    "data_encipherment": "dataEncipherment",
    "key_agreement": "keyAgreement",
    "key_cert_sign": "keyCertSign",
    "crl_sign": "cRLSign",
    "encipher_only": "encipherOnly",
    "decipher_only": "decipherOnly",
}
_ONLY_WITH_AGREEMENT = ("encipher_only", "decipher_only")  # asking for them raises without keyAgreement


def facts(extensions: Iterable[Any]) -> Iterator[tuple[str, Callable[[], str]]]:
    """Name of each extension and what reads its text; of those not known here their object identifier is the text."""
    for extension in islice(extensions, _MOST_EXTENSIONS):
        dotted = extension.oid.dotted_string
        if dotted != _SUBJECT_ALTERNATIVE_NAME:
            name, read = _READERS.get(dotted, ("extension", _unknown))
            yield name, partial(_text, extension, read)


def _text(extension: Any, read: Callable[[Any], Iterable[str]]) -> str:
    items = list(islice(read(extension), _MOST_ITEMS + 1))
    shown = [item if len(item) <= _MOST_CHARACTERS else item[:_MOST_CHARACTERS] + "..." for item in items[:_MOST_ITEMS]]
    listed = ", ".join(shown) + (", and more" if len(items) > _MOST_ITEMS else "")
    return f"{listed} (critical)" if extension.critical else listed


def _unknown(extension: Any) -> Iterator[str]:
    yield der.dotted_name(extension.oid.dotted_string)


def _key_usage(extension: Any) -> Iterator[str]:
    usage = extension.value
    for attribute, name in _KEY_USAGES.items():
        if (attribute not in _ONLY_WITH_AGREEMENT or usage.key_agreement) and getattr(usage, attribute):
            yield name


def _extended_key_usage(extension: Any) -> Iterator[str]:
    yield from (der.dotted_name(oid.dotted_string) for oid in extension.value)


def _basic_constraints(extension: Any) -> Iterator[str]:
    yield "CA" if extension.value.ca else "not a CA"
    if extension.value.path_length is not None:
        yield f"path length {extension.value.path_length}"


def _distribution_points(extension: Any) -> Iterator[str]:
    for point in extension.value:
        yield from map(_general_name, point.full_name or ())
        if point.relative_name is not None:
            yield f"relative to the issuer: {point.relative_name.rfc4514_string()}"


def _authority_key(extension: Any) -> Iterator[str]:
    value = extension.value
    if value.key_identifier is not None:
        yield value.key_identifier.hex()
    yield from (f"issuer {_general_name(name)}" for name in value.authority_cert_issuer or ())
    if value.authority_cert_serial_number is not None:
        yield f"serial number {value.authority_cert_serial_number:x}"


def _subject_key(extension: Any) -> Iterator[str]:
    yield extension.value.digest.hex()


def _access(extension: Any) -> Iterator[str]:
    for description in extension.value:
        method = der.dotted_name(description.access_method.dotted_string)
        yield f"{method} {_general_name(description.access_location)}"


def _policies(extension: Any) -> Iterator[str]:
    yield from (der.dotted_name(policy.policy_identifier.dotted_string) for policy in extension.value)


def _general_name(name: Any) -> str:
    value = getattr(name, "value", name)
    return value.rfc4514_string() if hasattr(value, "rfc4514_string") else str(value)


_READERS: dict[str, tuple[str, Callable[[Any], Iterable[str]]]] = {
    "1.3.6.1.5.5.7.1.1": ("authority_information_access", _access),
    "2.5.29.14": ("subject_key_identifier", _subject_key),
    "2.5.29.15": ("key_usage", _key_usage),
    "2.5.29.19": ("basic_constraints", _basic_constraints),
    "2.5.29.31": ("crl_distribution_points", _distribution_points),
    "2.5.29.32": ("certificate_policies", _policies),
    "2.5.29.35": ("authority_key_identifier", _authority_key),
    "2.5.29.37": ("extended_key_usage", _extended_key_usage),
}
