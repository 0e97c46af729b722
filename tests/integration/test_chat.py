"""Prompts as tokens: no text of a document becomes one of a model's marks."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import tiny_checkpoints
from hypothesis import given
from hypothesis import strategies as st
from tiny_tokenizer import tokenizer
from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers
from transformers import AutoConfig, PreTrainedTokenizerFast

from docai.errors import VlmError
from docai.vlm.huggingface.chat import Chat
from docai.vlm.huggingface.image_only import load_processor
from docai.vlm.huggingface.marks import Text
from docai.vlm.writer import Prompt

HARMLESS = Prompt("Copy what is printed.", "=== page 1 ===\nTOTAL 9.00\n=== end ===")
NUM_PLACES = 3  # tokens that hold the place of a picture


@pytest.fixture(scope="session", params=tiny_checkpoints.FAMILIES)
def checkpoint(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_checkpoints.build(request.param, tmp_path_factory.mktemp(request.param))


@pytest.fixture(scope="session")
def processor(checkpoint: Path) -> Any:
    return load_processor(checkpoint, AutoConfig.from_pretrained(checkpoint))


@pytest.fixture(scope="session")
def chat(checkpoint: Path, processor: Any) -> Chat:
    return Chat(processor, AutoConfig.from_pretrained(checkpoint))


def marks_of(processor: Any) -> dict[int, str]:
    added = processor.tokenizer.added_tokens_decoder
    return {number: token.content for number, token in added.items()}


def pictures(processor: Any) -> list[list[int]]:
    """Return what holds the places of two pictures: a token that no text and no template holds."""
    return [[1_000_001] * NUM_PLACES, [1_000_002] * NUM_PLACES]


def test_hostile_text_stays_text(chat: Chat, processor: Any) -> None:
    marks = marks_of(processor)
    assert len(marks) >= 4
    hostile = "".join(marks.values()) + " " + "\n".join(marks.values())
    prompt = Prompt(HARMLESS.system + hostile, hostile + HARMLESS.user)
    places = pictures(processor)
    attacked, expected = chat.tokens(prompt, places), chat.tokens(HARMLESS, places)
    assert Counter(t for t in attacked if t in marks or t > 1_000_000) == Counter(
        t for t in expected if t in marks or t > 1_000_000
    )
    assert processor.tokenizer.decode(chat.text(hostile)).strip() == hostile


def test_pictures_come_first_and_whole(chat: Chat, processor: Any) -> None:
    tokens = chat.tokens(HARMLESS, pictures(processor))
    text = chat.text(HARMLESS.user)
    places = [place for place, token in enumerate(tokens) if token > 1_000_000]
    assert [tokens[place] for place in places] == [
        token for picture in pictures(processor) for token in picture
    ]
    assert "TOTAL 9.00" in processor.tokenizer.decode(tokens[places[-1] + 1 :])
    assert len(tokens) >= len(text) + len(places)


def test_prompt_says_all_in_order(chat: Chat, processor: Any) -> None:
    said = processor.tokenizer.decode(
        [t for t in chat.tokens(HARMLESS, pictures(processor)) if t < 1_000_000]
    )
    assert said.index(HARMLESS.system) < said.index(HARMLESS.user)
    assert said.count(HARMLESS.system) == said.count(HARMLESS.user) == 1


def test_a_text_begins_once(chat: Chat, processor: Any) -> None:
    tokens = chat.tokens(HARMLESS, pictures(processor))
    assert tokens.count(processor.tokenizer.bos_token_id) <= 1


@pytest.fixture(scope="module", params=[True, False], ids=["bytes", "pieces"])
def any_tokens(request: Any) -> Any:
    marks = ["<|im_end|>", "<image>", "<row_1_col_1>"]
    return tokenizer(marks, {}, byte_level=request.param, begins=False)


@given(st.lists(st.sampled_from(["<s>", "</s>", "<|im_end|>", "<image>", "<", " ", "ä", "x>"])))
def test_any_text_is_kept_and_free_of_marks(any_tokens: Any, parts: list[str]) -> None:
    text = "".join(parts)
    tokens = Text(any_tokens).tokens(text)
    assert not set(tokens) & set(any_tokens.added_tokens_decoder)
    assert any_tokens.decode(tokens) == text


def test_marks_among_the_pieces_of_text_are_cut_in_two() -> None:
    pieces = ["<unk>", "<s>", "</s>", "<", "/", "s", ">", "a", "</", "s>"]
    core = Tokenizer(models.Unigram([(piece, -1.0) for piece in pieces], unk_id=0))
    core.pre_tokenizer = pre_tokenizers.Whitespace()
    core.pre_tokenizer = pre_tokenizers.Split(" ", "isolated")
    core.add_special_tokens([AddedToken(mark, special=True) for mark in ("<s>", "</s>")])
    tokens = PreTrainedTokenizerFast(
        tokenizer_object=core, bos_token="<s>", eos_token="</s>", unk_token="<unk>"
    )
    told = Text(tokens).tokens("a</s><s>a")
    assert not {1, 2} & set(told)
    assert "".join(pieces[token] for token in told) == "a</s><s>a"


def test_runs_of_white_space_may_be_tokens_of_their_own() -> None:
    tokens = tokenizer(["<|im_end|>"], {}, byte_level=True, begins=False)
    tokens.add_tokens([AddedToken("        ", normalized=False, special=False)])
    tokens.add_tokens([AddedToken("<h1>", normalized=False, special=False)])
    told = Text(tokens).tokens("TOTAL        9.00<h1>")
    assert tokens.convert_tokens_to_ids("        ") in told
    assert tokens.convert_tokens_to_ids("<h1>") not in told


class Template:
    """Stands in for a processor with a chat template."""

    image_token = "<image>"
    chat_template = "yes"

    def __init__(self, template: str) -> None:
        self.tokenizer = tokenizer(["<|end|>", "<image>"], {}, byte_level=True, begins=True)
        self.tokenizer.chat_template = template

    def apply_chat_template(self, messages: Any, **kwargs: Any) -> str:
        return str(self.tokenizer.apply_chat_template(messages, **kwargs))


PARTS = (
    "{% for p in m.content %}{% if p.type == 'image' %}<image>{% else %}{{ p.text }}{% endif %}"
    "{% endfor %}"
)
NO_SYSTEM = [
    "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no') }}{% endif %}"
    "USER: " + PARTS + "{% endfor %}",
    "{% for m in messages %}{% if m.role == 'user' %}USER: " + PARTS + "{% endif %}{% endfor %}",
    "{% for m in messages %}{% if m.role == 'system' %}{{ m.content }}{% else %}USER: "
    + PARTS + "{% endif %}{% endfor %}",
    "{% for m in messages %}{% if m.role == 'system' %}{{ 'S' + m.content }}{% else %}USER: "
    + PARTS + "{% endif %}{% endfor %}",
]  # fmt: skip


@pytest.mark.parametrize("template", NO_SYSTEM, ids=["refuses", "leaves out", "garbles", "fails"])
def test_system_becomes_the_users_where_the_template_knows_none(template: str) -> None:
    model = Template(template)
    tokens = Chat(model, AutoConfig.for_model("llama")).tokens(HARMLESS, [[7], [8]])
    assert model.tokenizer.decode([t for t in tokens if t not in (7, 8)]) == (
        f"<s>USER: {HARMLESS.system}\n\n{HARMLESS.user}"
    )
    assert tokens.index(7) + 1 == tokens.index(8)


def test_template_that_loses_pictures_is_an_error() -> None:
    texts_only = "{% for m in messages %}{{ (m.content | last).text }}{% endfor %}"
    with pytest.raises(VlmError, match="chat template"):
        Chat(Template(texts_only), AutoConfig.for_model("llama")).tokens(HARMLESS, [[7]])


def test_tokenizer_that_cannot_be_taken_apart_is_an_error() -> None:
    with pytest.raises(VlmError, match="object"):
        Text(object())
