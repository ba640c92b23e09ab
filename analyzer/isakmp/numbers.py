"""Names of the wire's numbers that the code speaks of: each is written down here once.

The registries in registry/ say what every number means and are what is shown; a test holds these names to them. The
names are the RFC's: a payload's mnemonic, a notify's name, an exchange's name as in the tables. Numbers of both
versions of IKE stand apart, since one number rarely means the same in both.

Members compare with the plain numbers of a message. They are slower than those: code that runs for every message or
payload binds the plain number of a member (`SK = int(PayloadV2.SK)`), and nothing that is kept or written is a member.
"""

from enum import IntEnum


class PayloadV1(IntEnum):
    """Payload types of IKEv1: ikev1-payload-types (RFC 2408 section 3.1, RFC 6407)."""

    SA = 1
    P = 2
    T = 3
    KE = 4
    ID = 5
    CERT = 6
    CR = 7
    HASH = 8
    NONCE = 10
    NOTIFICATION = 11
    DELETE = 12
    VENDOR_ID = 13
    ATTRIBUTES = 14
    SAK = 15
    SAT = 16
    GAP = 22
    FRAGMENT = 132


class PayloadV2(IntEnum):
    """Payload types of IKEv2: ikev2-payload-types (RFC 7296 section 3.2)."""

    SA = 33
    KE = 34
    IDI = 35
    IDR = 36
    CERT = 37
    CERTREQ = 38
    AUTH = 39
    NONCE = 40
    NOTIFY = 41
    DELETE = 42
    VENDOR_ID = 43
    TSI = 44
    TSR = 45
    SK = 46
    CP = 47
    EAP = 48
    SKF = 53
    PS = 54


class ExchangeV1(IntEnum):
    """Exchange types of IKEv1: ikev1-exchange-types (RFC 2408 section 3.1, RFC 2409 section 5)."""

    BASE = 1
    IDENTITY_PROTECTION = 2
    AUTHENTICATION_ONLY = 3
    AGGRESSIVE = 4
    INFORMATIONAL = 5
    TRANSACTION = 6
    QUICK_MODE = 32
    NEW_GROUP_MODE = 33
    GROUPKEY_PUSH_ACK = 35
    AUTHIP_MAIN_MODE = 243
    AUTHIP_NOTIFY = 246


class ExchangeV2(IntEnum):
    """Exchange types of IKEv2: ikev2-exchange-types (RFC 7296 section 3.1, RFC 9838 of groups)."""

    IKE_SA_INIT = 34
    IKE_AUTH = 35
    CREATE_CHILD_SA = 36
    INFORMATIONAL = 37
    IKE_SESSION_RESUME = 38
    GSA_AUTH = 39
    GSA_REGISTRATION = 40
    GSA_REKEY = 41
    GSA_INBAND_REKEY = 42
    IKE_INTERMEDIATE = 43
    IKE_FOLLOWUP_KE = 44


# Exchanges of AuthIP, with payloads and numbers of their own (MS-AIPS)
AUTHIP = range(ExchangeV1.AUTHIP_MAIN_MODE, ExchangeV1.AUTHIP_NOTIFY + 1)


class NotifyV1(IntEnum):
    """Notify message types of IKEv1: ikev1-notify (RFC 2408 section 3.14.1, RFC 2407 section 4.6.3, RFC 3706)."""

    INVALID_COOKIE = 4
    INVALID_MAJOR_VERSION = 5
    INVALID_MINOR_VERSION = 6
    INVALID_EXCHANGE_TYPE = 7
    INVALID_MESSAGE_ID = 9
    INVALID_SPI = 11
    ATTRIBUTES_NOT_SUPPORTED = 13
    NO_PROPOSAL_CHOSEN = 14
    BAD_PROPOSAL_SYNTAX = 15
    PAYLOAD_MALFORMED = 16
    INVALID_KEY_INFORMATION = 17
    INVALID_ID_INFORMATION = 18
    INVALID_CERT_ENCODING = 19
    INVALID_CERTIFICATE = 20
    CERT_TYPE_UNSUPPORTED = 21
    INVALID_CERT_AUTHORITY = 22
    INVALID_HASH_INFORMATION = 23
    AUTHENTICATION_FAILED = 24
    INVALID_SIGNATURE = 25
    CERTIFICATE_UNAVAILABLE = 28
    RESPONDER_LIFETIME = 24576
    INITIAL_CONTACT = 24578
    R_U_THERE = 36136
    R_U_THERE_ACK = 36137
    UNITY_LOAD_BALANCE = 40501


class NotifyV2(IntEnum):
    """Notify message types of IKEv2 (RFC 7296 section 3.10.1).

    Registries: ikev2-notify-error, ikev2-notify-status, ikev2-notify-private.
    """

    INVALID_IKE_SPI = 4
    INVALID_MAJOR_VERSION = 5
    INVALID_SYNTAX = 7
    INVALID_SPI = 11
    NO_PROPOSAL_CHOSEN = 14
    INVALID_KE_PAYLOAD = 17
    AUTHENTICATION_FAILED = 24
    SINGLE_PAIR_REQUIRED = 34
    NO_ADDITIONAL_SAS = 35
    INTERNAL_ADDRESS_FAILURE = 36
    FAILED_CP_REQUIRED = 37
    TS_UNACCEPTABLE = 38
    TEMPORARY_FAILURE = 43
    CHILD_SA_NOT_FOUND = 44
    INITIAL_CONTACT = 16384
    SET_WINDOW_SIZE = 16385
    NAT_DETECTION_SOURCE_IP = 16388
    NAT_DETECTION_DESTINATION_IP = 16389
    COOKIE = 16390
    USE_TRANSPORT_MODE = 16391
    HTTP_CERT_LOOKUP_SUPPORTED = 16392
    REKEY_SA = 16393
    UPDATE_SA_ADDRESSES = 16400
    AUTH_LIFETIME = 16403
    ANOTHER_AUTH_FOLLOWS = 16405
    REDIRECT = 16407
    TICKET_NACK = 16412
    EAP_ONLY_AUTHENTICATION = 16417
    CHILDLESS_IKEV2_SUPPORTED = 16418
    IKEV2_FRAGMENTATION_SUPPORTED = 16430
    SIGNATURE_HASH_ALGORITHMS = 16431
    USE_PPK = 16435
    PPK_IDENTITY = 16436
    ADDITIONAL_KEY_EXCHANGE = 16441
    USE_PPK_INT = 16445
    PPK_IDENTITY_KEY = 16446
    IKE_SA_INIT_FULL_TRANSCRIPT_AUTH = 16447
    USE_BEET_MODE = 40961


class ProtocolId(IntEnum):
    """Security protocols, numbered alike in both versions: ikev1-protocol-ids, ikev2-protocol-ids (RFC 7296 3.3.1).

    IKEv2 has no IPCOMP.
    """

    IKE = 1
    AH = 2
    ESP = 3
    IPCOMP = 4


class TransformType(IntEnum):
    """Transform types of IKEv2: ikev2-transform-types (RFC 7296 section 3.3.2, RFC 9370)."""

    ENCR = 1
    PRF = 2
    INTEG = 3
    KE = 4
    SN = 5
    ADDKE1 = 6
    ADDKE7 = 12
    KWA = 13
    GCAUTH = 14


class Phase1Attribute(IntEnum):
    """Attributes of IKEv1's transforms for an IKE SA: ikev1-attributes (RFC 2409 appendix A)."""

    ENCRYPTION_ALGORITHM = 1
    HASH_ALGORITHM = 2
    AUTHENTICATION_METHOD = 3
    GROUP_DESCRIPTION = 4
    LIFE_TYPE = 11
    LIFE_DURATION = 12
    PRF = 13
    KEY_LENGTH = 14


class Phase2Attribute(IntEnum):
    """Attributes of IKEv1's transforms for a child SA: ikev1-ipsec-attributes (RFC 2407 section 4.5)."""

    SA_LIFE_TYPE = 1
    SA_LIFE_DURATION = 2
    GROUP_DESCRIPTION = 3
    ENCAPSULATION_MODE = 4
    AUTHENTICATION_ALGORITHM = 5
    KEY_LENGTH = 6
    EXTENDED_64_BIT_SEQUENCE_NUMBER = 11


class LifeType(IntEnum):
    """What a lifetime of IKEv1 counts: ikev1-life-types, ikev1-ipsec-life-types (RFC 2409 appendix A, RFC 2407 4.5)."""

    SECONDS = 1
    KILOBYTES = 2


class HashAlgorithmV1(IntEnum):
    """Hash algorithms of IKEv1: ikev1-hash (RFC 2409 appendix A, RFC 4868)."""

    MD5 = 1
    SHA = 2
    SHA2_256 = 4
    SHA2_384 = 5
    SHA2_512 = 6


class EncapsulationMode(IntEnum):
    """Encapsulation modes of IKEv1: ikev1-encap-modes (RFC 2407 section 4.5, RFC 3947 section 5.1)."""

    TUNNEL = 1
    TRANSPORT = 2
    UDP_ENCAPSULATED_TUNNEL = 3
    UDP_ENCAPSULATED_TRANSPORT = 4


class ConfigurationAttributeV1(IntEnum):
    """Attributes of IKEv1's configuration payload: ikev1-cfg-attributes (draft-beaulieu-ike-xauth-02)."""

    XAUTH_STATUS = 16527


class IdType(IntEnum):
    """Types of identities in IKEv2: ikev2-id-types (RFC 7296 section 3.5). IKEv1 calls the third ID_USER_FQDN."""

    ID_IPV4_ADDR = 1
    ID_FQDN = 2
    ID_RFC822_ADDR = 3
    ID_IPV6_ADDR = 5
    ID_DER_ASN1_DN = 9
    ID_NULL = 13


class AuthMethodV1(IntEnum):
    """Authentication methods of IKEv1: ikev1-auth-methods (RFC 2409 appendix A).

    XAUTH's are those of draft-beaulieu-ike-xauth-02, the hybrid ones those of draft-zegman-ike-hybrid-auth-01.
    """

    PRE_SHARED_KEY = 1
    HYBRID_INIT_RSA = 64221
    HYBRID_RESP_DSS = 64224
    XAUTH_INIT_PRE_SHARED = 65001
    XAUTH_RESP_PRE_SHARED = 65002
    XAUTH_RESP_RSA_REVISED_ENCRYPTION = 65010


class AuthMethodV2(IntEnum):
    """Authentication methods of IKEv2: ikev2-auth-methods (RFC 7296 section 3.8)."""

    RSA_DIGITAL_SIGNATURE = 1
    SHARED_KEY_MESSAGE_INTEGRITY_CODE = 2
    NULL_AUTHENTICATION = 13
    DIGITAL_SIGNATURE = 14


class CertEncoding(IntEnum):
    """Certificate encodings of IKEv1, of which IKEv2 keeps the first: ikev1-cert-encodings (RFC 2408 section 3.9)."""

    X509_CERTIFICATE_SIGNATURE = 4
    X509_CERTIFICATE_KEY_EXCHANGE = 5


class HashAndUrl(IntEnum):
    """Certificate encodings of IKEv2 that say where a certificate is: ikev2-cert-encodings (RFC 7296 section 3.6)."""

    HASH_AND_URL_OF_X509_CERTIFICATE = 12
    HASH_AND_URL_OF_X509_BUNDLE = 13


class RawKey(IntEnum):
    """Certificate encodings of IKEv2 that hold a public key alone: ikev2-cert-encodings (RFC 7670)."""

    RAW_RSA_KEY = 11
    RAW_PUBLIC_KEY = 15


class Doi(IntEnum):
    """Domains of interpretation of IKEv1: ikev1-doi (RFC 2407, RFC 6407)."""

    IPSEC = 1
    GDOI = 2


class GatewayIdType(IntEnum):
    """How a REDIRECT names the other gateway: ikev2-gateway-id-types (RFC 5685 section 9)."""

    IPV4_ADDRESS_OF_THE_VPN_GATEWAY = 1
    IPV6_ADDRESS_OF_THE_VPN_GATEWAY = 2
    FQDN_OF_THE_VPN_GATEWAY = 3
