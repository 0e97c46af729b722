"""Which tags the labels of a data set allow for each word that OCR read.

Data sets differ in what they label. A word has a set of allowed tags: one where the label is
sure, several where the data set is silent, and training sums the probability of all allowed ones.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from docai.extraction.ground import ground, letters
from docai.reading import Reading, Word
from docai.vlm.builtin.features import amount_cents
from docai.vlm.builtin.tags import ITEM_TAGS, NONE, TAGS, TAX_TAGS

Allowed = NDArray[np.bool_]  # (N, len(TAGS))

_CLASSES = {
    "Store_name_value": "merchant_name",
    "Store_addr_value": "merchant_address",
    "Tel_value": "merchant_phone",
    "Date_value": "transaction_date",
    "Time_value": "transaction_time",
    "Subtotal_value": "subtotal",
    "Tax_value": "total_tax",
    "Tips_value": "tip",
    "Total_value": "total",
    "Prod_item_value": "item_description",
    "Prod_quantity_value": "item_quantity",
    "Prod_price_value": "item_total_price",
}
_UNLABELLED_BY_FIELDS = (
    NONE,
    "merchant_phone",
    "transaction_time",
    "subtotal",
    "total_tax",
    "tip",
    "invoice_id",
    "vendor_tax_id",
    "discount",
    *ITEM_TAGS,
    *TAX_TAGS,
)
_TOTAL_KEYS = ("TOTAL", "AMOUNT", "AMT", "DUE", "NETT", "BALANCE", "JUMLAH", "INCL")
MAX_RUN = 4  # words that a date may be printed in


def allowed_tags(label: Mapping[str, Any], reading: Reading) -> Allowed:
    """Return the tags that ``label`` allows for each word of ``reading``, of a receipt."""
    if any("label" in line for line in label["lines"]):
        return _by_lines(label, reading)
    return _by_fields(label["fields"], reading)


def allow(*tags: str) -> NDArray[np.bool_]:
    """Return a row of `Allowed` that allows ``tags``."""
    row = np.zeros(len(TAGS), np.bool_)
    row[[TAGS.index(tag) for tag in tags]] = True
    return row


def _by_lines(label: Mapping[str, Any], reading: Reading) -> Allowed:
    """Use labelled lines (WildReceipt): a word has the class of the line it lies in."""
    out = np.zeros((len(reading.words), len(TAGS)), np.bool_)
    for i, word in enumerate(reading.words):
        name = _class_at(word, label["lines"])
        out[i] = allow(*TAGS) if name == "Ignore" else allow(_CLASSES.get(name, NONE))
    return out


def _class_at(word: Word, lines: list[dict[str, Any]]) -> str:
    """Return the class of the smallest labelled line around the centre of ``word``."""
    x, y = (word.box[0] + word.box[2]) / 2, (word.box[1] + word.box[3]) / 2
    around = [
        ((x1 - x0) * (y1 - y0), line["label"])
        for line in lines
        for x0, y0, x1, y1 in [line["box"]]
        if x0 <= x <= x1 and y0 <= y <= y1
    ]
    return str(min(around)[1]) if around else "Others"


def _by_fields(fields: Mapping[str, str], reading: Reading) -> Allowed:
    """Use labelled fields (SROIE): find their words; all else may be what is not labelled."""
    out = np.tile(allow(*_UNLABELLED_BY_FIELDS), (len(reading.words), 1))
    for name in ("merchant_address", "merchant_name"):
        found = ground(fields[name], reading) if fields.get(name) else None
        for i in found.words if found else ():
            out[i] = allow(name)
    for i in _date_words(fields.get("transaction_date", ""), reading):
        out[i] = allow("transaction_date")
    _allow_total(out, fields.get("total", ""), reading)
    return out


def _date_words(date: str, reading: Reading) -> set[int]:
    """Return the words that print ``date``, wherever they do."""
    wanted = letters(date)
    found: set[int] = set()
    for line in reading.lines if wanted else ():
        for start in range(line.start, line.stop):
            for stop in range(start + 1, min(line.stop, start + MAX_RUN) + 1):
                printed = letters("".join(w.text for w in reading.words[start:stop]))
                rest = letters("".join(w.text for w in reading.words[start + 1 : stop]))
                if wanted in printed and wanted not in rest and len(printed) <= len(wanted) + 8:
                    found.update(range(start, stop))
                    break
    return found


def _allow_total(out: Allowed, total: str, reading: Reading) -> None:
    """Mark amounts equal to the total: sure beside a key, possible elsewhere."""
    cents = amount_cents(total.replace(" ", ""))
    if cents is None:
        return
    equal = [i for i, w in enumerate(reading.words) if amount_cents(w.text) == cents]
    keyed = [i for i in equal if _is_keyed(i, reading)]
    sure = keyed or (equal if len(equal) == 1 else [])
    for i in equal:
        if out[i, TAGS.index(NONE)]:
            out[i] = allow("total") if i in sure else allow("total", *_UNLABELLED_BY_FIELDS)


def _is_keyed(i: int, reading: Reading) -> bool:
    """Tell whether a key of totals stands left of word ``i`` in its row."""
    x0, y0, _, y1 = reading.upright_boxes[i]
    key = ""
    for word, box in zip(reading.words, reading.upright_boxes, strict=True):
        if box[1] <= (y0 + y1) / 2 <= box[3] and box[0] < x0:
            key += word.text.upper() + " "
    return any(k in key for k in _TOTAL_KEYS) and "SUB" not in key
