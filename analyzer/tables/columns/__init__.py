"""Every table's columns: each is one line with name, type, meaning, and where its value comes from."""
