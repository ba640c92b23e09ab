"""What became of each negotiation: verdicts, passed when the capture ends."""
