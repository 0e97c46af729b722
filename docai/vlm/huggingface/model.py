"""A model of the transformers library that reads and writes. Meets `docai.vlm.engine.Vlm`."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import torch

from docai.document import Page
from docai.errors import VlmError
from docai.provenance import Provenance
from docai.reading import Reading
from docai.vlm import generative
from docai.vlm.engine import Question, Reply
from docai.vlm.huggingface import encode as encoding
from docai.vlm.huggingface import hub
from docai.vlm.huggingface.chat import Chat
from docai.vlm.huggingface.generate import Row, decode
from docai.vlm.huggingface.guide import Vocabulary
from docai.vlm.huggingface.load import ENCODER_DECODER, Loaded, find_device, find_numbers, load
from docai.vlm.tokens import ImageTokens, check_maker
from docai.vlm.writer import Asked, Prompt, Written

MAX_ROWS = 16  # replies at once; more than that wait for the longest one more than they gain
_SLACK = 16  # tokens that a text may be more than its parts, where they are joined
_STAND_IN = "?"
_USUAL_CONTEXT = 4096  # of a model that does not tell, such as one that counts no positions


class HuggingFaceVlm:
    """Reads pages with a vision-language model, and writes replies that no grammar forbids.

    One thread at a time.
    """

    def __init__(
        self,
        place: str,
        device: str = "auto",
        dtype: str = "auto",
        max_image_tokens: int = 1280,
    ) -> None:
        """Find the model; it is loaded on first use.

        Args:
            place: a folder, a model of the hub such as ``Qwen/Qwen3-VL-4B-Instruct``, or the same
                with ``@`` and a branch, tag or commit.
            device: ``auto``, ``cuda``, ``cuda:1``, ``mps`` or ``cpu``.
            dtype: ``auto``, ``bf16``, ``fp16``, ``fp32`` or ``4bit``.
            max_image_tokens: what the picture of a page may cost.

        Raises:
            VlmError: there is no such model, or it cannot run here.
        """
        self._asked = place, device, dtype, max_image_tokens
        kind = find_numbers(dtype, find_device(device))
        self.name = f"hf:{hub.find(place).label}/{kind}/{max_image_tokens}"

    def provenance(self) -> Provenance:
        """See `docai.provenance.Traceable`."""
        return self.loaded.provenance()

    def encode(self, page: Page) -> ImageTokens:
        """See `docai.vlm.engine.Vlm.encode`."""
        try:
            return encoding.encode(self.loaded, page)
        except VlmError as error:
            if error.__cause__ is None or not _is_out_of_memory(error.__cause__):
                raise
            raise self._failure(error.__cause__) from error

    def answer(self, question: Question) -> Reply:
        """See `docai.vlm.engine.Vlm.answer`."""
        check_maker(question.tokens, self.name)
        readings = tuple(map(self._writable, question.readings))
        return generative.answer(replace(question, readings=readings), self)

    def _writable(self, reading: Reading) -> Reading:
        """Return a reading in which a stand-in is for every letter that the model cannot write.

        Answers point at words: it is the words as they are printed that count in the end.
        """
        lacking = self._vocabulary.lacks(reading.text)
        if not lacking:
            return reading
        stand_in = str.maketrans(dict.fromkeys(lacking, _STAND_IN))
        words = [replace(word, text=word.text.translate(stand_in)) for word in reading.words]
        return replace(reading, words=tuple(words))

    def num_tokens(self, text: str) -> int:
        """See `docai.vlm.writer.Writer.num_tokens`."""
        return len(self._chat.text(text))

    def room(self, tokens: Sequence[ImageTokens]) -> int:
        """See `docai.vlm.writer.Writer.room`."""
        if len(tokens) > 1 and not self.loaded.several_pages:
            return 0
        return self._context - len(self._prompt(Prompt("", ""), tokens)) - _SLACK

    def write(self, asked: Sequence[Asked]) -> Sequence[Written]:
        """See `docai.vlm.writer.Writer.write`."""
        # A decoder that numbers positions from the left bears no padding there.
        num_rows = 1 if self.loaded.kind == ENCODER_DECODER else MAX_ROWS
        written: list[Written] = []
        while len(written) < len(asked):
            batch = asked[len(written) : len(written) + num_rows]
            try:
                written += self._write(batch)
            except Exception as error:  # whatever any of a hundred models may raise
                if isinstance(error, VlmError):
                    raise
                if not _is_out_of_memory(error) or len(batch) == 1:
                    raise self._failure(error) from error
                num_rows = len(batch) // 2
        return written

    def _write(self, asked: Sequence[Asked]) -> list[Written]:
        """Write as many replies at once.

        Raises:
            VlmError: a prompt is too long, or a grammar cannot be followed.
        """
        prompts = [self._prompt(one.prompt, one.tokens) for one in asked]
        rows = [
            Row(self._vocabulary.guide(one.grammar.lark), self._limit(one, len(prompt)))
            for one, prompt in zip(asked, prompts, strict=True)
        ]
        ids, mask = self._padded(prompts)
        inputs = encoding.unpack(self.loaded, ids, mask, [one.tokens for one in asked])
        if self._begins:
            begins = torch.tensor([self._begins] * len(asked), device=self.loaded.device)
            inputs["decoder_input_ids"] = begins
        decode(self.loaded.generator, inputs, rows, self._vocabulary)
        return [Written(_pieces(row, self._vocabulary), row.stop or "end") for row in rows]

    def _prompt(self, prompt: Prompt, tokens: Sequence[ImageTokens]) -> list[int]:
        """Return the tokens of a prompt with the places of its pages."""
        return self._chat.tokens(
            prompt, [encoding.placeholders(self.loaded, page) for page in tokens]
        )

    def _limit(self, asked: Asked, num_prompt: int) -> int:
        """Return how many tokens a reply may have.

        Raises:
            VlmError: the prompt leaves no room for one.
        """
        # A decoder beside an encoder has the same room once more.
        taken = len(self._begins) + 1 if self._reads_apart else num_prompt
        if num_prompt >= self._context:
            raise VlmError(
                f"a prompt for {self.name} has {num_prompt:,} tokens and the model room for "
                f"{self._context:,}: lower --max-image-tokens, or ask for fewer fields at once"
            )
        return min(asked.grammar.max_bytes + 1, self._context - taken)

    def _padded(self, prompts: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
        """Return prompts as a batch (B, T), padded on the left, and where they are no padding."""
        width = max(map(len, prompts))
        ids = torch.full((len(prompts), width), self._pad)
        mask = torch.zeros_like(ids)
        for row, prompt in enumerate(prompts):
            ids[row, width - len(prompt) :] = torch.tensor(prompt)
            mask[row, width - len(prompt) :] = 1
        return ids, mask

    def _failure(self, error: BaseException) -> VlmError:
        """Say what went wrong."""
        first, *_ = str(error).splitlines() or [""]
        if _is_out_of_memory(error):
            return VlmError(
                f"{self.name} ran out of memory on {self.loaded.device}: lower "
                "--max-image-tokens, choose --vlm-dtype 4bit, or take a smaller model"
            )
        return VlmError(f"{self.name} failed: {type(error).__name__}: {first}")

    @cached_property
    def loaded(self) -> Loaded:
        """The model in memory.

        Raises:
            VlmError: it cannot be loaded.
        """
        return load(*self._asked)

    @cached_property
    def _chat(self) -> Chat:
        return Chat(self.loaded.processor, self.loaded.model.config)

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        num_logits = int(self.loaded.generator.get_output_embeddings().out_features)
        ends = self.loaded.generator.generation_config.eos_token_id
        known = [*(ends if isinstance(ends, list) else [ends]), self.loaded.tokenizer.eos_token_id]
        unique = dict.fromkeys(end for end in known if end is not None and end < num_logits)
        return Vocabulary(self.loaded.tokenizer, num_logits, list(unique))

    @cached_property
    def _context(self) -> int:
        """How many tokens the model can be aware of at once."""
        config = self.loaded.generator.config.get_text_config(decoder=True)
        return int(getattr(config, "max_position_embeddings", None) or _USUAL_CONTEXT)

    @property
    def _reads_apart(self) -> bool:
        """Whether an encoder reads the prompt, so that a reply does not follow on it."""
        has_encoder = self.loaded.generator.config.is_encoder_decoder
        return has_encoder and self.loaded.kind != ENCODER_DECODER

    @property
    def _begins(self) -> list[int]:
        """What replies of a model like BART begin with: it never learned to choose the second."""
        ends = self.loaded.generator.generation_config
        if not self._reads_apart or ends.forced_bos_token_id is None:
            return []
        return [ends.decoder_start_token_id, ends.forced_bos_token_id]

    @property
    def _pad(self) -> int:
        """A token for places that nobody looks at."""
        return int(self.loaded.tokenizer.pad_token_id or 0)


def _pieces(row: Row, vocabulary: Vocabulary) -> tuple[tuple[bytes, float], ...]:
    """Return what a row says, token by token."""
    texts = map(vocabulary.bytes_of, row.tokens)
    return tuple(zip(texts, row.log_probabilities, strict=True))


def _is_out_of_memory(error: BaseException) -> bool:
    """Tell whether memory ran out, of a GPU or of the machine."""
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or (
        isinstance(error, RuntimeError)
        and any(words in str(error) for words in ("out of memory", "can't allocate memory"))
    )
