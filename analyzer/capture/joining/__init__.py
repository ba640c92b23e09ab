"""Which captures belong together: parts of a rotation, taps of the same traffic, copies of one file."""
