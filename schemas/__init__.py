"""What to extract: one pydantic model per kind of document. Imports nothing of docai."""
