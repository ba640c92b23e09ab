"""Speed and memory against tshark, on captures made from a seed. Not part of the installed package."""
