"""Guides: which tokens the grammar admits next in a reply."""

import json
from collections.abc import Sequence
from typing import Any

import llguidance.numpy
import numpy as np
from llguidance import LLExecutor, LLMatcher, LLParserLimits, LLTokenizer
from numpy.typing import NDArray

from docai.errors import VlmError
from docai.vlm.huggingface.marks import exact

# A grammar holds the words of a document, and messages end in logs.
# Where letters may be put right in a large window, the engine's own fuel does not last: of a step
# it has 200,000, of the first one 1,000,000.
_LIMITS = LLParserLimits(
    verbose_errors=False, step_lexer_fuel=2_000_000, initial_lexer_fuel=5_000_000
)


class Vocabulary:
    """The tokens of a model, as bytes of text. Made once, serves every reply.

    Tokens that stand for something else than text are none that a grammar admits; of them, only
    those that end a reply can ever be chosen, and only where the grammar is satisfied.
    """

    def __init__(self, tokenizer: Any, num_logits: int, eos: Sequence[int]) -> None:
        """Take in the vocabulary; takes a second for 150,000 tokens.

        Args:
            tokenizer: of transformers; a fast one.
            num_logits: how many numbers the model returns per token, which may be more than
                there are tokens.
            eos: the tokens that end a reply.

        Raises:
            VlmError: there is no way to tell the bytes of its tokens.
        """
        try:
            self._tokens = LLTokenizer(exact(tokenizer), n_vocab=num_logits, eos_token=list(eos))
        except ValueError as error:
            raise VlmError(
                f"the model's tokenizer, {type(tokenizer).__name__}, cannot be held to a grammar: "
                f"{error}"
            ) from error
        self.num_logits = num_logits
        self._executor: LLExecutor | None = None
        self._known: dict[str, bool] = {}

    def guide(self, lark: str) -> "Guide":
        """Return what leads one reply along a grammar.

        Raises:
            VlmError: the grammar is none, or too large.
        """
        return Guide(self._tokens, lark)

    def bytes_of(self, token: int) -> bytes:
        """Return the text of a token: half a letter, it may be; none of one that ends a reply."""
        if self._tokens.is_special_token(token):
            return b""
        return bytes(self._tokens.decode_bytes([token]))

    def lacks(self, text: str) -> set[str]:
        """Return the letters of ``text`` that cannot be written: some vocabularies lack a few."""
        letters = set(text)
        for letter in letters - self._known.keys():
            written = json.dumps(letter, ensure_ascii=False)[1:-1].encode("utf-8", "replace")
            pieces = map(self.bytes_of, self._tokens.tokenize_bytes(written))
            self._known[letter] = b"".join(pieces) == written
        return {letter for letter in letters if not self._known[letter]}

    def masks(self, guides: Sequence["Guide | None"]) -> NDArray[np.int32]:
        """Tell which tokens may come next in each reply.

        Returns:
            (B, ceil(V / 32)): bit v % 32 of number v // 32 tells about token v. Where there is no
            guide, all bits are set.

        Raises:
            VlmError: a grammar is too large to go on with.
        """
        masks = llguidance.numpy.allocate_token_bitmask(len(guides), self.num_logits)
        asked = [(guide.matcher, row) for row, guide in enumerate(guides) if guide is not None]
        if len(asked) == 1:
            llguidance.numpy.fill_next_token_bitmask(asked[0][0], masks, asked[0][1])
        elif asked:
            self._executor = self._executor or LLExecutor()
            llguidance.numpy.fill_next_token_bitmask_par(self._executor, asked, masks)
        for matcher, _ in asked:
            _check(matcher)
        return masks


class Guide:
    """Leads one reply along its grammar, token by token."""

    def __init__(self, tokens: LLTokenizer, lark: str) -> None:
        """Begin a reply.

        Raises:
            VlmError: the grammar is none, or too large.
        """
        self.matcher = LLMatcher(tokens, LLMatcher.grammar_from_lark(lark), limits=_LIMITS)
        _check(self.matcher)

    @property
    def stopped(self) -> bool:
        """Whether nothing can come any more: the reply is complete."""
        return bool(self.matcher.is_stopped())

    def take(self, token: int) -> None:
        """Go on with a token.

        Raises:
            VlmError: the grammar does not admit it.
        """
        self.matcher.consume_token(token)
        _check(self.matcher)

    def take_forced(self) -> list[int]:
        """Go on with all tokens that must come next, and return them.

        They are what the tokenizer makes of the text that must come; its end is left out where a
        longer token could begin there.

        Raises:
            VlmError: a grammar is too large to go on with.
        """
        forced: list[int] = []
        while not self.stopped and (tokens := self.matcher.compute_ff_tokens()):
            self.matcher.consume_tokens(tokens)
            _check(self.matcher)
            forced += tokens
        return forced


def _check(matcher: LLMatcher) -> None:
    """Raise VlmError where a matcher came to an end that is none."""
    if matcher.is_error():
        first, *_ = matcher.get_error().splitlines() or [""]  # the others show the grammar
        raise VlmError(f"the grammar of a reply cannot be followed: {first}")
