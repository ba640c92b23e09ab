"""The report's templates, style and script; installed as analyzer.templates."""
