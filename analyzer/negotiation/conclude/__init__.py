"""What became of each negotiation, told when the capture ends."""
