"""The decoding loop against the plainest one there is: transformers' own, one token at a time."""

import json
import re
from functools import partial
from typing import Any

import numpy as np
import pytest
import tiny_unigram
import torch
import transformers as hf
from tiny_tokenizer import tokenizer
from tokenizers import Tokenizer, normalizers
from transformers import PreTrainedTokenizerFast

from docai.errors import VlmError
from docai.vlm.huggingface.generate import Row, decode
from docai.vlm.huggingface.guide import Vocabulary

RECEIPT = r"""
start: "{\"merchant_name\":" text ",\"total\":" text ",\"items\":" items ",\"currency\":" text "}"
items: "[]" | "[" item ("," item){0,3} "]"
item: "{\"description\":" text ",\"price\":" text "}"
text: "null" | "\"" SPAN "\""
SPAN: "ACME" " Café €漢"? | "TOTAL" (" " "9.00")? | "9.00" | "Salt Lake City"
"""
PROMPTS = ["Hello there, what is the total of ACME?", "Hi", "Salt Lake City 9.00 and more, " * 3]
SEEDS = range(3)
LIMIT = 400


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Any:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def tokens() -> Any:
    return tokenizer(["<|im_end|>"], {"image_token": "<image>"}, byte_level=True, begins=False)


@pytest.fixture(scope="module")
def num_logits(tokens: Any) -> int:
    return len(tokens) + 13  # models pad their vocabulary


@pytest.fixture(scope="module")
def vocabulary(tokens: Any, num_logits: int) -> Vocabulary:
    return Vocabulary(tokens, num_logits, [tokens.eos_token_id])


@pytest.fixture(scope="module", params=["every token is seen", "a window slides", "a state rolls"])
def model(request: Any, tokens: Any, num_logits: int) -> Any:
    """Return a language model of one of the kinds that keep the past in different ways."""
    sizes = {
        "vocab_size": num_logits,
        "hidden_size": 64,
        "intermediate_size": 96,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "pad_token_id": tokens.pad_token_id,
        "eos_token_id": tokens.eos_token_id,
    }
    if request.param == "a window slides":
        layers = ["sliding_attention", "full_attention"]
        config = hf.Gemma3TextConfig(**sizes, head_dim=16, sliding_window=8, layer_types=layers)
        return hf.Gemma3ForCausalLM(config).eval()
    model = hf.Qwen2ForCausalLM(hf.Qwen2Config(**sizes)).eval()
    if request.param == "a state rolls":
        model._is_stateful = True
    return model


class OneByOne(hf.LogitsProcessor):
    """Admits what the grammar does; where that forces a token, just this one."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._guide = vocabulary.guide(RECEIPT)
        self._forced = self._guide.take_forced()
        self.log_probabilities: list[float] = []

    def __call__(self, ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        admitted = torch.full_like(scores, -torch.inf)
        if self._forced:
            admitted[0, self._forced.pop(0)] = 0
            self.log_probabilities.append(0.0)
        elif self._guide.stopped:
            admitted[0, 2] = 0  # </s>
        else:
            mask = self._vocabulary.masks([self._guide]).view(np.uint8)[0]
            known = np.flatnonzero(np.unpackbits(mask, bitorder="little"))
            admitted[0, known] = scores[0, known]
            token = int(admitted.argmax())
            self.log_probabilities.append(float(admitted[0].log_softmax(-1)[token]))
            self._guide.take(token)
            self._forced = self._guide.take_forced()
        return admitted


def shuffled(model: Any, seed: int) -> None:
    """Give the model other weights, strong enough that it has opinions."""
    torch.manual_seed(seed)
    for weights in model.parameters():
        if weights.dim() > 1:
            torch.nn.init.normal_(weights, std=0.3)


def one_by_one(model: Any, prompt: Any, vocabulary: Vocabulary) -> tuple[list[int], list[float]]:
    """Return tokens and log-probabilities of a reply for which each token cost a pass."""
    told = OneByOne(vocabulary)
    ids = model.generate(
        **prompt,
        max_new_tokens=LIMIT,
        do_sample=False,
        logits_processor=hf.LogitsProcessorList([told]),
    )
    return ids[0, prompt["input_ids"].shape[1] : -1].tolist(), told.log_probabilities


def test_reply_is_that_of_the_plainest_loop_with_fewer_passes(
    model: Any, tokens: Any, vocabulary: Vocabulary
) -> None:
    passes, written = 0, 0
    for seed in SEEDS:
        shuffled(model, seed)
        for prompt in PROMPTS:
            inputs = tokens([prompt], return_tensors="pt")
            calls: list[int] = []
            hook = model.register_forward_pre_hook(lambda *_, calls=calls: calls.append(1))
            row = Row(vocabulary.guide(RECEIPT), LIMIT)
            num_passes = decode(model, inputs, [row], vocabulary)
            hook.remove()
            expected, log_probabilities = one_by_one(model, inputs, vocabulary)
            assert row.tokens == expected
            np.testing.assert_allclose(row.log_probabilities, log_probabilities, atol=1e-4)
            assert row.stop == "end"
            assert num_passes == len(calls)
            passes, written = passes + num_passes, written + len(expected)
    assert passes < 0.7 * written or model._is_stateful


def test_rows_of_a_batch_are_those_of_single_prompts(
    model: Any, tokens: Any, vocabulary: Vocabulary
) -> None:
    for seed in SEEDS:
        shuffled(model, seed)
        inputs = tokens(PROMPTS, return_tensors="pt", padding=True, padding_side="left")
        rows = [Row(vocabulary.guide(RECEIPT), LIMIT) for _ in PROMPTS]
        decode(model, inputs, rows, vocabulary)
        for prompt, row in zip(PROMPTS, rows, strict=True):
            alone = Row(vocabulary.guide(RECEIPT), LIMIT)
            decode(model, tokens([prompt], return_tensors="pt"), [alone], vocabulary)
            assert row.tokens == alone.tokens
            np.testing.assert_allclose(row.log_probabilities, alone.log_probabilities, atol=1e-4)


@pytest.mark.parametrize("limit", [1, 5, 20])
def test_reply_without_room_is_cut_off_and_says_so(
    model: Any, tokens: Any, vocabulary: Vocabulary, limit: int
) -> None:
    shuffled(model, 0)
    inputs = tokens(PROMPTS, return_tensors="pt", padding=True, padding_side="left")
    whole = [Row(vocabulary.guide(RECEIPT), LIMIT) for _ in PROMPTS]
    decode(model, inputs, whole, vocabulary)
    cut = [Row(vocabulary.guide(RECEIPT), limit) for _ in PROMPTS]
    decode(model, inputs, cut, vocabulary)
    assert [row.stop for row in cut] == ["length"] * len(PROMPTS)
    assert [row.tokens for row in cut] == [row.tokens[:limit] for row in whole]


def test_reply_of_exactly_the_room_there_is_ends(
    model: Any, tokens: Any, vocabulary: Vocabulary
) -> None:
    shuffled(model, 0)
    inputs = tokens([PROMPTS[1]], return_tensors="pt")
    whole = Row(vocabulary.guide(RECEIPT), LIMIT)
    decode(model, inputs, [whole], vocabulary)
    exact = Row(vocabulary.guide(RECEIPT), len(whole.tokens))
    decode(model, inputs, [exact], vocabulary)
    assert (exact.tokens, exact.stop) == (whole.tokens, "end")


def test_reply_that_may_end_or_go_on_ends_by_a_token_without_text(
    model: Any, tokens: Any, vocabulary: Vocabulary
) -> None:
    ends = set()
    for seed in range(12):
        shuffled(model, seed)
        row = Row(vocabulary.guide('start: "a" "b"? "c"? "d"?'), LIMIT)
        decode(model, tokens(["x"], return_tensors="pt"), [row], vocabulary)
        assert row.stop == "end"
        written = b"".join(map(vocabulary.bytes_of, row.tokens))
        assert re.fullmatch(rb"ab?c?d?", written)
        ends.add(written)
    assert len(ends) > 2


def test_model_that_calculates_nonsense_is_an_error(
    model: Any, tokens: Any, vocabulary: Vocabulary
) -> None:
    shuffled(model, 0)
    model.get_output_embeddings().weight.data.fill_(torch.nan)
    row = Row(vocabulary.guide(RECEIPT), LIMIT)
    with pytest.raises(VlmError, match="bf16 or fp32"):
        decode(model, tokens(["x"], return_tensors="pt"), [row], vocabulary)


def test_special_tokens_are_never_admitted(tokens: Any, num_logits: int) -> None:
    ends = [tokens.eos_token_id, tokens.convert_tokens_to_ids("<|im_end|>")]
    vocabulary = Vocabulary(tokens, num_logits, ends)
    special = set(tokens.added_tokens_decoder)
    for lark, expected in [("start: /.*/", set(ends)), ("start: /[^\n]+/", set())]:
        mask = vocabulary.masks([vocabulary.guide(lark)]).view(np.uint8)[0]
        admitted = set(np.flatnonzero(np.unpackbits(mask, bitorder="little")).tolist())
        assert admitted & special == expected
        assert admitted - special, "text is admitted"
        assert max(admitted) < len(tokens)


@pytest.mark.parametrize("lark", ["start: (((", "start: missing"])
def test_grammar_that_is_none_is_an_error(vocabulary: Vocabulary, lark: str) -> None:
    with pytest.raises(VlmError, match="grammar"):
        vocabulary.guide(lark)


def test_token_that_the_grammar_does_not_admit_is_an_error(vocabulary: Vocabulary) -> None:
    guide = vocabulary.guide('start: "a" | "b"')
    with pytest.raises(VlmError, match="grammar"):
        guide.take(2)  # </s>


KINDS = {
    "bytes": partial(tokenizer, ["<|im_end|>"], {}, byte_level=True, begins=False),
    "pieces": partial(tokenizer, ["<|im_end|>"], {}, byte_level=False, begins=True),
    "unigram": tiny_unigram.tokenizer,
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "printed",
    ["TOTAL 9.00", "PAID </s> <|im_end|><image>", "Cafe\u0301 ﬁn 1½ Å", "漢字 ☃", ' \\"" \\u00e9'],
)
def test_any_text_is_forced_letter_for_letter(kind: str, printed: str) -> None:
    tokens = KINDS[kind]()
    core = Tokenizer.from_str(tokens.backend_tokenizer.to_str())
    if kind == "bytes":
        core.normalizer = normalizers.NFC()  # as Qwen's
    tokens = PreTrainedTokenizerFast(tokenizer_object=core, eos_token="</s>", unk_token="<unk>")
    vocabulary = Vocabulary(tokens, len(tokens), [2])
    lacking = vocabulary.lacks(printed)
    assert not lacking or kind == "unigram"
    text = json.dumps(printed.translate(dict.fromkeys(map(ord, lacking), "?")), ensure_ascii=False)
    guide = vocabulary.guide(f'start: {json.dumps(text, ensure_ascii=False)} | "null"')
    written = guide.take_forced()
    while not guide.stopped:
        mask = vocabulary.masks([guide]).view(np.uint8)[0]
        admitted = np.flatnonzero(np.unpackbits(mask, bitorder="little")).tolist()
        rest = text.encode()[sum(len(vocabulary.bytes_of(token)) for token in written) :]
        written.append(next(t for t in admitted if rest.startswith(vocabulary.bytes_of(t))))
        guide.take(written[-1])
        written += guide.take_forced()
    assert b"".join(map(vocabulary.bytes_of, written)).decode() == text
    assert not set(written) & set(tokens.added_tokens_decoder)
