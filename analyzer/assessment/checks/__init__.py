"""One file per check: what it is about, and the findings that it makes."""
