"""Messages become negotiations: SAs by SPI pair, exchanges, retransmissions, proposals, children, outcomes."""
