"""Calibrated confidence."""

import dataclasses
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docai.errors import SettingsError
from docai.extraction import confidence as module
from docai.extraction.confidence import (
    CALIBRATION,
    CALIBRATION_JSON,
    FURTHEST,
    NAMES,
    Calibration,
    Signals,
    Weights,
    confidence,
    group_of,
    log_odds,
    read_calibration,
    vector,
)

probabilities = st.floats(0, 1)
signals = st.builds(
    Signals,
    group=st.sampled_from(["total", "items.price", "something else"]),
    probability=probabilities,
    rival=probabilities,
    ocr_confidence=probabilities,
    sums=st.sampled_from([-1, 0, 1]),
    num_words=st.integers(0, 60),
)
PLAIN = Signals("total", 0.8, 0.1, 0.95, 0, 2)


def calibrated(monkeypatch: pytest.MonkeyPatch, calibration: Calibration) -> None:
    monkeypatch.setattr(module, "_calibration", lambda: calibration)


@given(signals)
def test_confidence_is_a_probability_and_never_certain(known: Signals) -> None:
    assert 0 < confidence(known) < 1


@given(signals)
def test_every_signal_has_a_name_and_is_bounded(known: Signals) -> None:
    numbers = vector(known)
    assert len(numbers) == len(NAMES)
    assert all(math.isfinite(n) and abs(n) <= FURTHEST for n in numbers)


def test_the_shipped_calibration_has_a_weight_per_signal() -> None:
    shipped = CALIBRATION_JSON.validate_json(CALIBRATION.read_bytes())
    for fitted in (shipped.others, *shipped.groups.values()):
        assert len(fitted.weights) == len(NAMES)


def test_the_shipped_calibration_trusts_a_surer_model_more() -> None:
    sure = dataclasses.replace(PLAIN, probability=0.99)
    unsure = dataclasses.replace(PLAIN, probability=0.31)
    assert confidence(sure) > confidence(unsure)


def test_a_regression_is_what_the_formula_says(monkeypatch: pytest.MonkeyPatch) -> None:
    fitted = Weights(0.5, (1.0, -0.5, 0.25, 2.0, -2.0, -0.1, 3.0))
    calibrated(monkeypatch, Calibration({"total": fitted}, {}, Weights(0.0, (0.0,) * 7)))
    known = Signals("total", 0.8, 0.2, 0.5, 1, 3, legibility=0.6)
    odds = 0.5 + math.log(4) - 0.5 * math.log(1 / 4) + 0 + 2 - 0.1 * math.log(3) - 3 * 0.4
    assert confidence(known) == pytest.approx(1 / (1 + math.exp(-odds)))


def test_groups_without_a_fit_of_their_own_share_one(monkeypatch: pytest.MonkeyPatch) -> None:
    doubt, trust, date = (Weights(odds, (0.0,) * 7) for odds in (-2.0, 2.0, 0.0))
    calibrated(monkeypatch, Calibration({"total": doubt}, {"date": date}, trust))
    assert confidence(PLAIN) == pytest.approx(1 / (1 + math.exp(2)))
    assert confidence(dataclasses.replace(PLAIN, group="tip")) > 0.85
    assert confidence(dataclasses.replace(PLAIN, group="due_date", type="date")) == 0.5


@pytest.mark.parametrize(("sums", "ups"), [(1, [1.0, 0.0]), (0, [0.0, 0.0]), (-1, [0.0, 1.0])])
def test_sums_speak_for_and_against(sums: int, ups: list[float]) -> None:
    at = NAMES.index("adds_up")
    assert vector(dataclasses.replace(PLAIN, sums=sums))[at : at + 2] == ups


@given(probabilities, probabilities)
def test_log_odds_keep_the_order(a: float, b: float) -> None:
    low, high = sorted((a, b))
    assert -FURTHEST <= log_odds(low) <= log_odds(high) <= FURTHEST


@given(st.floats(0.01, 0.99))
def test_log_odds_invert_the_logistic(p: float) -> None:
    assert 1 / (1 + math.exp(-log_odds(p))) == pytest.approx(p)


@pytest.mark.parametrize(("path", "group"), [("total", "total"), ("items[0].price", "items.price")])
def test_a_column_is_one_group(path: str, group: str) -> None:
    assert group_of(path) == group
    assert group_of("items[0].price") == group_of("items[31].price")


def test_a_calibration_of_ones_own() -> None:
    doubt = Calibration({}, {}, Weights(-2.0, (0.0,) * 7))
    assert confidence(PLAIN, doubt) == pytest.approx(1 / (1 + math.exp(2)))


def test_a_file_that_is_no_calibration_is_refused(tmp_path: Path) -> None:
    assert read_calibration(CALIBRATION).groups
    with pytest.raises(SettingsError, match=r"none\.json cannot be read: No such file"):
        read_calibration(tmp_path / "none.json")
    (tmp_path / "other.json").write_text("{}")
    with pytest.raises(SettingsError, match=r"other\.json is no calibration; python -m docai.cal"):
        read_calibration(tmp_path / "other.json")
