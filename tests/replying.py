"""A model that writes at random, and what a grammar lets it write."""

import json
import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from llguidance import LLMatcher, LLTokenizer
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from docai.reading import Reading
from docai.vlm.engine import Field, Span, any_words
from docai.vlm.grammar import Grammar, grammar
from docai.vlm.window import Excerpt

RECEIPT = [
    "BOOK TA .K (TAMAN DAYA) SDN BHD",
    "NO.53 55,57 & 59, JALAN SAGU 18,",
    "TAMAN DAYA, 81100 JOHOR BAHRU",
    "KF MODELLING CLAY KIDDY FISH 9.00",
    'TUBE 5" \\ 1/2 é 소계 😀 \x01\x7f 12.50',
    "TOTAL 21.50",
]


@cache
def receipt_tokenizer() -> LLTokenizer:
    """A byte-level BPE tokenizer, as most models have one, that knows the words of receipts."""
    trained = Tokenizer(models.BPE())
    trained.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trained.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=1200,
        special_tokens=["</s>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    text = [*RECEIPT, '{"vendor":"A B","items":[{"price":null},{"price":"9.00"}]}', "null true"] * 3
    trained.train_from_iterator(text, trainer)
    return LLTokenizer(trained.to_str(), n_vocab=1280, eos_token=trained.token_to_id("</s>"))


def asked(
    reading: Reading, fields: Sequence[Field], printed: Any = any_words, lines: range | None = None
) -> Grammar:
    return grammar(fields, [Excerpt(reading, lines or range(len(reading.lines)))], printed)


def started(tokenizer: LLTokenizer, lark: str) -> LLMatcher:
    """A matcher that no token has met yet."""
    matcher = LLMatcher(tokenizer, lark, log_level=0)
    assert not matcher.is_error(), matcher.get_error()
    return matcher


def walked(tokenizer: LLTokenizer, lark: str, seed: int, start: str = "") -> str:
    """Return what a model writes that takes any allowed token at random."""
    random = np.random.default_rng(seed)
    matcher = started(tokenizer, lark)
    tokens = tokenizer.tokenize_str(start)
    assert matcher.consume_tokens(tokens), matcher.get_error()
    while not matcher.is_stopped():
        mask = np.frombuffer(matcher.compute_bitmask(), np.uint8)
        allowed = np.flatnonzero(np.unpackbits(mask, bitorder="little"))
        assert len(allowed), matcher.get_error()
        tokens.append(int(random.choice(allowed)))
        assert matcher.consume_token(tokens[-1]), matcher.get_error()
    assert not matcher.is_error(), matcher.get_error()
    written: bytes = tokenizer.decode_bytes([t for t in tokens if t != tokenizer.eos_token])
    return written.decode()


def admits(tokenizer: LLTokenizer, lark: str, text: str) -> bool:
    """Tell whether ``text`` is a whole reply."""
    matcher = started(tokenizer, lark)
    tokens = tokenizer.greedy_tokenize(text)  # what looks like a special token is text here
    accepted: bool = matcher.try_consume_tokens(tokens) == len(tokens) and matcher.is_accepting()
    assert not matcher.is_error(), matcher.get_error()
    return accepted


def holds(tokenizer: LLTokenizer, asked_for: Grammar, text: str) -> bool:
    """Tell whether the only field, named ``a``, may be ``text``."""
    compact = json.dumps({"a": text}, ensure_ascii=False, separators=(",", ":"))
    return admits(tokenizer, asked_for.lark, compact)


def priced(reading: Reading) -> Any:
    """Say where amounts are printed, and nothing of other kinds."""
    amount = re.compile(r"[0-9]+\.[0-9]{2}")
    spans = tuple(
        Span(reading.page, (n,)) for n, w in enumerate(reading.words) if amount.fullmatch(w.text)
    )
    return lambda field: spans if field.kind == "money" else None
