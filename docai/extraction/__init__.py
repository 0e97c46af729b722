"""Grounded extraction: from readings and a model's reply to values with evidence."""
