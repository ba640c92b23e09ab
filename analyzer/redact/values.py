"""What stands in the place of a field: the same, another name, or zeros. Always as many bytes as were there."""

from collections.abc import Callable
from typing import Final

from analyzer.isakmp.credentials import attribute_form
from analyzer.isakmp.numbers import NotifyV2
from analyzer.isakmp.registry import vendors
from analyzer.redact.addresses import V4, V6, Addresses
from analyzer.redact.der import DerRedactor
from analyzer.redact.key import Key
from analyzer.redact.macs import SIZE as MAC
from analyzer.redact.macs import Macs
from analyzer.redact.pseudonyms import Note, Pseudonyms
from analyzer.redact.spans import Field

# Bytes that are drawn at random or encrypted, or that say how others are to be read
_STAYS: Final = frozenset(
    (
        *(
            "initiator_spi",
            "responder_spi",
            "spi",
            "nonce_data",
            "key_exchange_data",
            "iv_ciphertext_icv",
            "ciphertext",
        ),
        *("initialization_vector", "flow_label", "netmask", "mask", "handshake_length", "list_length", "opcode"),
        *("random", "public_key", "bit_rates", "algorithm_identifier", "oid"),
    )
)
UNREAD: Final = frozenset(("undecoded_bytes", "stray_bytes", "bytes_after_message", "undecoded_keys", "padding"))
"""Names of what nobody could read: it becomes zeros, and is counted."""
_STAY_FORMS: Final = frozenset(("number", "algorithm", "oid"))
_DER_FORMS: Final = frozenset(("name", "general-name", "x509"))
_LONGEST_SPI: Final = 16
_NUMBER: Final = 8  # bytes
_SA_TABLES: Final = frozenset(("ikev1-attributes", "ikev1-ipsec-attributes", "ikev2-transform-attribute-types"))
_NAT_DETECTION: Final = frozenset((NotifyV2.NAT_DETECTION_SOURCE_IP, NotifyV2.NAT_DETECTION_DESTINATION_IP))
_VENDOR_NUMBER: Final = 3  # bytes of an EAP method's vendor, which has the name of a vendor ID
_TRIES: Final = 8


class Values:
    """Replacements of fields, by one key. note: is given what was replaced by what (kind, original, replacement)."""

    def __init__(self, key: Key, note: Callable[[str, bytes, bytes], None] = lambda _k, _a, _b: None) -> None:
        def noting(kind: str) -> Note:
            return lambda old, new: note(kind, old, new)

        self.macs = Macs(key)
        self.addresses = Addresses(key, self.macs, noting("address"))
        self.names = Pseudonyms(key, noting("name"))
        self._der = DerRedactor(key, self.names, self.addresses)

    def replace(self, field: Field, old: bytes, *, cut: bool = False) -> bytes:
        """What stands in the place of these bytes. cut: the capture has only the first of them."""
        if field.secret or field.name in UNREAD:
            return bytes(len(old))
        if field.number:
            return self._number(field, old)
        if field.form:
            return self._form(field, old, cut=cut)
        if field.name == "vendor_id":
            return old if len(old) == _VENDOR_NUMBER else self._vendor_id(old)
        if field.name == "attribute_value":
            return self._attribute(field, old)
        if "address" in field.name and len(old) in (V4, V6, MAC):
            return self.macs.of(old) if len(old) == MAC else self.addresses.of(old)
        if field.name in _STAYS:
            return old if field.name != "spi" or len(old) <= _LONGEST_SPI else self.names.opaque(old)
        return self.names.of(old)

    def _number(self, field: Field, old: bytes) -> bytes:
        if field.name == "link_local_interface_id":
            return self.macs.interface(old) or self.names.opaque(old)
        if field.about and len(old) == 2:
            form = attribute_form(*field.about).partition(":")[0]
            return self.names.of(old) if form in ("text", "doubtful", "secret") else old
        return old

    def _form(self, field: Field, old: bytes, *, cut: bool) -> bytes:
        kind, _, argument = field.form.partition(":")
        if kind in _DER_FORMS:
            return self._der.of(old, cut=cut) or self.names.of(old)
        if kind in ("address", "addresses"):
            return self._addresses(old, int(argument) if argument else 0)
        if kind in ("subnet", "range") and len(old) in (2 * V4, 2 * V6, V6 + 1):
            half = V6 if len(old) == V6 + 1 else len(old) // 2
            if kind == "subnet":
                mask = _mask(old[half], V6) if len(old) == V6 + 1 else old[half:]
                return self.addresses.in_network(old[:half], mask) + old[half:]
            return b"".join(self.addresses.ends(old[:half], old[half:]))
        if kind in _STAY_FORMS:
            return old if kind != "number" or len(old) <= _NUMBER else self.names.opaque(old)
        return self.names.of(old)

    def _addresses(self, old: bytes, size: int) -> bytes:
        """One address or several; of those of no size an IPv6 address, and an IPv4 address behind it."""
        if size and len(old) % size == 0:
            return b"".join(self.addresses.of(old[at : at + size]) for at in range(0, len(old), size))
        if len(old) in (V4, V6):
            return self.addresses.of(old)
        if len(old) == V6 + 1:
            return self.addresses.in_network(old[:V6], _mask(old[V6], V6)) + old[V6:]
        if len(old) == V6 + V4:
            return self.addresses.of(old[:V6]) + self.addresses.of(old[V6:])
        return self.names.opaque(old)

    def _attribute(self, field: Field, old: bytes) -> bytes:
        """A long attribute's value without a form: a number of an SA stays, of others nobody knows."""
        table = field.about[0] if field.about else ""
        if len(old) <= (_NUMBER if table in _SA_TABLES else 2):
            return old
        return self.macs.of(old) if len(old) == MAC else self.names.of(old)

    def _vendor_id(self, old: bytes) -> bytes:
        """What says that a capability is there stays; what names a product or nothing known becomes a pseudonym."""
        match = vendors.identify(old)
        if match is not None and match.kind == "capability":
            if vendors.parts(old) is not None or not match.trailing:
                return old
            return old[: -len(match.trailing)] + self.names.of(match.trailing)
        made = self.names.of(old)
        for _ in range(_TRIES):
            if vendors.identify(made) is None:
                break
            made = self.names.of(made)
        return made


def is_nat_hash(field: Field) -> bool:
    """Whether a field is a hash of an address and a port (RFC 7296 section 2.23, RFC 3947 section 3.2)."""
    if field.name == "hash_of_address_and_port":
        return True
    return field.name == "notification_data" and bool(field.about) and field.about[0] in _NAT_DETECTION


def _mask(bits: int, size: int) -> bytes:
    bits = min(bits, 8 * size)
    return ((1 << 8 * size) - (1 << 8 * size - bits)).to_bytes(size, "big")
