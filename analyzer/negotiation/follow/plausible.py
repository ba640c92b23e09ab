"""What headers a peer could mean: noise on IKE's ports reads as ISAKMP now and then."""

from analyzer.isakmp.numbers import ExchangeV1, ExchangeV2

_EXCHANGES_V1 = tuple(
    kind for kind in map(int, ExchangeV1) if kind <= ExchangeV1.GROUPKEY_PUSH_ACK
)  # RFC 2408, RFC 2409, RFC 8263
_EXCHANGES_V2 = range(ExchangeV2.IKE_SA_INIT, ExchangeV2.IKE_FOLLOWUP_KE + 1)
# Major version, exchange type and flags that a peer could mean: no reserved bit is set
PLAUSIBLE = frozenset(
    (version, exchange_type, flags)
    for version, exchange_types, known_flags in ((1, _EXCHANGES_V1, 0x07), (2, _EXCHANGES_V2, 0x38))
    for exchange_type in exchange_types
    for flags in range(256)
    if not flags & ~known_flags
)
