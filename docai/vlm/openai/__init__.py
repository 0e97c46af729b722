"""Models on OpenAI-compatible servers."""

from docai.vlm.openai.model import OpenAiVlm
from docai.vlm.openai.server import Server

__all__ = ["OpenAiVlm", "Server"]
