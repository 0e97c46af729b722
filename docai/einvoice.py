"""E-invoices: what the XML inside a hybrid PDF states, whatever standard it keeps to.

Factur-X, ZUGFeRD 2 and XRechnung are UN/CEFACT's Cross Industry Invoice; ZUGFeRD 1 and Order-X are
relatives with other names for the same boxes, and UBL says the same in words of its own. Tags are
told by their local names: drafts of ZUGFeRD have namespaces of their own, or none.

The XML comes from a stranger. A document type is refused, and with it every entity and everything
that could be fetched; so is what is too large. Nothing is validated: what is stated is held against
the pages, and that tells more than a schema could.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from docai.einvoice_names import CII, UBL, Paths, Standard, Where

MAX_XML_BYTES = 5_000_000  # most invoices have some 20,000
MAX_ROWS = 10_000  # of one list

_STANDARDS = {
    "CrossIndustryInvoice": CII,  # Factur-X, ZUGFeRD 2, XRechnung
    "CrossIndustryDocument": CII,  # ZUGFeRD 1
    "SCRDMCCBDACIOMessageStructure": CII,  # Order-X
    "Invoice": CII,  # a draft of ZUGFeRD 1; UBL where the namespace says so
    "CreditNote": UBL,
}
_UBL_NAMESPACE = "{urn:oasis:names:specification:ubl:"
_CREDIT_NOTES = frozenset({"81", "83", "261", "262", "296", "308", "381", "396", "420", "458"})
_EVERY = frozenset({"payment_term"})  # fields that are all that is said of them, not the first
_LATEST = frozenset({"due_date"})  # there may be others before: for a discount, by instalments
_IF_ANY = frozenset({"total_discount"})  # of which none is stated as 0.00
_AMOUNT = re.compile(r"[+-]?(?:\d{1,15}(?:\.\d{0,10})?|\.\d{1,10})")
_DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:\d{4}(?:\d\d)?|[TZ+-].*)?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_STEP = re.compile(r"([\w|]+)(?:\[(\w+)=(\w+)\])?")


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of money; the currency as its ISO 4217 code, None where none is named."""

    amount: Decimal
    currency: str | None = None


Stated = str | Decimal | Amount | dt.date
"""What an e-invoice states: a text, a number, an amount of money or a day."""

Row = Mapping[str, Stated]
"""A row of a list, by column."""


@dataclass(frozen=True, slots=True)
class EInvoice:
    """What an e-invoice states, under the names of docai's invoice schema.

    Attributes:
        scalars: by field, such as ``invoice_id``; what it does not state is left out.
        rows: of ``items`` and ``tax_details``, in order; each has a cell at least.
        is_credit_note: whether it says so; the signs of its amounts are as it gives them.
        unread: fields whose value is none of their kind, such as a day that no month has.
    """

    scalars: Mapping[str, Stated]
    rows: Mapping[str, tuple[Row, ...]]
    is_credit_note: bool = False
    unread: tuple[str, ...] = ()


def read(xml: bytes) -> EInvoice:
    """Read an e-invoice.

    Raises:
        ValueError: it is broken, too large, or no e-invoice that docai knows; the message says
            which.
    """
    root = _root(xml)
    standard = _standard(root)
    code = _first(root, standard.type_code)
    is_credit_note = _local(root) == "CreditNote" or code in _CREDIT_NOTES
    currency = _first(root, standard.header.texts["currency"])
    reader = _Reader(currency if _CURRENCY.fullmatch(currency) else None)
    scalars = reader.stated(root, standard.header, "")
    rows = {
        name: tuple(_rows(root, name, path, where, reader))
        for name, (path, where) in standard.rows.items()
    }
    return EInvoice(scalars, rows, is_credit_note, tuple(reader.unread))


def _root(xml: bytes) -> Element:
    """Parse the XML.

    Raises:
        ValueError: it is no XML, has a document type, or is too large.
    """
    if len(xml) > MAX_XML_BYTES:
        raise ValueError(f"it has more than {MAX_XML_BYTES:,} bytes")
    if not xml:
        raise ValueError("it is empty, or cannot be taken out of the file")
    try:
        root: Element = fromstring(xml, forbid_dtd=True)
    except DefusedXmlException as error:
        raise ValueError(
            "it has a document type (DTD), which may hide entities; e-invoices have none"
        ) from error
    except (ParseError, LookupError, ValueError) as error:  # of an encoding that nobody knows
        raise ValueError(f"it is no well-formed XML: {error}") from error
    return root


def _standard(root: Element) -> Standard:
    """Tell by which names an e-invoice goes.

    Raises:
        ValueError: it is none.
    """
    if root.tag.startswith(_UBL_NAMESPACE) and _local(root) in {"Invoice", "CreditNote"}:
        return UBL
    if _local(root) not in _STANDARDS:
        raise ValueError(
            f"it is a <{_local(root)[:50]}>, and no invoice of CII (Factur-X, ZUGFeRD) or UBL"
        )
    return _STANDARDS[_local(root)]


def _rows(root: Element, name: str, path: str, where: Where, reader: "_Reader") -> Iterator[Row]:
    """Yield the rows of a list that state anything.

    Raises:
        ValueError: there are too many.
    """
    number = 0
    for element in _found(root, path):
        row = reader.stated(element, where, f"{name}[{number}].")
        if row:
            number += 1
            yield row
        if number > MAX_ROWS:
            raise ValueError(f"it has more than {MAX_ROWS:,} {name}")


class _Reader:
    """Reads values of elements, and remembers what it could not read."""

    def __init__(self, currency: str | None) -> None:
        self._currency = currency
        self.unread: list[str] = []

    def stated(self, element: Element, where: Where, prefix: str) -> dict[str, Stated]:
        """Return what is stated below an element, by field.

        Args:
            element: the whole invoice, or a row.
            where: its fields are.
            prefix: of their paths, to tell what was not read.
        """
        out: dict[str, Stated] = {}
        for name, paths in where.texts.items():
            joint = " ".join if name in _EVERY else _head
            if text := joint(_texts(element, paths)):
                out[name] = text
        for name, (path, *parts) in where.addresses.items():
            if text := _address(element, path, parts):
                out[name] = text
        out |= self._typed(element, where.dates, prefix, _day)
        out |= self._typed(element, where.numbers, prefix, _number)
        return out | self._amounts(element, where.amounts, prefix)

    def _typed(
        self, element: Element, paths: Paths, prefix: str, read: Callable[[str], Stated | None]
    ) -> dict[str, Stated]:
        """Return values that are read from text alone."""
        out: dict[str, Stated] = {}
        for name, several in paths.items():
            texts = _texts(element, several)
            values = [value for text in texts if (value := read(text)) is not None]
            if len(values) < len(texts) and not values:
                self.unread.append(prefix + name)
            if values:
                out[name] = max(values) if name in _LATEST else values[0]  # type: ignore[type-var]
        return out

    def _amounts(self, element: Element, paths: Paths, prefix: str) -> dict[str, Stated]:
        """Return amounts: those in the invoice's currency, where one is stated in two."""
        out: dict[str, Stated] = {}
        for name, several in paths.items():
            found = [one for path in several for one in _found(element, path) if _text(one)]
            ours = [one for one in found if one.get("currencyID") in (None, self._currency)]
            for one in (ours or found)[:1]:
                number, named = _decimal(_text(one)), one.get("currencyID", "")
                if number is None:
                    self.unread.append(prefix + name)
                elif number or name not in _IF_ANY:
                    currency = named if _CURRENCY.fullmatch(named) else self._currency
                    out[name] = Amount(number, currency)
        return out


def _address(element: Element, path: str, parts: list[str]) -> str:
    """Return the lines of an address, joined by spaces; empty where there is none.

    The country is left out: it is stated as a code, which nobody prints.
    """
    for address in _found(element, path):
        lines = [text for part in parts for text in _texts(address, (part,))]
        if lines:
            return " ".join(lines)
    return ""


def _head(texts: list[str]) -> str:
    """Return the first text, if there is one."""
    return texts[0] if texts else ""


def _first(element: Element, paths: tuple[str, ...]) -> str:
    """Return the first text that paths lead to; empty where there is none."""
    return _head(_texts(element, paths))


def _texts(element: Element, paths: tuple[str, ...]) -> list[str]:
    """Return the texts that the first path leads to that leads to any."""
    for path in paths:
        way, _, attribute = path.partition("/@")
        found = _found(element, way)
        texts = [_squeezed(one.get(attribute, "")) if attribute else _text(one) for one in found]
        if some := [text for text in texts if text]:
            return some
    return []


def _text(element: Element) -> str:
    """Return what an element says, white space squeezed; days are one element further down."""
    return _squeezed("".join(element.itertext()))


def _squeezed(text: str) -> str:
    """Return a text with a space for every run of white space."""
    return " ".join(text.split())


def _found(element: Element, path: str) -> list[Element]:
    """Return the elements that a path leads to, in order."""
    found = [element]
    for names, key, value in _steps(path):
        found = [
            child
            for one in found
            for child in one
            if _local(child) in names and (not key or child.get(key) == value)
        ]
    return found


@cache
def _steps(path: str) -> tuple[tuple[frozenset[str], str, str], ...]:
    """Take a path apart: names, and the attribute that is wanted, step by step."""
    steps = (_STEP.fullmatch(step) for step in path.split("/"))
    return tuple(
        (frozenset(step[1].split("|")), step[2] or "", step[3] or "") for step in steps if step
    )


def _local(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def _decimal(text: str) -> Decimal | None:
    """Return a decimal as XML writes it; trailing zeros beyond cents say nothing."""
    if not _AMOUNT.fullmatch(text):
        return None
    number = Decimal(text)
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -2:
        shortest = number.normalize()
        return number.quantize(Decimal("0.01")) if shortest == round(number, 2) else shortest
    return number


def _number(text: str) -> Decimal | None:
    """Return a number that is no money: 7 for ``7.000000``."""
    number = _decimal(text)
    if number is None:
        return None
    return (
        number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()
    )


def _day(text: str) -> dt.date | None:
    """Return a day, as CII (20140703, or with a time) or as UBL (2014-07-03) writes it."""
    match = _DATE.fullmatch(text)
    try:
        return dt.date(*map(int, match.groups())) if match else None
    except ValueError:
        return None
