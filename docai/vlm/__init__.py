"""Vision-language models: what the words on a page mean."""
