"""Keys and a suite in, plaintext payloads out. Holds no SA state: negotiation knows suite and order, and asks."""
