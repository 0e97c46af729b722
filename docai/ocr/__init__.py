"""OCR engines: pages in, readings out."""
