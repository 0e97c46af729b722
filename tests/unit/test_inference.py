"""The built-in model without its weights: windows of long pages, and refusals."""

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from docai.errors import VlmError
from docai.testing import ScriptedVlm, blank_page, typed_reading
from docai.vlm.builtin.inference import (
    ABOUT_FILE,
    OVERLAP,
    TAGGER_FILE,
    VISION_FILE,
    WINDOW,
    BuiltinVlm,
    open_session,
    windows,
)
from docai.vlm.engine import Question


@given(st.integers(0, 20 * WINDOW))
@example(WINDOW)
@example(WINDOW + 1)
@example(2 * WINDOW - OVERLAP)
def test_windows_decide_each_word_once(num_words: int) -> None:
    decided = [i for _, _, first, last in windows(num_words) for i in range(first, last)]
    assert decided == list(range(num_words))


@given(st.integers(1, 20 * WINDOW))
def test_windows_see_what_they_decide_and_some_words_around(num_words: int) -> None:
    for begin, end, first, last in windows(num_words):
        assert 0 <= begin <= first < last <= end <= num_words
        assert end - begin <= WINDOW
        assert first - begin >= OVERLAP // 2 or first == 0
        assert end - last >= OVERLAP // 2 or last == num_words


@given(st.integers(WINDOW + 1, 20 * WINDOW))
def test_neighbouring_windows_overlap(num_words: int) -> None:
    cuts = windows(num_words)
    assert len(cuts) > 1
    for (_, end, _, _), (begin, _, _, _) in itertools.pairwise(cuts):
        assert end - begin == OVERLAP


def test_a_page_of_usual_length_is_seen_whole() -> None:
    assert windows(WINDOW) == [(0, WINDOW, 0, WINDOW)]


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """Return a folder with files of the right names that hold no networks."""
    for name in (VISION_FILE, TAGGER_FILE):
        (tmp_path / name).write_bytes(b"no network")
    (tmp_path / ABOUT_FILE).write_text(json.dumps({"steps": 3}), "utf8")
    return tmp_path


@pytest.mark.parametrize("missing", [VISION_FILE, TAGGER_FILE, ABOUT_FILE])
def test_missing_weights_are_named(damaged: Path, missing: str) -> None:
    (damaged / missing).unlink()
    with pytest.raises(VlmError, match=f"holds no {missing}; train the model with"):
        BuiltinVlm(damaged)


def test_damaged_weights_are_named(damaged: Path) -> None:
    vlm = BuiltinVlm(damaged)
    with pytest.raises(VlmError, match=f"ONNX Runtime cannot open .*{VISION_FILE}"):
        vlm.encode(blank_page(typed_reading(["TOTAL"])))
    with pytest.raises(VlmError, match=f"ONNX Runtime cannot open .*{TAGGER_FILE}"):
        open_session(damaged / TAGGER_FILE, 1)


def test_the_name_tells_the_weights(damaged: Path) -> None:
    name = BuiltinVlm(damaged).name
    assert name.startswith("docai-builtin/")
    (damaged / TAGGER_FILE).write_bytes(b"other weights")
    assert BuiltinVlm(damaged).name != name
    assert BuiltinVlm(damaged).about == {"steps": 3}


def test_image_tokens_of_another_model_are_refused(damaged: Path) -> None:
    reading = typed_reading(["TOTAL"], page=4)
    foreign = ScriptedVlm(name="stranger").encode(blank_page(reading))
    with pytest.raises(VlmError, match="image tokens of page 4 come from stranger"):
        BuiltinVlm(damaged).answer(Question({}, (reading,), (foreign,)))


def test_blank_pages_need_no_network(damaged: Path) -> None:
    vlm = BuiltinVlm(damaged)
    blank = typed_reading([])
    own = ScriptedVlm(name=vlm.name).encode(blank_page(blank))
    schema: dict[str, Any] = {"properties": {"total": {}, "hotel": {}}}
    reply = vlm.answer(Question(schema, (blank,), (own,)))
    assert (reply.answers, reply.unasked) == ((), ("hotel",))


def test_other_eyes_are_another_model(damaged: Path) -> None:
    name = BuiltinVlm(damaged).name
    (damaged / VISION_FILE).write_bytes(b"other eyes")
    assert BuiltinVlm(damaged).name != name
