"""What the customer handed over and got back, found by its keys.

No field of a receipt asks for them, but cash less change is the total: a witness of its own.
"""

import re
from collections.abc import Sequence
from decimal import Decimal

from docai.extraction.money import parse_amount
from docai.extraction.sums import Tendered
from docai.reading import Reading

_CASH = re.compile(
    r"(?i)^(cash|tunai|tendered|bar|gegeben|esp[eè]ces|efectivo|contanti|받은금액)\W*$"
)
_CHANGE = re.compile(
    r"(?i)^(change|baki|r[uü]ckgeld|wechselgeld|rendu|cambio|vuelto|resto|거스름돈?)\W*$"
)


def tendered_of(
    readings: Sequence[Reading], *, decimal_comma: bool | None = None
) -> Tendered | None:
    """Return cash and change where the document prints each once, and cash is no less."""
    cash = {a for r in readings for a in _keyed(_CASH, r, decimal_comma)}
    change = {a for r in readings for a in _keyed(_CHANGE, r, decimal_comma)}
    if len(cash) != 1 or len(change) != 1:
        return None
    given, returned = cash.pop(), change.pop()
    return (given, returned) if given > returned >= 0 else None


def _keyed(key: re.Pattern[str], reading: Reading, decimal_comma: bool | None) -> list[Decimal]:
    """Return the amounts that stand last in a row that begins with ``key``."""
    return [
        amount
        for i, word in enumerate(reading.words)
        if key.match(word.text)
        and (amount := _amount_right_of(i, reading, decimal_comma)) is not None
    ]


def _amount_right_of(i: int, reading: Reading, decimal_comma: bool | None) -> Decimal | None:
    """Return the rightmost amount in the row of word ``i``."""
    _, y0, x1, y1 = reading.upright_boxes[i]
    row = [
        (box[0], word.text)
        for word, box in zip(reading.words, reading.upright_boxes, strict=True)
        if box[0] >= x1 and box[1] <= (y0 + y1) / 2 <= box[3] and re.search(r"\d[.,]\d", word.text)
    ]
    return parse_amount(max(row)[1], decimal_comma=decimal_comma) if row else None
