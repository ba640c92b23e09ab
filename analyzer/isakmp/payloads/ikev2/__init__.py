"""Payloads that only IKEv2 has."""
