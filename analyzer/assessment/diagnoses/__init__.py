"""One file per diagnosis: what it is about, and when a negotiation has it."""
