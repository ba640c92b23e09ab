"""Every exchange as a table, and what became of each exchange of a negotiation when the capture ends."""
