"""What the payloads of a message say about its SA: proposals, keys, identities, children, deletes."""
