"""Messages to a model: pictures first, and for the same page always the same bytes."""

import base64
from collections.abc import Sequence
from typing import Any

from docai.vlm.openai.cost import MEDIA_TYPE
from docai.vlm.tokens import ImageTokens
from docai.vlm.writer import Asked

MAX_SHOWN = 4000  # characters of a wrong reply that the model is shown again
PICTURE = "jpeg"  # the tensor of image tokens that holds the bytes of the file

Message = dict[str, Any]


def opening(asked: Asked) -> list[Message]:
    """Return what a model is told and asked about a window."""
    content = [*map(_picture, asked.tokens), {"type": "text", "text": asked.prompt.user}]
    return [
        {"role": "system", "content": asked.prompt.system},
        {"role": "user", "content": content},
    ]


def repair(said: str, fault: str) -> list[Message]:
    """Return what to add after a reply that is none.

    Args:
        said: what the model said.
        fault: what is wrong with it; its words and the document's stand there as JSON strings.
    """
    request = "Reply again, with one JSON object in the form asked for, and with nothing else."
    return [
        {"role": "assistant", "content": said[:MAX_SHOWN] or "{}"},
        {"role": "user", "content": f"That reply cannot be used. {fault} {request}"},
    ]


def texts(messages: Sequence[Message]) -> list[str]:
    """Return all the words in some messages."""
    found = []
    for message in messages:
        content = message["content"]
        parts = [content] if isinstance(content, str) else [part.get("text") for part in content]
        found += [part for part in parts if part]
    return found


def _picture(tokens: ImageTokens) -> Message:
    """Return the picture of a page, as the content of a message."""
    file = base64.b64encode(tokens.tensors[PICTURE].tobytes()).decode("ascii")
    return {"type": "image_url", "image_url": {"url": f"data:{MEDIA_TYPE};base64,{file}"}}
