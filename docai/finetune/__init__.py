"""Fine-tuning: a vision-language model learns from documents whose values people put right.

Two stages: the projector alone, which learns what pages of these documents look like; then LoRA
adapters of the language model. What the model learns to write is what it is asked for when it
reads: our prompt, and a reply in the words that OCR read.
"""
