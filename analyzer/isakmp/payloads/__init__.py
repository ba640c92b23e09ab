"""One file per payload: its body as a value class named as in the RFC, and `decode(cursor)`. Which number is which file's: the registry."""
