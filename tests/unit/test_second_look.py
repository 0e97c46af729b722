"""The second look without its network: beams, likelihoods, language, margin."""

import itertools
import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docai.geometry import box_polygon
from docai.ocr import charlm, second_look
from docai.ocr.charlm import CharacterModel
from docai.ocr.ctc import beam_search, log_likelihoods
from docai.ocr.second_look import Candidate, SecondLook, improved

CHARACTERS = ["", *"ABILMORSTabilmors0123456789./,-", " "]


@st.composite
def distributions(draw: st.DrawFn) -> np.ndarray:
    """A few steps over a blank and two labels."""
    num_steps = draw(st.integers(1, 5))
    cells = st.lists(st.floats(0.01, 1), min_size=3, max_size=3)
    rows = np.array([draw(cells) for _ in range(num_steps)])
    return np.log(rows / rows.sum(axis=1, keepdims=True))


def collapsed(path: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(label for label, _ in itertools.groupby(path) if label)


def enumerated(log_posteriors: np.ndarray) -> dict[tuple[int, ...], float]:
    """Sum over every path: the definition of CTC."""
    total: dict[tuple[int, ...], float] = {}
    for path in itertools.product(range(3), repeat=len(log_posteriors)):
        p = math.exp(sum(log_posteriors[t, label] for t, label in enumerate(path)))
        total[collapsed(path)] = total.get(collapsed(path), 0.0) + p
    return total


@settings(deadline=None)
@given(distributions())
def test_log_likelihoods_sum_over_all_paths(log_posteriors: np.ndarray) -> None:
    expected = enumerated(log_posteriors)
    texts = list(expected)
    found = np.exp(log_likelihoods(log_posteriors, texts))
    assert found == pytest.approx([expected[text] for text in texts], abs=1e-9)


def test_a_text_longer_than_the_line_is_impossible() -> None:
    assert log_likelihoods(np.log(np.full((2, 3), 1 / 3)), [(1, 2, 1)])[0] < -1e6


@settings(deadline=None)
@given(distributions())
def test_wide_beams_rank_as_all_paths_do(log_posteriors: np.ndarray) -> None:
    expected = enumerated(log_posteriors)
    beams = beam_search(log_posteriors, 1000)
    likelihoods = [expected[labels] for labels in beams]
    assert set(beams) == set(expected)
    assert likelihoods == pytest.approx(sorted(likelihoods, reverse=True))


def test_few_beams_return_few_texts() -> None:
    assert len(beam_search(np.log(np.full((6, 3), 1 / 3)), 4)) == 4


LINES = ["NO 12, JALAN TAMAN", "JALAN TAMAN MERAH", "TAMAN JALAN 47100", "TOTAL 12.00"] * 3


def test_language_prefers_words_it_has_seen() -> None:
    model = CharacterModel.fit(LINES)
    assert model.log_probability("JALAN") > model.log_probability("JA1AN") + 2
    assert model.log_probability("jalan 47100") == model.log_probability("JALAN 98233")


@given(st.text("JALNTM ", max_size=3))
def test_language_is_a_distribution(context: str) -> None:
    model = CharacterModel.fit(LINES)
    folded = charlm._fold(context)[:-1][-4:]
    seen = {c for line in LINES for c in charlm._fold(line)}
    unseen = charlm.NUM_CHARACTERS - len(seen)
    total = sum(model._probability(folded, c) for c in seen)
    assert total + unseen * model._probability(folded, "\u20ac") == pytest.approx(1.0)


def test_language_is_saved_and_fitted_to_the_training_split_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        {"split": "train", "lines": [{"text": "JALAN"}] * 2},
        {"split": "dev", "lines": [{"text": "QQ"}] * 9},
    ]
    (tmp_path / "labels.jsonl").write_text("\n".join(map(json.dumps, rows)))
    fitted = CharacterModel.fit(charlm._transcripts(tmp_path))
    fitted.save(tmp_path / "charlm.npz")
    monkeypatch.setattr(charlm, "COUNTS", tmp_path / "charlm.npz")
    loaded = CharacterModel.load()
    assert loaded._counts == fitted._counts
    assert not any("Q" in gram for gram in loaded._counts)


def test_the_shipped_language_knows_malaysian_addresses() -> None:
    model = CharacterModel.load()
    assert model.log_probability("SELANGOR") > model.log_probability("SE_ANGOR") + 5


class OneLine:
    """A recogniser that sees the same line wherever it looks."""

    alphabetic_characters = CHARACTERS

    def __init__(self, *steps: dict[str, float]) -> None:
        rows = np.full((2 * len(steps) + 1, len(CHARACTERS)), 1e-6, np.float32)
        rows[:, 0] = 1.0
        for row, step in zip(rows[1::2], steps, strict=True):
            row[0] = 1e-6
            for character, p in step.items():
                row[CHARACTERS.index(character)] = p
        self._rows = rows / rows.sum(axis=1, keepdims=True)

    def alphabetic_posteriors(self, crop: np.ndarray, width: int) -> np.ndarray:
        return self._rows


def look(
    kind: second_look.FieldKind, first: list[str], *steps: str | dict[str, float]
) -> list[Candidate]:
    """Read one line again whose steps are certain characters, or choices between some."""
    recogniser = OneLine(*(s if isinstance(s, dict) else {s: 1.0} for s in steps))
    second = SecondLook(recogniser)  # type: ignore[arg-type]
    picture = np.zeros((20, 80, 3), np.uint8)
    return second.read_again(picture, [box_polygon((0, 0, 80, 20))], kind, first)[0]


def test_language_decides_between_letters_that_look_alike() -> None:
    candidates = look("text", ["TA1AM"], "T", "A", {"1": 0.55, "M": 0.45}, "A", "M")
    assert [c.text for c in candidates[:2]] == ["TAMAM", "TA1AM"]
    assert improved("TA1AM", candidates) == "TAMAM"


def test_what_the_picture_shows_clearly_stays() -> None:
    candidates = look("text", ["TA1AM"], "T", "A", {"1": 0.99999, "M": 0.00001}, "A", "M")
    assert improved("TA1AM", candidates) == "TA1AM"


def test_an_amount_has_two_decimals() -> None:
    candidates = look("amount", [], "1", "2", ".", {"S": 0.8, "5": 0.2}, "0")
    assert candidates[0].text == "12.50"


def test_a_date_is_made_of_numbers() -> None:
    steps = ("0", {"I": 0.8, "1": 0.2}, "/", "0", "2", "/", "1", "8")
    assert look("date", [], *steps)[0].text == "01/02/18"


def test_probabilities_of_a_line_add_up_to_one() -> None:
    candidates = look("text", [], "T", {"A": 0.6, "B": 0.4}, {"M": 0.5, "R": 0.5})
    assert len(candidates) >= 4
    assert sum(math.exp(c.log_probability) for c in candidates) == pytest.approx(1.0)
    assert candidates == sorted(candidates, key=lambda c: -c.log_probability)
    assert all(type(c.log_probability) is float for c in candidates)


def test_a_line_in_another_script_is_left_alone() -> None:
    assert look("text", ["人民"], "T", "A") == []


def test_an_illegible_line_has_no_candidates() -> None:
    assert look("text", []) == []


def test_a_first_reading_that_was_not_compared_stays() -> None:
    assert improved("B", [Candidate("A", 0.0)]) == "B"
    assert improved("B", []) == "B"


def test_a_close_call_stays_as_first_read() -> None:
    candidates = [Candidate("A", math.log(0.6)), Candidate("B", math.log(0.4))]
    assert improved("B", candidates) == "B"
    assert improved("A", candidates) == "A"
