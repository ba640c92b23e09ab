"""Configuration: IKEv2's CP payload (RFC 7296 section 3.15), IKEv1's Attributes (draft-dukes-ike-mode-cfg-02)."""

from typing import NamedTuple

from analyzer.isakmp.cursor import Cursor, Layout
from analyzer.isakmp.payloads.attribute import Attribute, read_attributes

CONFIGURATION_1 = Layout(">BBH", "cfg_type=ikev1-cfg-types", "reserved=hex", "identifier")
CONFIGURATION_2 = Layout(">BBH", "cfg_type=ikev2-cfg-types", "reserved=hex", "reserved2=hex")


class Configuration(NamedTuple):
    """A request, reply, set or acknowledgement. `identifier` pairs IKEv1's messages; IKEv2 has none."""

    cfg_type: int
    identifier: int | None
    attributes: tuple[Attribute, ...]


def decode(cursor: Cursor) -> Configuration:
    """Decode a CP or Attributes payload."""
    if cursor.major_version == 1:
        cfg_type, _, identifier = cursor.fields(CONFIGURATION_1)
        return Configuration(cfg_type, identifier, read_attributes(cursor, "ikev1-cfg-attributes"))
    cfg_type, _, _ = cursor.fields(CONFIGURATION_2)
    return Configuration(cfg_type, None, read_attributes(cursor, "ikev2-cfg-attributes"))
