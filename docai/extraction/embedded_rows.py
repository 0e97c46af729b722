"""Rows of an e-invoice: where the pages print them, and which rows found there they are."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from docai.einvoice import Amount, Stated
from docai.extraction.spots import Spot, between

Cells = Mapping[str, Stated]
"""A row of the e-invoice, by column of the schema."""

ABOVE, BELOW = 3.0, 6.0  # heights of a word that cells may stand above and below the first found
MAX_TRIED = 50  # places that a row may have
LEAST_LETTERS = 4  # of a text that is no coincidence where nothing else of its row stands by


def placed(
    rows: Sequence[Cells], spots_of: Callable[[Stated], list[Spot]]
) -> list[dict[str, Spot]]:
    """Return where each row is printed: per column its place, as far as it has one.

    A row stands where the most of its cells stand close together, after the row before it if it
    can.

    Args:
        rows: as stated, in order.
        spots_of: returns where a value is printed, by page and from top to bottom.
    """
    out: list[dict[str, Spot]] = []
    last = (0, 0.0)
    for row in rows:
        found = {column: spots for column, cell in row.items() if (spots := spots_of(cell))}
        place = _place(found, last)
        if len(place) < 2:
            place = {column: spot for column, spot in place.items() if _is_telling(row[column])}
        if place:
            last = max((spot.page, spot.middle) for spot in place.values())
        out.append(place)
    return out


def _place(found: Mapping[str, list[Spot]], last: tuple[int, float]) -> dict[str, Spot]:
    """Return the best place of a row.

    Args:
        found: per column where its cell is printed, anywhere.
        last: page and height of the row before.
    """
    if not found:
        return {}
    rarest = min(found.values(), key=len)
    after = [spot for spot in rarest if (spot.page, spot.middle) > last]
    places = [_around(anchor, found) for anchor in [*after, *rarest][:MAX_TRIED]]
    return max(places, key=len)  # the first of the best


def _around(anchor: Spot, found: Mapping[str, list[Spot]]) -> dict[str, Spot]:
    """Return the cells of a row that stand around one of them; each word is of one cell."""
    place: dict[str, Spot] = {}
    taken: set[int] = set()
    top, bottom = anchor.middle - ABOVE * anchor.height, anchor.middle + BELOW * anchor.height
    for column, spots in sorted(found.items(), key=lambda pair: len(pair[1])):
        near = [
            spot
            for spot in between(spots, anchor.page, top, bottom)
            if taken.isdisjoint(spot.words)
        ]
        if near:
            place[column] = min(near, key=lambda spot: abs(spot.middle - anchor.middle))
            taken.update(place[column].words)
    return place


def _is_telling(cell: Stated) -> bool:
    """Tell whether a value is hardly printed by chance, such as the number 1 is."""
    if isinstance(cell, str):
        return sum(map(str.isalnum, cell)) >= LEAST_LETTERS
    return isinstance(cell, Amount)


def mates(
    places: Sequence[Mapping[str, Spot]], found: Sequence[frozenset[tuple[int, int]]]
) -> dict[int, int]:
    """Return for rows of the e-invoice which of the rows found on the pages they are.

    Args:
        places: of the rows of the e-invoice.
        found: page and index of the words of each row found.
    """
    owners: dict[tuple[int, int], int] = {
        word: number for number, words in enumerate(found) for word in words
    }
    shared = Counter(
        (number, owners[spot.page, i])
        for number, place in enumerate(places)
        for spot in place.values()
        for i in spot.words
        if (spot.page, i) in owners
    )
    out: dict[int, int] = {}
    for (number, mate), _ in shared.most_common():
        if number not in out and mate not in out.values():
            out[number] = mate
    return out
