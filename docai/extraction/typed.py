"""Typed values, and the plain JSON that stands for each; nothing is lost from one to the other."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class MoneyForm:
    """How JSON shows an amount of money; a schema decides.

    Attributes:
        is_object: as ``{"amount": …, "currency": …}``; otherwise the amount stands alone.
        is_number: the amount as a JSON number, where the schema admits no string.
        has_currency: whether the object tells the currency.
    """

    is_object: bool = True
    is_number: bool = False
    has_currency: bool = True


OBJECT = MoneyForm()


@dataclass(frozen=True, slots=True)
class Money:
    """An amount and its ISO 4217 currency, where the page tells it."""

    amount: Decimal
    currency: str | None = None
    form: MoneyForm = field(default=OBJECT, compare=False)


Typed = str | bool | int | float | Decimal | Money | dt.date | dt.time
"""A value; ``int`` and ``float`` where the schema admits JSON numbers alone, else Decimal."""


def json_number(amount: Decimal) -> int | float:
    """Return ``amount`` as JSON numbers are; they print amounts of up to 15 digits exactly."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def decimal(typed: Typed) -> Decimal | None:
    """Return the number that ``typed`` is, or the amount; None where it is neither."""
    if isinstance(typed, Money):
        return typed.amount
    if isinstance(typed, Decimal):
        return typed
    if isinstance(typed, int | float) and not isinstance(typed, bool):
        return Decimal(str(typed))
    return None


def plain(typed: Typed) -> Any:
    """Return ``typed`` as a JSON value: money as its form says, decimals as strings."""
    match typed:
        case Money(amount, currency, form):
            shown = json_number(amount) if form.is_number else f"{amount:f}"
            if not form.is_object:
                return shown
            return {"amount": shown} | ({"currency": currency} if form.has_currency else {})
        case Decimal():
            return f"{typed:f}"
        case dt.time():
            return typed.isoformat("seconds" if typed.second else "minutes")
        case dt.date():
            return typed.isoformat()
        case _:
            return typed


def kind_of(typed: Typed) -> str:
    """Return what `plain` made a JSON value of, so that it can be undone."""
    match typed:
        case Money():
            return "money"
        case bool():
            return "boolean"
        case Decimal() | int() | float():
            return "number"
        case dt.time():
            return "time"
        case dt.date():
            return "date"
        case _:
            return "text"


def typed_of(kind: str, value: Any) -> Typed:
    """Undo `plain` for a value of a known kind.

    Raises:
        ValueError: there is no such kind, or the value is none of its values.
    """
    match kind:
        case "money":
            return _money(value)
        case "number":
            return value if _is_number(value) else Decimal(value)
        case "boolean":
            return _boolean(value)
        case "time":
            return dt.time.fromisoformat(value)
        case "date":
            return dt.date.fromisoformat(value)
        case "text":
            return str(value)
        case _:
            raise ValueError(
                f"there is no kind {kind!r}; kinds are money, number, boolean, time, date, text"
            )


def _boolean(value: Any) -> bool:
    """Return ``value`` if it is true or false."""
    if not isinstance(value, bool):
        raise ValueError(f"{value!r} is neither true nor false")
    return value


def _money(value: Any) -> Money:
    """Undo `plain` for money."""
    is_object = isinstance(value, Mapping)
    amount = value["amount"] if is_object else value
    form = MoneyForm(is_object, _is_number(amount), is_object and "currency" in value)
    return Money(Decimal(str(amount)), value["currency"] if form.has_currency else None, form)


def _is_number(value: Any) -> bool:
    """Tell whether a JSON value is a number; booleans are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)
