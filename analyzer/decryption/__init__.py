"""Keys and a suite in, plaintext payloads out. Holds no SA state: negotiation knows suite and order, and asks."""

from analyzer.decryption.ikev1 import block_size, last_block, open_ikev1, open_without_iv, phase1_iv, phase2_iv
from analyzer.decryption.ikev2 import open_sk, opens_with
from analyzer.decryption.keyfile import Ikev1Keys, Ikev2Keys, KeyStore, load_keys, parse_keys
from analyzer.decryption.opened import Opened, chain_length, plausible

__all__ = [
    "Ikev1Keys",
    "Ikev2Keys",
    "KeyStore",
    "Opened",
    "block_size",
    "chain_length",
    "last_block",
    "load_keys",
    "open_ikev1",
    "open_sk",
    "open_without_iv",
    "opens_with",
    "parse_keys",
    "phase1_iv",
    "phase2_iv",
    "plausible",
]
