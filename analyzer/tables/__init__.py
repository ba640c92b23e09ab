"""The tables: what the analysis found, as plain rows. Schema, storage, frames, files; nothing here judges or words."""
