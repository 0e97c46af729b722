"""A real tokenizer, small: trained here, on words of invented receipts, in well under a second.

Any text can be encoded, byte by byte where need be. There are the two kinds that models use:
byte-level BPE (Qwen, LLaMA 3, GPT, BART) and BPE over characters with ``▁`` for a space and a byte
each for what it does not know (LLaMA 2, Mistral, Gemma, mBART).
"""

import json
from collections.abc import Sequence
from functools import cache

from tokenizers import (
    AddedToken,
    Regex,
    Tokenizer,
    decoders,
    models,
    pre_tokenizers,
    processors,
    trainers,
)
from transformers import PreTrainedTokenizerFast

from docai.vlm.builtin.synth.words import ENGLISH, SHARED
from docai.vlm.builtin.synth.words_europe import GERMAN

BOS, EOS, PAD, UNK = "<s>", "</s>", "<pad>", "<unk>"
Tokens = PreTrainedTokenizerFast
_SIZE = 2000
_BYTES = [f"<0x{byte:02X}>" for byte in range(256)]
_PIECES = r"\p{L}+| ?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"


def tokenizer(
    special: Sequence[str],
    named: dict[str, str],
    *,
    byte_level: bool,
    begins: bool,
    ends: str = "",
) -> Tokens:
    """Return a tokenizer that knows some more tokens.

    Args:
        special: tokens of a family that stand for themselves.
        named: the same, where the family asks its tokenizer for them: ``{"image_token": …}``.
        byte_level: of the two kinds, which.
        begins: whether it puts a token before every text.
        ends: token that it puts after every text as well, one of ``special``.
    """
    core = Tokenizer.from_str(_trained(byte_level))
    core.add_special_tokens(
        [AddedToken(text, special=True, normalized=False) for text in [*named.values(), *special]]
    )
    if begins:
        core.post_processor = processors.TemplateProcessing(
            single=f"{BOS} $A {ends}".strip(),
            special_tokens=[(text, core.token_to_id(text)) for text in (BOS, ends) if text],
        )
    return PreTrainedTokenizerFast(
        tokenizer_object=core,
        bos_token=BOS,
        eos_token=ends or EOS,
        pad_token=PAD,
        unk_token=UNK,
        extra_special_tokens=named or list(special),
        model_input_names=["input_ids", "attention_mask"],
        clean_up_tokenization_spaces=False,
    )


@cache
def _trained(byte_level: bool) -> str:
    """Train one of the two kinds; as JSON."""
    special = [PAD, BOS, EOS, UNK]
    if byte_level:
        core = Tokenizer(models.BPE())
        core.pre_tokenizer = pre_tokenizers.Sequence(
            [
                pre_tokenizers.Split(Regex(_PIECES), behavior="isolated"),
                pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
            ]
        )
        core.decoder = decoders.ByteLevel()
        alphabet = pre_tokenizers.ByteLevel.alphabet()
    else:
        core = Tokenizer(models.BPE(byte_fallback=True, unk_token=UNK, fuse_unk=True))
        core.pre_tokenizer = pre_tokenizers.Sequence(
            [
                pre_tokenizers.Metaspace(prepend_scheme="never"),
                pre_tokenizers.Split(Regex(r"\p{N}|[^▁\p{L}\p{N}]+"), behavior="isolated"),
            ]
        )
        core.decoder = decoders.Sequence(
            [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]
        )
        alphabet = ["▁"]
        special += _BYTES
    trainer = trainers.BpeTrainer(
        vocab_size=_SIZE, special_tokens=special, initial_alphabet=alphabet, show_progress=False
    )
    core.train_from_iterator(_texts(), trainer)
    if not byte_level:
        return _without_special(core)
    return str(core.to_str())


def _without_special(core: Tokenizer) -> str:
    """Return the tokenizer as JSON in which single bytes are pieces of text like others."""
    state = json.loads(core.to_str())
    state["added_tokens"] = [one for one in state["added_tokens"] if one["content"] not in _BYTES]
    return json.dumps(state)


def _texts() -> list[str]:
    """Return what receipts and replies are made of."""
    words = [word for table in (SHARED, ENGLISH, GERMAN) for row in table.values() for word in row]
    prices = [f"{i}.{i * 7 % 100:02d}" for i in range(100)]
    dates = [f"{2010 + i % 15}-{i % 12 + 1:02d}-{i % 28 + 1:02d}" for i in range(60)]
    keys = [
        "total", "subtotal", "merchant_name", "transaction_date", "items", "description", "price",
        "quantity", "tax", "address", "phone", "currency", "amount", "value", "name", "field",
    ]  # fmt: skip
    replies = [f'{{"{key}":"{words[i]}","{keys[i % 5]}":null}}' for i, key in enumerate(keys * 8)]
    return [" ".join(words), "\n".join(words), " ".join(prices), " ".join(dates), *replies * 2]
