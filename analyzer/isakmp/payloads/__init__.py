"""One file per payload: its body as a value class named as in the RFC, and `decode(cursor)`.

Which payload number is which file's stands in the registry (ikev1-payload-types, ikev2-payload-types).
"""
