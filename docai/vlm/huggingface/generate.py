"""Decoding: replies to several prompts at once, each along a grammar of its own.

B rows (a reply each), n tokens in a step, V vocabulary.

Where a grammar leaves no choice, nobody asks the model: forced tokens are taken down at once, and
go through the model together with the last one that was chosen. What prompts are made of is no
matter here: transformers' ``generate`` prepares them for each family, and hands over to `decode`.
"""

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from transformers import GenerationConfig

from docai.errors import VlmError
from docai.vlm.huggingface.guide import Guide, Vocabulary

END, LENGTH = "end", "length"


@dataclass(slots=True)
class Row:
    """One reply in the making.

    Attributes:
        guide: leads it.
        limit: how many tokens it may have.
        tokens: chosen or forced so far.
        log_probabilities: of each, among those that the grammar admitted; 0.0 where it was forced.
        fed: how many of them went through the model.
        stop: why it ended, or None while it goes on.
    """

    guide: Guide
    limit: int
    tokens: list[int] = field(default_factory=list)
    log_probabilities: list[float] = field(default_factory=list)
    fed: int = 0
    stop: str | None = None

    def __post_init__(self) -> None:
        self._take_forced()

    @property
    def chooses(self) -> bool:
        """Whether the model has seen all there is, and shall say what comes next."""
        return self.stop is None and self.fed == len(self.tokens)

    def choose(self, token: int, log_probability: float) -> None:
        """Go on with a token that the model chose, and with what the grammar forces then.

        Raises:
            VlmError: the grammar does not admit the token.
        """
        self.guide.take(token)
        self.tokens.append(token)
        self.log_probabilities.append(log_probability)
        self._take_forced()

    def feed(self, width: int) -> list[int]:
        """Return the next tokens for the model to see, at most ``width``; they count as seen."""
        if self.stop is not None:
            return []
        chunk = self.tokens[self.fed : self.fed + width]
        self.fed += len(chunk)
        return chunk

    def _take_forced(self) -> None:
        """Go on with what the grammar forces; end where nothing can follow, or room runs out."""
        forced = self.guide.take_forced()
        self.tokens += forced
        self.log_probabilities += [0.0] * len(forced)
        if self.guide.stopped and len(self.tokens) <= self.limit:
            self.stop = END
        elif len(self.tokens) >= self.limit:
            del self.tokens[self.limit :], self.log_probabilities[self.limit :]
            self.stop = LENGTH


def decode(
    model: Any, inputs: Mapping[str, Any], rows: Sequence[Row], vocabulary: Vocabulary
) -> int:
    """Let ``model`` go on with all rows until they end; greedily, as the most likely goes.

    Args:
        model: of transformers, one that generates.
        inputs: what its ``generate`` wants for as many prompts as there are rows; prompts of
            different lengths are padded on the left.
        rows: get their tokens.
        vocabulary: of the model.

    Returns:
        How often the model was called.

    Raises:
        VlmError: a grammar is too large to go on with, or the model calculates nonsense.
    """
    num_passes = 0

    def loop(
        model: Any,
        input_ids: Tensor,
        logits_processor: object,
        stopping_criteria: object,
        generation_config: object,
        **model_inputs: Any,
    ) -> Tensor:
        nonlocal num_passes
        forward = _Forward(model, input_ids, model_inputs)
        num_passes = _run(forward, rows, vocabulary)
        return input_ids

    settings = GenerationConfig(  # type: ignore[no-untyped-call]
        do_sample=False,
        num_beams=1,
        max_new_tokens=max(row.limit for row in rows),
        cache_implementation="dynamic",
    )
    with torch.inference_mode():
        model.generate(**inputs, generation_config=settings, custom_generate=loop)
    return num_passes


def _run(forward: "_Forward", rows: Sequence[Row], vocabulary: Vocabulary) -> int:
    """Go on with all rows until they end; see `decode`."""
    num_passes = 1
    with ThreadPoolExecutor(1) as aside:  # what the grammar admits is found out during the pass
        masks = aside.submit(vocabulary.masks, _choosing(rows))
        logits = forward.prompt()
        while True:
            _choose(rows, logits, masks.result())
            if all(row.stop is not None for row in rows):
                return num_passes
            width = forward.width([len(row.tokens) - row.fed for row in rows if row.stop is None])
            chunks = [row.feed(width) for row in rows]
            masks = aside.submit(vocabulary.masks, _choosing(rows))
            logits = forward.step(chunks)
            num_passes += 1


def _choosing(rows: Sequence[Row]) -> list[Guide | None]:
    """Return the guides of those rows that choose a token after the next pass."""
    return [row.guide if row.chooses else None for row in rows]


def _choose(rows: Sequence[Row], logits: Tensor, masks: NDArray[np.int32]) -> None:
    """Give rows that choose the most likely token of those admitted.

    Args:
        rows: B.
        logits: (B, V).
        masks: (B, ceil(V / 32)), see `Vocabulary.masks`.
    """
    if not any(row.chooses for row in rows):
        return
    packed = torch.from_numpy(masks.view(np.uint8)).to(logits.device)  # (B, bytes)
    bits = 2 ** torch.arange(8, dtype=torch.uint8, device=logits.device)
    admitted = (packed[:, :, None] & bits).bool().flatten(1)[:, : logits.shape[1]]  # (B, V)
    weighed = logits.float().masked_fill(~admitted, -math.inf)
    best, tokens = weighed.max(-1)
    chosen = torch.stack([tokens.float(), best - weighed.logsumexp(-1)])  # (2, B); exact to 2 ** 24
    for row, token, log_probability in zip(rows, *chosen.tolist(), strict=True):
        if row.chooses:
            if math.isnan(log_probability):
                raise VlmError(
                    "the model calculates numbers that are none, as some do in 16 bits: "
                    "use --vlm-dtype bf16 or fp32"
                )
            row.choose(int(token), log_probability)


class _Forward:
    """Calls a model: once for the prompts, then for a few tokens of each row at a time."""

    def __init__(self, model: Any, prompts: Tensor, inputs: dict[str, Any]) -> None:
        """Take over from ``generate``: what it hands to a decoding loop."""
        self._model, self._prompts, self._inputs = model, prompts, inputs
        self._outputs: Any = None

    def prompt(self) -> Tensor:
        """Let the model read the prompts; return what it expects next (B, V)."""
        if self._inputs.get("attention_mask") is None and self._counts_positions:
            # Left out by `generate` where nothing is padded; rows that end early will be.
            positions = self._inputs["position_ids"]  # (B, T), or (axes, B, T)
            self._inputs["attention_mask"] = positions.new_ones(positions.shape[-2:])
        ready = self._model.prepare_inputs_for_generation(
            self._prompts, is_first_iteration=True, **self._inputs
        )
        self._outputs = self._model(**ready, return_dict=True)
        return self._last_logits()

    def width(self, waiting: Sequence[int]) -> int:
        """Return how many tokens the next step should take, given how many wait in each row.

        As many as wait in the longest row, if the model bears gaps in the others.
        """
        if self._model._is_stateful:
            return 1
        return max(waiting) if len(waiting) == 1 or self._bears_gaps else min(waiting)

    def step(self, chunks: Sequence[Sequence[int]]) -> Tensor:
        """Let the model read on, a chunk in each row; return what it expects next (B, V).

        Chunks shorter than others are padded on the left; so are rows that have ended.
        """
        width = max(map(len, chunks))
        padding = [[0] * (width - len(chunk)) for chunk in chunks]
        ids, real = torch.tensor(
            [
                [[*pad, *chunk] for pad, chunk in zip(padding, chunks, strict=True)],
                [[*pad, *[1] * len(chunk)] for pad, chunk in zip(padding, chunks, strict=True)],
            ],
            device=self._prompts.device,
        )
        before: Any = self._inputs.get("position_ids")
        self._inputs = self._model._update_model_kwargs_for_generation(
            self._outputs,
            self._inputs,
            is_encoder_decoder=self._model.config.is_encoder_decoder,
            num_new_tokens=width,
        )
        if self._counts_positions and self._inputs.get("attention_mask") is not None:
            self._inputs["attention_mask"][:, -width:] = real
            self._inputs["position_ids"][..., -width:] = before[..., -1:] + real.cumsum(-1)
        ready = self._model.prepare_inputs_for_generation(
            ids, next_sequence_length=width, **self._inputs
        )
        self._outputs = self._model(**ready, return_dict=True)
        return self._last_logits()

    def _last_logits(self) -> Tensor:
        """Return what the model expects after the last token of each row (B, V)."""
        logits: Tensor = self._outputs.logits[:, -1]
        return logits

    @property
    def _counts_positions(self) -> bool:
        """Whether every token is told its position, so that padding takes none."""
        return self._inputs.get("position_ids") is not None

    @property
    def _bears_gaps(self) -> bool:
        """Whether padding amid a row changes nothing: a sliding window would count it."""
        return self._counts_positions and not any(self._outputs.past_key_values.is_sliding)
