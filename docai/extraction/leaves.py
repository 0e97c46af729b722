"""Leaves of a schema: what each asks for, how its value is typed, and how JSON shows it."""

import json
import re
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from docai.errors import SchemaError
from docai.extraction.json_schema import short
from docai.extraction.nodes import Definitions, JsonSchema, Node
from docai.extraction.typed import OBJECT, Money, MoneyForm, Typed, json_number
from docai.vlm.engine import Field, Mode

MODE = "x-docai-mode"
"""Keyword of a property: where the value may come from; ``copy``, ``correct`` or ``free``."""

ALIASES = ("aliases", "x-aliases")
"""Keywords of a property: a list of other names that documents have for it."""

_ISO_4217 = "^[A-Z]{3}$"  # every currency that docai tells fits it


class Kind(StrEnum):
    """How a value is typed."""

    TEXT = "text"
    MONEY = "money"
    DATE = "date"
    TIME = "time"
    PHONE = "phone"
    NUMBER = "number"
    BOOLEAN = "boolean"
    CHOICE = "choice"


_BY_FORMAT = {
    "date": Kind.DATE,
    "time": Kind.TIME,
    "phone": Kind.PHONE,
    "money": Kind.MONEY,
}

FORMS = frozenset({"currency", "iban"})
"""Formats of texts that code tidies: to an ISO 4217 code, and to an IBAN without spaces."""

_TEXTS = frozenset({"string"})
_NUMBERS = frozenset({"number", "integer"})
_JSON_TYPES = dict.fromkeys(Kind, _TEXTS) | {
    Kind.NUMBER: _NUMBERS | _TEXTS,
    Kind.BOOLEAN: frozenset({"boolean"}),
    Kind.CHOICE: frozenset({"boolean"}) | _NUMBERS | _TEXTS,
}


@dataclass(frozen=True, slots=True)
class Bounds:
    """Which numbers a leaf admits; None where there is no bound.

    Attributes:
        lowest: that still fits.
        above: that does not fit any more, but all above it do.
        highest: that still fits.
        below: that does not fit any more, but all below it do.
        multiple_of: of which they are whole multiples.
    """

    lowest: Decimal | None = None
    above: Decimal | None = None
    highest: Decimal | None = None
    below: Decimal | None = None
    multiple_of: Decimal | None = None

    def admit(self, amount: Decimal) -> bool:
        """Tell whether ``amount`` fits."""
        return (
            (self.lowest is None or amount >= self.lowest)
            and (self.above is None or amount > self.above)
            and (self.highest is None or amount <= self.highest)
            and (self.below is None or amount < self.below)
            and (self.multiple_of is None or is_multiple(amount, self.multiple_of))
        )


UNBOUNDED = Bounds()


def is_multiple(amount: Decimal, step: Decimal) -> bool:
    """Tell whether ``amount`` is a whole multiple; in decimals, where 9.54 is one of 0.01."""
    quotient = amount / step
    return quotient == quotient.to_integral_value()


@dataclass(frozen=True, slots=True)
class Leaf:
    """A plain value that a schema asks for.

    Attributes:
        field: as a model is asked for it.
        kind: how the value is typed.
        is_number: whether JSON shows a number as a number, for the schema admits no string.
        pattern: regular expression of JSON Schema that a text must match; a stranger's.
        money: how JSON shows an amount of money.
        admits_no_currency: whether the currency may be null where the page does not tell it.
        bounds: which numbers it admits.
        is_constrained: whether a value of its kind may still not fit.
        form: one of FORMS, where a text is tidied to that.
    """

    field: Field
    kind: Kind
    is_number: bool = False
    pattern: str | None = None
    money: MoneyForm = OBJECT
    admits_no_currency: bool = True
    bounds: Bounds = UNBOUNDED
    is_constrained: bool = False
    form: str | None = None

    @property
    def is_quantity(self) -> bool:
        """Whether it asks how many: an amount of money is no answer."""
        return self._name == "quantity"

    @property
    def is_unit(self) -> bool:
        """Whether it asks in what units something is counted: the number beside it is no part."""
        return self._name == "unit"

    @property
    def is_rate(self) -> bool:
        """Whether it asks for a share in percent, as rates of tax are printed."""
        return self._name in {"rate", "tax_rate"}

    @property
    def _name(self) -> str:
        return re.split(r"\W", self.field.path)[-1]

    def shaped(self, typed: Typed) -> Typed:
        """Return ``typed`` such that JSON shows it as the schema wants it."""
        if isinstance(typed, Money):
            is_told = self.money.has_currency and self.money.is_object
            currency = typed.currency if is_told else None
            is_told = is_told and (currency is not None or self.admits_no_currency)
            form = MoneyForm(self.money.is_object, self.money.is_number, is_told)
            return Money(typed.amount, currency, form)
        if isinstance(typed, Decimal) and self.is_number:
            return json_number(typed)
        return typed


def leaf_of(
    path: str,
    source: JsonSchema,
    definitions: Definitions,
    *,
    where: str,
    max_rows: int | None = None,
) -> Leaf:
    """Read one leaf.

    Args:
        path: ``total``; ``items[].price`` for a column.
        source: its node.
        definitions: of the schema.
        where: the leaf, as messages name it.
        max_rows: of the list that a column belongs to.

    Raises:
        SchemaError: it nests, or docai cannot give what it wants.
    """
    node = definitions.node(source)
    kind = _kind(node, where)
    aliases = _aliases(source, where)
    asked = replace(_field(path, node, kind, where, max_rows), aliases=aliases)
    if kind is Kind.MONEY:
        return _money(asked, node, definitions, where)
    is_number = kind is Kind.NUMBER and "string" not in node.types
    form = node.keywords.get("format") if kind is Kind.TEXT else None
    return Leaf(
        asked,
        kind,
        is_number,
        node.keywords.get("pattern") if kind is Kind.TEXT else None,
        bounds=_bounds(node) if is_number else UNBOUNDED,
        is_constrained=_may_break(node, kind),
        form=form if form in FORMS else None,
    )


def _kind(node: Node, where: str) -> Kind:
    """Return how a leaf is typed."""
    if node.choices is not None:
        return Kind.CHOICE
    named = node.shape
    if named == "object":
        if "amount" in node.keywords.get("properties", {}):
            return Kind.MONEY
        raise SchemaError(f"{where} nests an object; only lists of plain objects may nest")
    if named == "array":
        raise SchemaError(f"{where} nests a list; only lists of plain objects may nest")
    by_format = _BY_FORMAT.get(node.keywords.get("format", ""))
    if by_format is not None and ("string" in node.types or by_format is Kind.MONEY):
        return by_format
    if named == "boolean":
        return Kind.BOOLEAN
    return Kind.NUMBER if named in {"number", "integer"} else Kind.TEXT


def _field(path: str, node: Node, kind: Kind, where: str, max_rows: int | None) -> Field:
    """Return a leaf as a model is asked for it."""
    said = node.keywords
    is_text = kind is Kind.TEXT
    return Field(
        path=path,
        kind=kind.value,
        description=str(said.get("description") or said.get("title") or ""),
        mode=_mode(node, kind, where),
        choices=_choices(node, kind, where),
        min_length=int(said.get("minLength", 0)) if is_text else 0,
        max_length=int(said["maxLength"]) if is_text and "maxLength" in said else None,
        max_rows=max_rows,
    )


def _aliases(source: JsonSchema, where: str) -> tuple[str, ...]:
    """Return the other names that a leaf has: its title, and those that the schema lists.

    A definition's title, such as Money, names what a value is, not the field.

    Raises:
        SchemaError: they are no list of texts.
    """
    said = {} if isinstance(source, bool) else source
    named = [said["title"]] if isinstance(said.get("title"), str) else []
    for keyword in ALIASES:
        listed = said.get(keyword, [])
        if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
            raise SchemaError(f'{where}: {keyword} must be a list of texts, such as ["DOB"]')
        named += listed
    return tuple(dict.fromkeys(named))


def _mode(node: Node, kind: Kind, where: str) -> Mode:
    """Return where the value of a leaf may come from.

    Where a pattern says what a text looks like, nobody puts a letter right.

    Raises:
        SchemaError: the schema names no such mode.
    """
    if kind in {Kind.CHOICE, Kind.BOOLEAN}:
        return Mode.CHOOSE
    named = node.keywords.get(MODE, Mode.COPY.value)
    if named not in (Mode.COPY.value, Mode.CORRECT.value, Mode.FREE.value):
        raise SchemaError(f"{where}: {MODE} is {short(repr(named))}; give copy, correct or free")
    if named == Mode.CORRECT.value and kind is Kind.TEXT and "pattern" in node.keywords:
        return Mode.COPY
    return Mode(named)


def _choices(node: Node, kind: Kind, where: str) -> tuple[str, ...]:
    """Return what to choose from, as compact JSON.

    Raises:
        SchemaError: there is nothing that a value could be.
    """
    if kind is Kind.BOOLEAN:
        return ("true", "false")
    if node.choices is None:
        return ()
    if not node.choices:
        raise SchemaError(f"{where} can only be null, a list or an object; give it plain choices")
    return tuple(dict.fromkeys(compact(choice) for choice in node.choices))


def compact(value: Any) -> str:
    """Return a plain value as JSON, as models write it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _bounds(node: Node) -> Bounds:
    """Return which numbers a node admits."""

    def bound(keyword: str) -> Decimal | None:
        """Return the value of a keyword, exactly as it is printed."""
        return Decimal(str(node.keywords[keyword])) if keyword in node.keywords else None

    step = bound("multipleOf")
    if "number" not in node.types and (step is None or not is_multiple(step, Decimal(1))):
        step = Decimal(1)  # an integer; what else it must be a multiple of is checked at the end
    return Bounds(
        bound("minimum"),
        bound("exclusiveMinimum"),
        bound("maximum"),
        bound("exclusiveMaximum"),
        step,
    )


def _money(asked: Field, node: Node, definitions: Definitions, where: str) -> Leaf:
    """Return a leaf for an amount of money, as the schema has it shown.

    Raises:
        SchemaError: it admits neither decimals as strings nor numbers.
    """
    properties = node.keywords.get("properties", {}) if "object" in node.types else {}
    amount = definitions.node(properties["amount"]) if "amount" in properties else node
    is_number = "string" not in amount.types
    if is_number and not amount.types & _NUMBERS:
        raise SchemaError(
            f"{where}: the amount of money admits neither a string nor a number; docai gives "
            'decimals such as "9.00", or numbers where strings are not admitted'
        )
    currency = definitions.node(properties.get("currency", True))
    is_object = bool(properties) or node.shape is None
    has_currency = "currency" in properties if properties else is_object
    return Leaf(
        asked,
        Kind.MONEY,
        money=MoneyForm(is_object, is_number, has_currency),
        admits_no_currency="null" in currency.types,
        bounds=_bounds(amount) if is_number else UNBOUNDED,
        is_constrained=bool(node.constraints)
        or _may_break(amount, Kind.NUMBER)
        or _currency_may_break(currency),
    )


def _may_break(node: Node, kind: Kind) -> bool:
    """Tell whether a value of a kind may not fit a node."""
    if kind is Kind.NUMBER and not node.types & {"string", "number"}:
        return True  # an integer
    return bool(node.constraints) or not node.types & _JSON_TYPES[kind]


def _currency_may_break(currency: Node) -> bool:
    """Tell whether an ISO 4217 code may not fit a node."""
    if currency.constraints == {"pattern"} and currency.keywords.get("pattern") == _ISO_4217:
        return False
    return (
        bool(currency.constraints) or currency.choices is not None or "string" not in currency.types
    )
