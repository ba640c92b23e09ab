"""The browsers that open our pages in tests, each driven as a person would, over its own protocol."""
