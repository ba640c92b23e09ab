"""The life of SAs once they are up: moves, rekeys, reauthentication, questions whether the peer is alive, deletes."""

from analyzer.negotiation.life.lives import Lives
from analyzer.negotiation.life.model import Event, Life
from analyzer.negotiation.life.reader import life_of

__all__ = ["Event", "Life", "Lives", "life_of"]
