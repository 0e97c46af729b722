"""Names of months and weekdays in the languages of Europe and South-East Asia, from Babel."""

import unicodedata
from functools import cache

_MONTHS = "january february march april may june july august september october november december"
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday"
_SHORTEST = 3  # letters: "mar" is March, "ma" may be anything

# Where two languages disagree (Czech and Croatian "listopad"), the name is left out.
_LANGUAGES = "de fr es it nl pt sv da nb fi pl cs hu ro tr ms id th vi el"
# Cut to three letters, French June is "jui" and July "jul": else nobody could tell them apart.
_USUAL = {"jui": 6, "mrz": 3, "mrt": 3, "dezember": 12, "agt": 8, "aout": 8, "sept": 9, "ogos": 8}


def fold_letters(text: str) -> str:
    """Return ``text`` in lower case without accents: ``Février`` is ``fevrier``."""
    text = text.casefold()
    if text.isascii():
        return text
    # Thai vowels are combining marks too; only accents on Latin and Greek letters may go.
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not "\u0300" <= c <= "\u036f")


def month_number(name: str) -> int | None:
    """Return 1 to 12 for the name of a month, whole or cut to three letters or more."""
    short = fold_letters(name).strip(".")
    return _english(name, _MONTHS) or _foreign_months().get(short) or _cut_short(short)


@cache
def _cut_short(name: str) -> int | None:
    """Return the number of the only month whose name begins with three letters, in any language."""
    if len(name) != _SHORTEST:
        return None
    numbers = {n for whole, n in _foreign_months().items() if whole.startswith(name)}
    return numbers.pop() if len(numbers) == 1 else None


def weekday_number(name: str) -> int | None:
    """Return 0 (Monday) to 6 for the English name of a weekday, whole or cut short."""
    number = _english(name, _WEEKDAYS)
    return None if number is None else number - 1


def _english(name: str, names: str) -> int | None:
    """Return from 1 which of ``names`` begins with ``name``; None if it is none of them."""
    short = fold_letters(name).strip(".")
    if len(short) < _SHORTEST:
        return None
    hits = [n for n, full in enumerate(names.split(), 1) if full.startswith(short)]
    return hits[0] if len(hits) == 1 else None


@cache
def _foreign_months() -> dict[str, int]:
    """Return month numbers by folded name, whole and abbreviated."""
    from babel.dates import get_month_names  # 0.1 s, only for pages that need it

    numbers: dict[str, set[int]] = {name: {number} for name, number in _USUAL.items()}
    for language in _LANGUAGES.split():
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, language).items():
                    numbers.setdefault(fold_letters(name).strip("."), set()).add(number)
    return {
        name: found.pop()
        for name, found in numbers.items()
        if len(found) == 1 and len(name) >= _SHORTEST
    }
