"""Work on captures one by one: a capture and options in, what a command makes of it out, in one process or many."""
