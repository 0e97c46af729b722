"""Which of the amounts a model points at are meant: sums that must add up have a say."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from docai.extraction.candidates import Candidate
from docai.extraction.ground import letters
from docai.extraction.result import Money
from docai.extraction.sums import (
    COINS,
    Tendered,
    choose_amounts,
    names_of,
)

NOTHING_PROBABILITY = 0.05  # floor of "there is no such field"
SURE = 0.5  # a field with a candidate likelier than this is not given up for the sake of a sum
HIGHEST = 0.995  # however many places agree
SUPPORTED = 0.3  # what a candidate is worth at least that sums speak for


def distinct(found: Sequence[Candidate]) -> list[Candidate]:
    """Keep the likeliest candidate of each value, best first; places that agree add up.

    They add up as independent witnesses do: all of them are wrong, or the value is right.

    Args:
        found: candidates of one model.
    """
    best: dict[object, Candidate] = {}
    places: dict[object, dict[tuple[int, tuple[int, ...]], float]] = {}
    for one in sorted(found, key=lambda c: -c.probability):
        value = _value(one)
        best.setdefault(value, one)
        seen = places.setdefault(value, {})
        page, words = (one.evidence.page, one.evidence.words) if one.evidence else (0, ())
        if not any(page == p and (set(words) & set(w) or not words) for p, w in seen):
            seen[page, words] = one.probability
    agreed_on = [
        _with_probability(one, any_of(places[value].values())) for value, one in best.items()
    ]
    return sorted(agreed_on, key=lambda c: -c.probability)


def agreed(
    ours: Sequence[Candidate], theirs: Sequence[Candidate], least: float = 0.0
) -> list[Candidate]:
    """Bring together what two models say, best first.

    They say the same where the value is the same, or where they point at the same words. The
    evidence is then that of the built-in model, if the other means another place: what is quoted
    may be printed twice, what is pointed at is not.

    Args:
        ours: distinct candidates of the writing model.
        theirs: distinct candidates of the built-in model.
        least: what it hardly believes, it does not say.
    """
    left, out = list(theirs), []
    for one in ours:
        twin = next((other for other in left if _is_same(one, other)), None)
        if twin is None:
            out.append(one)
            continue
        left.remove(twin)
        if twin.probability < least:
            out.append(one)
            continue
        stands = one if one.evidence is None or _overlap(one, twin) else twin
        probability = any_of((one.probability, twin.probability))
        out.append(replace(stands, probability=probability, said={**one.said, **twin.said}))
    return sorted([*out, *left], key=lambda c: -c.probability)


def any_of(probabilities: Iterable[float]) -> float:
    """Return the probability that not all of some independent witnesses are wrong."""
    wrong = math.prod(1 - p for p in probabilities)
    return min(1 - wrong, HIGHEST)


def _value(one: Candidate) -> object:
    """Return what makes two candidates the same; true and 1 are two choices."""
    return (type(one.typed), one.typed) if one.typed is not None else one.text


def _with_probability(one: Candidate, probability: float) -> Candidate:
    """Return a candidate of one model with another probability."""
    return replace(one, probability=probability, said=dict.fromkeys(one.said, probability))


def _is_same(one: Candidate, other: Candidate) -> bool:
    """Tell whether two models say the same: the same value, or the same print of it."""
    if one.typed is not None and _value(one) == _value(other):
        return True
    is_same_text = letters(one.text or "") == letters(other.text or "")
    return _overlap(one, other) and is_same_text


def _overlap(one: Candidate, other: Candidate) -> bool:
    """Tell whether two candidates are printed in the same place."""
    if one.evidence is None or other.evidence is None:
        return False
    is_same_page = one.evidence.page == other.evidence.page
    return is_same_page and bool(set(one.evidence.words) & set(other.evidence.words))


def choose(
    order: Mapping[str, Sequence[Candidate]],
    rows: Mapping[str, Candidate],
    tendered: Tendered | None,
    currency: str | None,
) -> dict[str, list[Candidate]]:
    """Put for each amount the candidate first that fits the others best.

    Args:
        order: candidates per field of SUM_FIELDS, best first.
        rows: the cells of line items.
        tendered: cash and change.
        currency: ISO 4217.

    Returns:
        Candidates per field; none where the choice fell on "no such field".
    """
    usable = {path: [c for c in found if c.typed is not None] for path, found in order.items()}
    options = {path: _options(found) for path, found in usable.items() if found}
    if not options:
        return {path: list(found) for path, found in order.items()}
    names = names_of((*order, *rows))
    picked = choose_amounts(
        options,
        _sum_of(names.line, "items", rows),
        taxes_sum=_sum_of("amount", "tax_details", rows),
        tendered=tendered,
        currency=currency,
    )
    out = {path: list(found) for path, found in order.items()}
    for path, index in picked.items():
        if options[path][index][0] is None:
            out[path] = [c for c in order[path] if c.typed is None]  # it may be there, illegible
            continue
        best = usable[path][index]
        if path == names.total:
            best = _rounded(best, usable[path], currency)
        if best is not usable[path][0]:
            best = replace(best, probability=max(best.probability, SUPPORTED))
        out[path] = [best, *(c for c in usable[path] if c.typed != best.typed)]
    return out


def _options(found: Sequence[Candidate]) -> list[tuple[Decimal | None, float]]:
    """Return amounts with their log-probabilities; none of them is a choice where all are weak."""
    amounts: list[tuple[Decimal | None, float]] = [
        (c.typed.amount, _log(c.probability)) for c in found if isinstance(c.typed, Money)
    ]
    missing = 1.0 - max((c.probability for c in found), default=0.0)
    if missing < 1 - SURE:
        return amounts
    return [*amounts, (None, _log(max(missing, NOTHING_PROBABILITY)))]


def _rounded(best: Candidate, found: Sequence[Candidate], currency: str | None) -> Candidate:
    """Prefer the total that was rounded to the smallest coin: that is what was paid."""
    coin = COINS.get(currency or "")
    for other in found:
        if coin is None or not isinstance(best.typed, Money) or not isinstance(other.typed, Money):
            continue
        is_near = 0 < abs(other.typed.amount - best.typed.amount) < coin
        if is_near and other.typed.amount % coin == 0 and best.typed.amount % coin != 0:
            return other
    return best


def _sum_of(column: str, name: str, rows: Mapping[str, Candidate]) -> Decimal | None:
    """Return the sum of one column of a list, if it has amounts."""
    amounts = [
        c.typed.amount
        for path, c in rows.items()
        if path.startswith(f"{name}[")
        and path.endswith(f"].{column}")
        and isinstance(c.typed, Money)
    ]
    return sum(amounts, Decimal()) if amounts else None


def _log(probability: float) -> float:
    """Return a natural logarithm that stays finite."""
    return math.log(min(max(probability, 1e-6), 1.0))
