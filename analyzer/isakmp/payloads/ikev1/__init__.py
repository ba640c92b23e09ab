"""Payloads that only IKEv1 has."""
