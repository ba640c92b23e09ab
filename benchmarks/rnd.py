"""The one source of chance: seeded, with a pool for bytes whose content does not matter."""

import random

POOL_SIZE = 1 << 22


class Rnd(random.Random):
    """A seeded generator. `distinct_sa` makes nearly every SA payload unique, so that no cache of bodies helps."""

    def __init__(self, seed: int, *, distinct_sa: bool = False) -> None:
        super().__init__(seed)
        self.distinct_sa = distinct_sa
        self.pool = self.randbytes(POOL_SIZE)

    def fill(self, size: int) -> bytes:
        """Bytes out of the pool: faster than fresh ones, for ciphertext and ordinary traffic."""
        start = self.randrange(POOL_SIZE - size)
        return self.pool[start : start + size]

    def weighted(self, weights: dict[str, int]) -> str:
        """One key, with the probability of its weight."""
        return self.choices(list(weights), list(weights.values()))[0]
