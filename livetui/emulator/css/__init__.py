"""The answers of the css service, one file per chapter of its documents."""
