"""The oracle: what could be found on a reading if one knew what to look for.

Where it fails, OCR or reading order is at fault; where a model fails and it does not, choosing is.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from docai import metrics
from docai.extraction.ground import ground
from docai.reading import Reading

LONGEST_RUN = 8  # words of an amount, a date, a time or a phone number
TYPED = metrics.MONEY | metrics.DATES | {metrics.TIME, metrics.PHONE, metrics.QUANTITY}


def oracle(label: Mapping[str, Any], readings: Sequence[Reading]) -> dict[str, Any]:
    """Return the printed words that come closest to the gold values of a document.

    Texts are the words most alike, right or not. Amounts, dates, times and phone numbers are runs
    of words in a line that mean the gold value, and absent where no run does.
    """
    runs = [run for reading in readings for run in _runs(reading)]
    data: dict[str, Any] = {}
    for name, gold in label.get("fields", {}).items():
        values = gold if isinstance(gold, list) else [gold]
        texts = [t for t in (_closest(name, value, readings, runs) for value in values) if t]
        if texts:
            data[name] = next((t for t in texts if metrics.same(name, gold, t)), texts[0])
    data["items"] = [
        {column: text}
        for column, gold in metrics.gold_columns(label).items()
        for text in _cells(column, gold, readings, runs)
    ]
    return data


def _cells(
    column: str, gold: Iterable[Any], readings: Sequence[Reading], runs: Sequence[str]
) -> Iterator[str]:
    """Yield the words closest to each gold cell; no run is used for two cells of a column."""
    left = list(runs)
    for value in gold:
        text = _closest(column, value, readings, left)
        if text is not None:
            if column in TYPED:
                left.remove(text)
            yield text


def _closest(name: str, gold: Any, readings: Sequence[Reading], runs: Sequence[str]) -> str | None:
    """Return the words that best print one gold value; None where none do."""
    if name in TYPED:
        return next((text for text in runs if metrics.same(name, gold, text)), None)
    found = [(ground(str(gold), reading), reading) for reading in readings]
    texts = [" ".join(r.words[i].text for i in g.words) for g, r in found if g is not None]
    return max(texts, key=lambda text: metrics.similarity(gold, text), default=None)


def _runs(reading: Reading) -> list[str]:
    """Return the texts of all short runs of words inside a line, shortest first."""
    texts = [word.text for word in reading.words]
    return [
        " ".join(texts[start : start + length])
        for length in range(1, LONGEST_RUN + 1)
        for line in reading.lines
        for start in range(line.start, line.stop - length + 1)
    ]
