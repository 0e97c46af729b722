"""The teacher: what a model makes of lessons, and how wrong that is.

Loss counts the reply alone: what a model is told is given, it need not learn to say it.
"""

import inspect
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor

from docai.document import Page
from docai.errors import VlmError
from docai.finetune.lessons import Lesson
from docai.vlm.huggingface import encode as encoding
from docai.vlm.huggingface.chat import Chat
from docai.vlm.huggingface.load import Loaded

IGNORED = -100  # what transformers leaves out of the loss
_PALIGEMMA = "paligemma"  # reads its prompt both ways, and must be told where the reply begins


class Teacher:
    """Shows lessons to a model, and tells how wrong it is."""

    def __init__(self, loaded: Loaded, lessons: Sequence[Lesson]) -> None:
        """Teach ``lessons`` to a model in memory."""
        self._loaded, self._lessons = loaded, lessons
        self._chat = Chat(loaded.processor, loaded.model.config)

    def loss(self, number: int) -> Tensor:
        """Return the loss of a lesson; pictures are seen as generation sees them."""
        inputs, labels = self._asked(self._lessons[number], self._lessons[number].shown())
        return self._loss(inputs, labels)

    def loss_of_looking(self, number: int) -> Tensor:
        """Return the same loss where the projector learns: through what it makes of pictures."""
        lesson = self._lessons[number]
        pages = lesson.shown()
        inputs, labels = self._asked(lesson, pages)
        with self._numbers():
            inputs["mm_encoder_outputs"] = {"image": self._seen(pages)}
        return self._loss(inputs, labels)

    @torch.inference_mode()
    def mean_loss(self) -> float:
        """Return the mean loss of all lessons, of a model that does not learn meanwhile."""
        losses = [float(self.loss(number)) for number in range(len(self._lessons))]
        return sum(losses) / len(losses)

    def _loss(self, inputs: Mapping[str, Any], labels: Tensor) -> Tensor:
        """Run the model.

        Raises:
            VlmError: it cannot be taught so.
        """
        try:
            with self._numbers():
                told = self._loaded.model(**inputs, labels=labels, use_cache=False)
        except (TypeError, ValueError, RuntimeError) as error:
            if isinstance(error, torch.OutOfMemoryError):
                raise
            raise VlmError(
                f"{self._loaded.name} cannot be taught: {type(error).__name__}: {error}"
            ) from error
        loss: Tensor = told.loss
        return loss

    @contextmanager
    def _numbers(self) -> Iterator[None]:
        """Calculate in the model's numbers, though what learns is kept in finer ones."""
        numbers = self._loaded.numbers
        is_fine = numbers == torch.float32
        with torch.autocast(self._loaded.device.type, dtype=numbers, enabled=not is_fine):
            yield

    def _asked(self, lesson: Lesson, pages: Sequence[Page]) -> tuple[dict[str, Any], Tensor]:
        """Return the inputs of a lesson with its reply, and (1, T) labels."""
        loaded = self._loaded
        with self._numbers():
            tokens = [encoding.encode(loaded, page) for page in pages]
        places = [encoding.placeholders(loaded, one) for one in tokens]
        asked = self._chat.tokens(lesson.prompt, places)
        said = [*self._chat.text(lesson.reply), loaded.tokenizer.eos_token_id]
        ids = torch.tensor([asked + said])
        labels = torch.tensor([[IGNORED] * len(asked) + said], device=loaded.device)
        inputs = encoding.unpack(loaded, ids, torch.ones_like(ids), [tokens])
        if loaded.kind == _PALIGEMMA:
            inputs["token_type_ids"][:, len(asked) :] = 1
        return inputs, labels

    def _seen(self, pages: Sequence[Page]) -> SimpleNamespace:
        """Return what encoder and projector make of pages, such that the projector can learn."""
        loaded = self._loaded
        encoder = loaded.model.base_model.get_image_features
        made = []
        for page in pages:
            inputs, _ = encoding.look(loaded, page)
            ready = {
                name: torch.as_tensor(inputs[name]).to(loaded.device)
                for name in inspect.signature(encoder).parameters
                if name in inputs
            }
            ready["pixel_values"] = ready["pixel_values"].to(loaded.numbers)
            made.append(encoder(**ready, return_dict=True))
        listed = not isinstance(made[0].pooler_output, Tensor)
        pooled = [one for m in made for one in (m.pooler_output if listed else [m.pooler_output])]
        encoded = SimpleNamespace(pooler_output=pooled if listed else torch.cat(pooled))
        deep = [getattr(one, "deepstack_features", None) or () for one in made]
        if deep[0]:  # layer by layer, the pictures of all pages
            encoded.deepstack_features = [
                [one for page in layer for one in page] for layer in zip(*deep, strict=True)
            ]
        return encoded
