"""Views over the tables for people: pages, files and the story as text. Sentences are written here and nowhere else."""
