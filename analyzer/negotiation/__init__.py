"""Messages become negotiations: SAs by SPI pair, exchanges, retransmissions, proposals, children, outcomes.

Rooms, each of which imports from those before it only: model, story and lengths, exchanges, life, follow, read,
conclude, and tracker, which uses them all.
"""
