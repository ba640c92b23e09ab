"""The writers of generated pages, one module for each; docs/generate.py calls them."""
