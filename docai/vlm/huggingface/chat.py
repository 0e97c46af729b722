"""Prompts as tokens: in the form that a checkpoint was taught, and with text that stays text.

The text of a prompt holds the words of a document, and those are data: where they spell one of the
tokenizer's own marks (``<|im_end|>``, ``<image>``, ``</s>``), they become ordinary pieces of text.
Marks come from the checkpoint's chat template and from the pictures alone.
"""

import re
from collections.abc import Sequence
from typing import Any

from jinja2 import TemplateError

from docai.errors import VlmError
from docai.vlm.huggingface.marks import Text
from docai.vlm.writer import Prompt

# Stand in the chat template for what comes in later. Tokens of Unicode's private area are text that
# no template contains.
_SYSTEM, _USER = "\ue0d0\ue0c1\ue0a1", "\ue0d0\ue0c1\ue0a2"
_BETWEEN, _AFTER = "\n\n", "\n"


class Chat:
    """Turns prompts into tokens, for one checkpoint."""

    def __init__(self, processor: Any, config: Any) -> None:
        """Learn a checkpoint's marks.

        Args:
            processor: of the checkpoint.
            config: of the model.

        Raises:
            VlmError: its tokenizer is none that can be taken apart.
        """
        self._processor = processor
        self._tokenizer = processor.tokenizer
        self._text = Text(self._tokenizer)
        # Its decoder reads the prompt; where else there is an encoder, that does.
        is_donut = config.model_type == "vision-encoder-decoder"
        text = config.get_text_config()
        self._ends = not is_donut and (config.is_encoder_decoder or text.is_encoder_decoder)
        start = getattr(config, "decoder_start_token_id", None) if is_donut else None
        self._start = self._tokenizer.bos_token_id if start is None else start

    def text(self, text: str) -> list[int]:
        """Return the tokens of ``text``, none of which is anything but text."""
        return self._text.tokens(text)

    def tokens(self, prompt: Prompt, pictures: Sequence[Sequence[int]]) -> list[int]:
        """Return the tokens of a prompt.

        Args:
            prompt: what to say.
            pictures: the tokens that hold the place of each page's picture.
        """
        if getattr(self._processor, "chat_template", None):
            return self._from_template(prompt, pictures)
        return self._plain(prompt, pictures)

    def _plain(self, prompt: Prompt, pictures: Sequence[Sequence[int]]) -> list[int]:
        """Return a prompt for a model that was never taught to chat: pictures, then text."""
        end = self._tokenizer.eos_token_id
        ids = [token for picture in pictures for token in picture]
        ids += [] if self._start is None else [self._start]
        ids += self.text(prompt.system + _BETWEEN + prompt.user + _AFTER)
        return [*ids, end] if self._ends and end is not None else ids

    def _from_template(self, prompt: Prompt, pictures: Sequence[Sequence[int]]) -> list[int]:
        """Return a prompt in the form of the checkpoint's chat template."""
        texts = {_SYSTEM: prompt.system, _USER: prompt.user}
        rendered = self._render(len(pictures), folded=False)
        if rendered is None:  # as Gemma 2 and Mistral do not know who `system` is
            rendered = self._render(len(pictures), folded=True)
            texts = {_USER: prompt.system + _BETWEEN + prompt.user}
        if rendered is None:
            raise VlmError(
                "the model's chat template loses the text or the pictures of a message: "
                "docai cannot talk to it"
            )
        picture, waiting = self._processor.image_token, list(pictures)
        ids = self._begin(rendered)
        for part in re.split(f"({_SYSTEM}|{_USER}|{re.escape(picture)})", rendered):
            if part in texts:
                ids += self.text(texts[part])
            elif part == picture:
                ids += waiting.pop(0)
            elif part:
                ids += self._tokenizer(part, add_special_tokens=False)["input_ids"]
        return ids

    def _begin(self, rendered: str) -> list[int]:
        """Return what the tokenizer puts before every text, unless the template did."""
        mark, token = self._tokenizer.bos_token, self._tokenizer.bos_token_id
        if mark is None or rendered.startswith(mark):
            return []
        return [token] if self._tokenizer("")["input_ids"][:1] == [token] else []

    def _render(self, num_pictures: int, *, folded: bool) -> str | None:
        """Return the chat template filled in, or None where it refuses or loses a part.

        Args:
            num_pictures: how many pictures come before the text.
            folded: whether what the system says becomes part of what the user says.
        """
        picture, said = {"type": "image"}, {"type": "text", "text": _USER}
        user = {"role": "user", "content": [picture] * num_pictures + [said]}
        system = {"role": "system", "content": [{"type": "text", "text": _SYSTEM}]}
        try:
            rendered = str(
                self._processor.apply_chat_template(
                    [user] if folded else [system, user], add_generation_prompt=True, tokenize=False
                )
            )
        except (TemplateError, TypeError):  # of templates that want texts alone
            return None
        expected = {
            _USER: 1,
            _SYSTEM: 0 if folded else 1,
            self._processor.image_token: num_pictures,
        }
        whole = all(rendered.count(part) == times for part, times in expected.items())
        return rendered if whole else None
