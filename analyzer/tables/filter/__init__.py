"""The filter language: which rows of a table, and which negotiations, an expression is about."""
