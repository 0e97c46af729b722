"""The e-invoice inside a file, as a witness: what it states is looked for on the pages.

Where a page prints it, both agree, and the value has its evidence. Where none does, the value has
the e-invoice alone to speak for it, and that is told. Where the pages clearly say something else,
both are shown: somebody may have changed one of the two.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from docai import einvoice
from docai.einvoice import Amount, EInvoice, Stated
from docai.extraction.embedded_rows import Cells, mates, placed
from docai.extraction.fields import Kind, Leaf, Schema
from docai.extraction.ground import letters
from docai.extraction.meaning import Locale, parse
from docai.extraction.result import Evidence, Money, Origin, Problem, State, Typed, Value
from docai.extraction.spots import Spot, Spots, are_alike
from docai.extraction.typed import decimal, plain
from docai.reading import Reading
from docai.vlm.builtin.tags import OTHER_COLUMNS, OTHER_NAMES

WITNESS = "xml"
AGREED = 0.995  # confidence where the model that reads the pages says the same; set by hand, as:
PRINTED = 0.99  # where a page prints it
ALONE = 0.9  # where none does
SURE = 0.9  # confidence of the pages' value that counts against one that is printed elsewhere
LIKELY = 0.5  # and against one that is printed nowhere
MAX_NAMED = 10  # fields that a message names
CODES = frozenset({"unit"})  # columns stated as codes, which pages write out: "H87" for pieces

_NAMES = {theirs: ours for ours, theirs in OTHER_NAMES.items()} | {"discount": "total_discount"}
_COLUMNS = {
    "items": {theirs: ours for ours, theirs in OTHER_COLUMNS.items()},
    "tax_details": {"net": "net_amount"},
}
"""Our e-invoices' names for fields and columns that schemas may call otherwise."""


@dataclass(frozen=True, slots=True)
class Witnessed:
    """What is known once the e-invoice was heard.

    Attributes:
        fields: value per path.
        problems: where it says something else than the pages, or more, or cannot be read.
    """

    fields: Mapping[str, Value]
    problems: tuple[Problem, ...] = ()


def witness(
    xml: bytes | None,
    schema: Schema,
    readings: Sequence[Reading],
    fields: Mapping[str, Value],
    locale: Locale,
) -> Witnessed:
    """Hear what the e-invoice inside a document says about its fields.

    Args:
        xml: as it is in the file; None where there is none, and nothing to hear.
        schema: what is asked for; fields of the names of docai's invoices and receipts are known.
        readings: one per page.
        fields: value per path, as the pages alone tell.
        locale: how the pages write their values.
    """
    if xml is None:
        return Witnessed(fields)
    try:
        invoice = einvoice.read(xml)
    except ValueError as error:
        message = f"the e-invoice inside the file was not heard: {error}"
        return Witnessed(fields, (Problem("xml_unreadable", message),))
    court = _Court(invoice, schema, Spots(readings, locale), locale)
    heard = {path: value for path, value in fields.items() if "[" not in path}
    for path, stated in _scalars(invoice, schema):
        heard[path] = court.scalar(path, stated, fields.get(path))
    if "currency" in heard and _states_amounts_alone(invoice):
        heard["currency"] = Value(State.ABSENT)
    for name in schema.rows:
        heard |= court.rows(name, {p: v for p, v in fields.items() if p.startswith(f"{name}[")})
    return Witnessed(heard, tuple(court.problems()))


def _scalars(invoice: EInvoice, schema: Schema) -> Iterator[tuple[str, Stated]]:
    """Yield what is stated for the scalar fields of a schema."""
    for path in schema.scalars:
        stated = invoice.scalars.get(_NAMES.get(path, path))
        if stated is not None:
            yield path, stated


def _states_amounts_alone(invoice: EInvoice) -> bool:
    """Tell whether an e-invoice states amounts and no currency.

    Then signs on the pages do not say what its amounts are in: nobody puts the two together.
    """
    has_amounts = any(isinstance(stated, Amount) for stated in invoice.scalars.values())
    return has_amounts and "currency" not in invoice.scalars


@dataclass
class _Court:
    """Weighs what the e-invoice states against the pages, field by field."""

    invoice: EInvoice
    schema: Schema
    spots: Spots
    locale: Locale
    unprinted: list[str] = field(default_factory=list)
    disagreements: list[Problem] = field(default_factory=list)

    def scalar(self, path: str, stated: Stated, mine: Value | None) -> Value:
        """Return the value of a scalar field."""
        leaf = self.schema.leaf(path)
        if path == "currency" and isinstance(stated, str):
            found = self.spots.of_currency(stated)
        else:
            found = self.spots.of(stated, either_sign=self.invoice.is_credit_note, nearly=True)
        if isinstance(stated, Amount):
            found = found[::-1]  # sums stand at the end
        return self._weighed(path, stated, leaf, mine, found)

    def rows(self, name: str, mine: Mapping[str, Value]) -> Mapping[str, Value]:
        """Return the values of a list: the rows of the e-invoice, where it states any."""
        stated = [self._cells(name, row) for row in self.invoice.rows.get(name, ())]
        if not any(stated):
            return mine
        either_sign = self.invoice.is_credit_note
        places = placed(stated, lambda cell: self.spots.of(cell, either_sign=either_sign))
        of_pages = _by_row(mine)
        partners = mates(places, [_words(row) for row in of_pages])
        heard: dict[str, Value] = {}
        for number, (row, place) in enumerate(zip(stated, places, strict=True)):
            partner = of_pages[partners[number]] if number in partners else {}
            heard |= self._row(f"{name}[{number}].", row, place, partner)
        left = [row for n, row in enumerate(of_pages) if n not in partners.values()]
        self._tell_left(name, left)
        return heard

    def _cells(self, name: str, row: Mapping[str, Stated]) -> Cells:
        """Return a row of the e-invoice under the schema's names of its columns."""
        names = _COLUMNS.get(name, {})
        stated = {column: row.get(names.get(column, column)) for column in self.schema.rows[name]}
        return {column: cell for column, cell in stated.items() if cell is not None}

    def _row(
        self, prefix: str, row: Cells, place: Mapping[str, Spot], partner: Mapping[str, Value]
    ) -> dict[str, Value]:
        """Return the values of one row: what only the pages tell of it stays."""
        out: dict[str, Value] = {}
        for column in self.schema.rows[prefix.split("[")[0]]:
            mine, stated = partner.get(column), row.get(column)
            if stated is None or (column in CODES and mine is not None):
                out |= {} if mine is None else {prefix + column: mine}
                continue
            leaf, spot = self.schema.leaf(prefix + column), place.get(column)
            found = [] if spot is None else [spot]
            out[prefix + column] = self._weighed(prefix + column, stated, leaf, mine, found)
        return out

    def _weighed(
        self, path: str, stated: Stated, leaf: Leaf, mine: Value | None, found: Sequence[Spot]
    ) -> Value:
        """Return the value of a field that the e-invoice states.

        Args:
            path: of the field.
            stated: what the e-invoice says.
            leaf: of the field.
            mine: the value that the pages alone tell.
            found: where the pages print what is stated, likeliest place first.
        """
        twin = _twin(mine, stated, leaf, self.locale)
        if twin is not None and twin.evidence:
            typed = _typed(stated, leaf, twin.text, self.locale)
            who = (WITNESS, *(one for one in twin.witnesses if one != WITNESS))
            if typed is not None:
                return Value(State.FOUND, typed, twin.text, AGREED, twin.evidence, who)
        spot = next((one for one in found if _overlap(one, mine)), found[0] if found else None)
        text = None if spot is None else self.spots.text(spot)
        typed = _typed(stated, leaf, text, self.locale)
        if typed is None:  # the schema means something else by that name
            return mine or Value(State.ABSENT)
        if spot is None:
            value = Value(State.FOUND, typed, None, ALONE, (), (WITNESS,), (), Origin.EMBEDDED)
        else:
            who, evidence = (WITNESS, self.spots.reader(spot)), (self.spots.evidence(spot),)
            value = Value(State.FOUND, typed, text, PRINTED, evidence, who)
        if mine is not None and twin is None and _is_rival(mine, value):
            return self._conflict(path, value, mine)
        if spot is None and path.split(".")[-1] not in CODES:
            self.unprinted.append(path)
        return value

    def _conflict(self, path: str, value: Value, mine: Value) -> Value:
        """Return a value that the pages contradict, with theirs; both cannot be right."""
        a, b = value.confidence, mine.confidence
        shown = replace(mine, state=State.FOUND, confidence=b * (1 - a) / (1 - a * b))
        message = (
            f"{path}: the e-invoice inside the file says {_shown(value)}, the page {_shown(mine)}"
        )
        self.disagreements.append(Problem("xml_mismatch", message, (path,)))
        left = replace(shown, alternatives=())
        return replace(
            value,
            state=State.CONFLICT,
            confidence=a * (1 - b) / (1 - a * b),
            alternatives=(left, *shown.alternatives),
        )

    def _tell_left(self, name: str, rows: Iterable[Mapping[str, Value]]) -> None:
        """Tell of rows that the pages surely have and the e-invoice has not."""
        for row in rows:
            if min(value.confidence for value in row.values()) >= SURE:
                cells = ", ".join(f"{column} {_shown(value)}" for column, value in row.items())
                message = f"{name}: the e-invoice inside the file lacks a row of the page: {cells}"
                self.disagreements.append(Problem("xml_mismatch", message))

    def problems(self) -> Iterator[Problem]:
        """Yield what is to be told of the e-invoice."""
        yield from self.disagreements
        if self.unprinted:
            message = f"only the e-invoice inside the file says so: {_named(self.unprinted)}"
            yield Problem("not_printed", message, tuple(self.unprinted))
        if self.invoice.unread:
            named = _named(self.invoice.unread)
            yield Problem(
                "xml_unreadable", f"the e-invoice inside the file has no clear value for: {named}"
            )


def _typed(stated: Stated, leaf: Leaf, text: str | None, locale: Locale) -> Typed | None:
    """Return what is stated as a value of the field's kind, None where it cannot be one.

    Args:
        stated: what the e-invoice says.
        leaf: of the field.
        text: the same as printed; a field of text takes that, where the e-invoice has no text.
        locale: of the pages; an amount without a currency is in theirs.
    """
    if isinstance(stated, str):
        return parse(stated, leaf, locale)
    typed: Typed | None = None
    if leaf.kind is Kind.TEXT:
        typed = text or _plain(stated)
    elif isinstance(stated, Amount):
        if leaf.kind is Kind.MONEY:
            typed = Money(stated.amount, stated.currency or locale.currency)
        elif leaf.kind is Kind.NUMBER:
            typed = stated.amount
    elif isinstance(stated, Decimal):
        typed = stated if leaf.kind is Kind.NUMBER else None
    else:
        typed = stated if leaf.kind is Kind.DATE else None
    return None if typed is None else leaf.shaped(typed)


def _plain(stated: Stated) -> str:
    """Return what is stated as a text."""
    return str(plain(stated.amount if isinstance(stated, Amount) else stated))


def _twin(mine: Value | None, stated: Stated, leaf: Leaf, locale: Locale) -> Value | None:
    """Return that of the pages' values, one or several in conflict, that says what is stated."""
    for value in () if mine is None else (mine, *mine.alternatives):
        typed = None if value.typed is None else _typed(stated, leaf, value.text, locale)
        if typed is not None and value.typed is not None and _same(typed, value.typed):
            return value
    return None


def _same(one: Typed, other: Typed) -> bool:
    """Tell whether two values say the same: amounts whatever their currency, texts by letters."""
    numbers = decimal(one), decimal(other)
    if None not in numbers:
        return numbers[0] == numbers[1]
    if isinstance(one, str) and isinstance(other, str):
        return letters(one) == letters(other) != "" or are_alike(one, other)
    return one == other


def _is_rival(mine: Value, value: Value) -> bool:
    """Tell whether the pages' value clearly is another one than that of the e-invoice."""
    if mine.typed is None or mine.confidence < (SURE if value.evidence else LIKELY):
        return False
    if _share_words(mine.evidence, value.evidence):
        return False  # the same print: more or less of it
    if isinstance(mine.typed, str) and isinstance(value.typed, str):
        one, other = letters(mine.typed), letters(value.typed)
        return one not in other and other not in one
    return True


def _overlap(spot: Spot, mine: Value | None) -> bool:
    """Tell whether the pages' value stands on this spot."""
    return mine is not None and any(
        piece.page == spot.page and set(piece.words) & set(spot.words) for piece in mine.evidence
    )


def _share_words(some: Iterable[Evidence], others: Iterable[Evidence]) -> bool:
    """Tell whether two values are printed by the same words."""
    theirs = {(piece.page, i) for piece in others for i in piece.words}
    return any((piece.page, i) in theirs for piece in some for i in piece.words)


def _by_row(values: Mapping[str, Value]) -> list[dict[str, Value]]:
    """Return the cells of a list row by row, by column."""
    rows: dict[int, dict[str, Value]] = {}
    for path, value in values.items():
        number, column = path.split("[", 1)[1].split("].", 1)
        rows.setdefault(int(number), {})[column] = value
    return [rows[number] for number in sorted(rows)]


def _words(row: Mapping[str, Value]) -> frozenset[tuple[int, int]]:
    """Return page and index of the words that print a row."""
    return frozenset(
        (piece.page, i) for value in row.values() for piece in value.evidence for i in piece.words
    )


def _named(paths: Sequence[str]) -> str:
    """Return a list of fields for people."""
    more = len(paths) - MAX_NAMED
    return ", ".join(paths[:MAX_NAMED]) + (f" and {more} more" if more > 0 else "")


def _shown(value: Value) -> str:
    """Return a value for people."""
    if isinstance(value.typed, Money):
        return f"{value.typed.amount} {value.typed.currency or ''}".strip()
    return repr(value.typed) if isinstance(value.typed, str) else str(plain(value.typed or ""))
