"""Invented documents: pictures, words with their meaning, and the truth about them."""
