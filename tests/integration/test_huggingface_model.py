"""Models of every family, tiny and with random weights: what they write, and what they look at."""

import inspect
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_checkpoints
import tiny_unigram
import torch
from numpy.typing import NDArray

from docai.document import Page
from docai.errors import VlmError
from docai.testing import typed_reading
from docai.vlm.engine import Field, Question
from docai.vlm.grammar import Grammar
from docai.vlm.huggingface import encode as encoding
from docai.vlm.huggingface import model as model_module
from docai.vlm.huggingface.generate import Row, decode
from docai.vlm.huggingface.load import BLIP2, ENCODER_DECODER
from docai.vlm.huggingface.model import HuggingFaceVlm
from docai.vlm.tokens import ImageTokens
from docai.vlm.writer import Asked, Prompt, Written

BUDGET = 128
RECEIPT = Grammar(
    r"""
start: "{\"merchant_name\":" text ",\"total\":" text ",\"items\":" items "}"
items: "[]" | "[" item ("," item){0,3} "]"
item: "{\"description\":" text ",\"price\":" text "}"
text: "null" | "\"" SPAN "\""
SPAN: "ACME" " Café"? | "TOTAL" (" " "9.00")? | "9.00" | "Main Street"
""",
    {},
    max_bytes=400,
)
PROMPTS = [Prompt("Copy.", "TOTAL 9.00 " * times) for times in (1, 7, 3)]


def page(number: int, height: int, width: int) -> Page:
    noise = np.random.default_rng(number).integers(0, 256, (height, width, 3))
    return Page(number, noise.astype(np.uint8))


PAGES = [page(1, 310, 200), page(2, 180, 260), page(3, 240, 240)]


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Any:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module", params=tiny_checkpoints.FAMILIES)
def folder(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_checkpoints.build(request.param, tmp_path_factory.mktemp(request.param))


@pytest.fixture(scope="module")
def vlm(folder: Path) -> HuggingFaceVlm:
    return HuggingFaceVlm(str(folder), "cpu", "fp32", BUDGET)


@pytest.fixture(scope="module")
def tokens(vlm: HuggingFaceVlm) -> list[ImageTokens]:
    return [vlm.encode(page) for page in PAGES]


def asked(prompt: Prompt, *tokens: ImageTokens) -> Asked:
    return Asked(prompt, tokens, RECEIPT)


def text(written: Written) -> str:
    return b"".join(piece for piece, _ in written.pieces).decode()


def numbers(written: Written) -> NDArray[np.float64]:
    return np.array([number for _, number in written.pieces])


def test_windows_written_at_once_are_those_written_alone(
    vlm: HuggingFaceVlm, tokens: list[ImageTokens]
) -> None:
    windows = [asked(prompt, one) for prompt, one in zip(PROMPTS, tokens, strict=True)]
    if vlm.loaded.several_pages:
        windows.append(asked(PROMPTS[0], *tokens))
    together = vlm.write(windows)
    assert len({text(written) for written in together}) > 1
    for window, written in zip(windows, together, strict=True):
        (alone,) = vlm.write([window])
        assert text(written) == text(alone)
        assert written.stop == alone.stop == "end"
        np.testing.assert_allclose(numbers(written), numbers(alone), atol=1e-3)


def direct(vlm: HuggingFaceVlm, prompt: Prompt, page: Page) -> Row:
    """Have the model write with the picture itself among its inputs."""
    loaded = vlm.loaded
    tokens = vlm.encode(page)
    ids = torch.tensor([vlm._prompt(prompt, [tokens])])
    seen, _ = encoding.look(loaded, page)
    if loaded.kind == ENCODER_DECODER:
        inputs = {"decoder_input_ids": ids, "pixel_values": seen["pixel_values"]}
    else:
        encoder = loaded.model.base_model.get_image_features
        known = {*inspect.signature(loaded.model.forward).parameters}
        known |= {*inspect.signature(encoder).parameters}
        inputs = encoding.unpack(loaded, ids, torch.ones_like(ids), [[tokens]])
        made = "inputs_embeds" if loaded.kind == BLIP2 else "mm_encoder_outputs"
        inputs = {name: one for name, one in inputs.items() if name in known and name != made}
        inputs |= {name: torch.as_tensor(seen[name]) for name in seen if name in known}
    row = Row(vlm._vocabulary.guide(RECEIPT.lark), 400)
    decode(loaded.model, inputs, [row], vlm._vocabulary)
    return row


def test_image_tokens_say_what_the_picture_itself_says(
    vlm: HuggingFaceVlm, tokens: list[ImageTokens]
) -> None:
    kept = ImageTokens.from_bytes(tokens[0].to_bytes())
    (written,) = vlm.write([asked(PROMPTS[0], kept)])
    row = direct(vlm, PROMPTS[0], PAGES[0])
    assert text(written).encode() == b"".join(map(vlm._vocabulary.bytes_of, row.tokens))
    np.testing.assert_allclose(numbers(written), row.log_probabilities, atol=1e-3)


def test_what_a_page_shows_is_felt(vlm: HuggingFaceVlm, tokens: list[ImageTokens]) -> None:
    black = vlm.encode(Page(1, np.zeros_like(PAGES[0].picture)))
    one, other = vlm.write([asked(PROMPTS[0], tokens[0]), asked(PROMPTS[0], black)])
    assert text(one) != text(other) or np.abs(numbers(one) - numbers(other)).max() > 1e-4


def test_answering_never_calls_the_vision_encoder(
    folder: Path, vlm: HuggingFaceVlm, tokens: list[ImageTokens]
) -> None:
    blind = HuggingFaceVlm(str(folder), "cpu", "fp32", BUDGET)
    blinded = 0
    for name, part in blind.loaded.model.named_modules():
        vision = {"visual", "vision_tower", "vision_model", "multi_modal_projector", "qformer"}
        vision |= {"encoder"} if blind.loaded.kind == ENCODER_DECODER else set()
        if name.removeprefix("model.") in vision:
            part.register_forward_pre_hook(lambda *_: pytest.fail("looked at the page again"))
            blinded += 1
    assert blinded
    for prompt in PROMPTS:
        window = [asked(prompt, tokens[0])]
        assert text(blind.write(window)[0]) == text(vlm.write(window)[0])
    with pytest.raises(pytest.fail.Exception, match="looked"):
        blind.encode(PAGES[0])


@pytest.mark.parametrize("num_pages", [0, 1, 3])
def test_a_prompt_that_fills_the_room_is_within_the_context(
    vlm: HuggingFaceVlm, tokens: list[ImageTokens], num_pages: int
) -> None:
    pages = tokens[: num_pages if vlm.loaded.several_pages else min(num_pages, 1)]
    room = vlm.room(pages)
    assert room > 7000
    words = "TOTAL " * (room - vlm.num_tokens("Copy."))
    words = words[: int(len(words) * room / (vlm.num_tokens("Copy.") + vlm.num_tokens(words)))]
    used = vlm.num_tokens("Copy.") + vlm.num_tokens(words)
    assert room - 10 <= used <= room
    assert 8192 - 2 * 16 <= len(vlm._prompt(Prompt("Copy.", words), pages)) <= 8192


def test_a_prompt_without_room_is_an_error(vlm: HuggingFaceVlm, tokens: list[ImageTokens]) -> None:
    with pytest.raises(VlmError, match=r"room for 8,192: lower --max-image-tokens"):
        vlm.write([asked(Prompt("Copy.", "TOTAL " * 8192), tokens[0])])


def test_a_reply_without_room_is_cut_off(
    vlm: HuggingFaceVlm, tokens: list[ImageTokens], monkeypatch: pytest.MonkeyPatch
) -> None:
    length = len(vlm._prompt(PROMPTS[0], tokens[:1]))
    monkeypatch.setattr(vlm, "_context", length + 5)
    (written,) = vlm.write([asked(PROMPTS[0], tokens[0])])
    assert written.stop == "length"
    assert len(written.pieces) == (length + 4 if vlm._reads_apart else 5)


def test_pages_beyond_what_a_family_can_look_at_have_no_room(
    vlm: HuggingFaceVlm, tokens: list[ImageTokens]
) -> None:
    assert (vlm.room(tokens) > 0) is vlm.loaded.several_pages


def test_letters_that_a_model_cannot_write_do_no_harm(tmp_path: Path) -> None:
    folder = tiny_checkpoints.build("donut", tmp_path)
    tiny_unigram.tokenizer().save_pretrained(folder)
    vlm = HuggingFaceVlm(str(folder), "cpu", "fp32", BUDGET)
    reading = typed_reading(["☃ 漢字 TOTAL", "ﬁne Cafe\u0301 9.00"])
    fields = tuple(Field(name, "text") for name in ("one", "two", "three", "four"))
    found = set()
    for seed in range(6):
        torch.manual_seed(seed)
        for weights in vlm.loaded.model.parameters():
            torch.nn.init.normal_(weights, std=0.2) if weights.dim() > 1 else None
        seen = vlm.encode(Page(1, np.full((*reading.size, 3), 200 + seed, np.uint8)))
        for answer in vlm.answer(Question({}, (reading,), (seen,), fields)).answers:
            assert answer.span is not None
            found |= {reading.words[i].text for i in answer.span.words}
    assert found & {"☃", "漢字", "ﬁne", "Cafe\u0301"}


def test_a_reply_begins_as_its_family_learned_to(tmp_path: Path) -> None:
    vlm = HuggingFaceVlm(str(tiny_checkpoints.build("florence2", tmp_path)), "cpu", "fp32", BUDGET)
    vlm.loaded.model.generation_config.forced_bos_token_id = 1
    begun: list[list[int]] = []
    vlm.loaded.model.register_forward_pre_hook(
        lambda _, __, inputs: begun.append(inputs["decoder_input_ids"].tolist()), with_kwargs=True
    )
    vlm.write([asked(PROMPTS[0], vlm.encode(PAGES[0]))])
    assert begun[0] == [[2, 1]]
    assert 2 not in begun[1][0]


@pytest.fixture(scope="module")
def qwen(tmp_path_factory: pytest.TempPathFactory) -> HuggingFaceVlm:
    folder = tiny_checkpoints.build("qwen3_vl", tmp_path_factory.mktemp("qwen"))
    return HuggingFaceVlm(str(folder), "cpu", "fp32", BUDGET)


@pytest.fixture(scope="module")
def seen(qwen: HuggingFaceVlm) -> ImageTokens:
    return qwen.encode(PAGES[0])


def test_name_is_told_before_the_model_is_loaded(tmp_path: Path) -> None:
    folder = tiny_checkpoints.build("qwen3_vl", tmp_path / "Tiny-VL")
    vlm = HuggingFaceVlm(str(folder), "cpu", "auto", 300)
    assert vlm.name.startswith("hf:Tiny-VL@")
    assert vlm.name.endswith("/fp32/300")
    assert "loaded" not in vars(vlm)
    assert vlm.encode(PAGES[0]).model == vlm.loaded.name == vlm.name
    assert vlm.provenance().engine == vlm.name


@pytest.mark.parametrize("most", [1, 2])
def test_memory_that_runs_out_costs_time_alone(
    qwen: HuggingFaceVlm, seen: ImageTokens, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    windows = [asked(Prompt("Copy.", f"TOTAL {i}"), seen) for i in range(5)]
    expected = [text(written) for written in qwen.write(windows)]
    sizes = []

    def decode_few(model: Any, inputs: Any, rows: Any, vocabulary: Any) -> int:
        sizes.append(len(rows))
        if len(rows) > most:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return decode(model, inputs, rows, vocabulary)

    monkeypatch.setattr(model_module, "decode", decode_few)
    assert [text(written) for written in qwen.write(windows)] == expected
    assert sizes == {1: [5, 2, 1, 1, 1, 1, 1], 2: [5, 2, 2, 1]}[most]


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (torch.OutOfMemoryError("CUDA out of memory.\nTried"), "ran out of memory on cpu: lower"),
        (RuntimeError("[enforce fail] can't allocate memory"), "ran out of memory"),
        (RuntimeError("CUDA error: misaligned address\nmore"), "CUDA error: misaligned address$"),
    ],
)
def test_failures_are_errors_that_say_what_to_do(
    qwen: HuggingFaceVlm,
    seen: ImageTokens,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    message: str,
) -> None:
    def fail(*_: Any) -> int:
        raise error

    monkeypatch.setattr(model_module, "decode", fail)
    with pytest.raises(VlmError, match=message):
        qwen.write([asked(PROMPTS[0], seen)])


def test_a_page_without_memory_says_what_to_lower(
    qwen: HuggingFaceVlm, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: Any) -> Any:
        raise torch.OutOfMemoryError("CUDA out of memory.")

    monkeypatch.setattr(qwen.loaded.model.base_model, "get_image_features", fail)
    with pytest.raises(VlmError, match="ran out of memory on cpu: lower --max-image-tokens"):
        qwen.encode(PAGES[0])


def test_image_tokens_of_another_model_are_refused(qwen: HuggingFaceVlm, seen: ImageTokens) -> None:
    foreign = replace(seen, model="hf:other@0123456789ab/fp32/128")
    with pytest.raises(VlmError, match=r"come from hf:other@.*encode the page again"):
        qwen.answer(Question({}, (), (foreign,)))
