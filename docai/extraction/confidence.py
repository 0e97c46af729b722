"""Calibrated confidence: how often a value like this one is right.

A logistic regression (Platt, 1999) over what is known of a value, fitted by `docai.calibrate` on
documents that the model was not trained on.
"""

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from docai.errors import SettingsError

CALIBRATION = Path(__file__).with_name("calibration.json")
FURTHEST = 6.0  # log-odds beyond it say nothing more


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known of a value.

    Attributes:
        group: values of one group are calibrated together: a field, or a column of rows.
        probability: the model's.
        rival: the model's probability of the next best other value; 0 where there is none.
        ocr_confidence: of the least sure word.
        sums: 1 where a sum that it is in adds up, -1 where one does not, 0 where it is in none.
        num_words: that print it.
        type: what kind of value it is: ``money``, ``date``, ``text`` ...
        legibility: of the page it is printed on, see `docai.quality.Quality.legibility`.
    """

    group: str
    probability: float
    rival: float
    ocr_confidence: float
    sums: int
    num_words: int
    type: str = "text"
    legibility: float = 1.0


@dataclass(frozen=True, slots=True)
class Weights:
    """One logistic regression; the weights are in the order of NAMES."""

    intercept: float
    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Calibration:
    """What `docai.calibrate` fitted.

    Attributes:
        groups: a regression per field or column that had examples.
        types: one per type of value, for the other fields.
        others: one for all that is left.
    """

    groups: dict[str, Weights]
    types: dict[str, Weights]
    others: Weights

    def of(self, signals: Signals) -> Weights:
        """Return the regression for a value."""
        return self.groups.get(signals.group) or self.types.get(signals.type, self.others)


CALIBRATION_JSON = TypeAdapter(Calibration)
NAMES = (
    "probability",
    "rival",
    "ocr_confidence",
    "adds_up",
    "adds_up_not",
    "num_words",
    "legibility",
)


def vector(signals: Signals) -> list[float]:
    """Return the numbers that the regression weighs, in the order of NAMES."""
    return [
        log_odds(signals.probability),
        log_odds(signals.rival),
        log_odds(signals.ocr_confidence),
        float(signals.sums > 0),
        float(signals.sums < 0),
        math.log(max(signals.num_words, 1)),
        signals.legibility - 1,
    ]


def confidence(signals: Signals, calibration: Calibration | None = None) -> float:
    """Return the calibrated probability that the value is right, in (0, 1).

    Args:
        signals: what is known of the value.
        calibration: by default the one that ships, which was fitted for the built-in model.
    """
    fitted = _calibration() if calibration is None else calibration
    group = fitted.of(signals)
    odds = group.intercept + sum(
        weight * value for weight, value in zip(group.weights, vector(signals), strict=True)
    )
    return 1 / (1 + math.exp(-max(-FURTHEST, min(FURTHEST, odds))))


def group_of(path: str) -> str:
    """Return the calibration group of a path: ``items[3].price`` belongs to ``items.price``."""
    if "[" not in path:
        return path
    return f"{path.split('[', 1)[0]}.{path.split('].', 1)[1]}"


def log_odds(probability: float) -> float:
    """Return log(p / (1 - p)), bounded by FURTHEST."""
    p = min(max(probability, 1e-4), 1 - 1e-4)
    return max(-FURTHEST, min(FURTHEST, math.log(p / (1 - p))))


def read_calibration(path: Path) -> Calibration:
    """Read what `docai.calibrate` fitted.

    Raises:
        SettingsError: the file cannot be read, or holds something else.
    """
    try:
        return CALIBRATION_JSON.validate_json(path.read_bytes())
    except OSError as error:
        reason = error.strerror or error
        raise SettingsError(f"calibration {path} cannot be read: {reason}") from error
    except ValueError as error:
        raise SettingsError(
            f"{path} is no calibration; python -m docai.calibrate --output {path} writes one"
        ) from error


@cache
def _calibration() -> Calibration:
    """Read the calibration that ships, once."""
    return read_calibration(CALIBRATION)
