"""Parts of printed e-invoices: sections, rows of keys with values, lines of mixed meaning."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from docai.vlm.builtin.synth.invoice_content import Invoice, Party, invent
from docai.vlm.builtin.synth.invoice_press import Block, Entry, Press, Run, Runs
from docai.vlm.builtin.synth.invoice_words_sheet import named, say
from docai.vlm.builtin.synth.receipt_content import fill

_CODES = ("H87", "H87", "C62", "HUR", "KGM", "MTR", "DAY", "LTR", "EA", "XPP", "MON", "NAR", "MTK")
_POSTCODE = re.compile(r"\d{4,5} \D")


@dataclass(frozen=True, slots=True)
class Field:
    """A key and the rows of its value; no rows is an empty field."""

    key: Runs
    rows: tuple[Runs, ...]
    is_strong: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """How a printed view is set, the same for all of its sections.

    Attributes:
        heading: of sections: ``bar``, ``rule``, ``over``, ``grey``, ``box`` or ``plain``.
        size: of headings, in font sizes.
        zebra: grey of every other row; 255 for none.
        is_ruled: a line below each row.
        share: of the width that keys take.
        pad: above and below a row, in font sizes.
        empty: how often a field has no value.
        has_codes: whether keys are followed by a number of the norm, such as "(BT-1)".
    """

    heading: str
    size: float
    zebra: int
    is_ruled: bool
    share: float
    pad: float
    empty: float
    has_codes: bool


def choose_sheet(press: Press) -> Sheet:
    """Return how a printed view is set."""
    rng = press.rng
    zebra = rng.choice((255, 255, 245, 240, 234, 225))
    return Sheet(
        heading=rng.choice(("bar", "rule", "over", "grey", "box", "plain")),
        size=rng.choice((1, 1, 1.15, 1.3)),
        zebra=zebra,
        is_ruled=zebra == 255 and rng.random() < 0.4,
        share=rng.uniform(0.3, 0.45),
        pad=rng.choice((0.0, 0.1, 0.2, 0.35)) if zebra < 255 else rng.choice((0.15, 0.3)),
        empty=rng.choice((0.0, 0.0, 0.1, 0.3)),
        has_codes=rng.random() < 0.12,
    )


def dress(press: Press, *, kind: str = "", most: int = 0, code_rate: float = 0.6) -> None:
    """Make the invoice one that software exchanges: net prices, unit codes, country codes.

    Args:
        press: what is set; nothing may be on its page yet.
        kind: of the invoice; empty for what it is.
        most: how many line items at most; 0 for any number.
        code_rate: how often units are codes.
    """
    rng, content = press.rng, press.invoice
    while content.is_gross or (kind and content.kind != kind) or 0 < most < len(content.lines):
        num = rng.randint(1, most) if most else 0
        content = invent(rng, content.land, kind or content.kind, num_lines=num)
    if rng.random() < code_rate:
        units = {line.unit: rng.choice(_CODES) for line in content.lines}
        lines = tuple(replace(line, unit=units[line.unit]) for line in content.lines)
        content = replace(content, lines=lines)
    if rng.random() < 0.4:
        vendor = _with_country(content.vendor, content)
        content = replace(content, vendor=vendor, customer=_with_country(content.customer, content))
    press.invoice = content


def _with_country(party: Party, content: Invoice) -> Party:
    """Return the party with the country's code before its postcode."""
    code = content.land.iban[:2]
    rows = tuple(f"{code} {a}" if code and _POSTCODE.match(a) else a for a in party.address)
    return replace(party, address=rows)


def set_font(press: Press, font: str, size: int) -> None:
    """Change the font of the whole invoice; nothing may be on its page yet."""
    press.look = replace(press.look, font=font, size=size)
    press.paper.font, press.paper.size = font, size


def field(press: Press, key: str, text: str, tag: str = "", *, strong: bool = False) -> Field:
    """Return a field with a value of one row."""
    return Field(named(press, key), ((Run(text, tag),),) if text else (), strong)


def as_field(entry: Entry) -> Field:
    """Return a field of an entry."""
    return Field(entry.key, (entry.value,) if entry.value else (), entry.is_strong)


def number_like(press: Press, *patterns: str) -> str:
    """Return an invented number of one of the patterns."""
    return fill(press.rng, press.rng.choice(patterns), press.invoice.land.words)


def gln(press: Press) -> str:
    """Return a number of 13 digits such as places and goods have."""
    return number_like(press, "40~~~~~~~~~~~", "43~~~~~~~~~~~", "30~~~~~~~~~~~", "54~~~~~~~~~~~")


def heading(press: Press, text: str, sheet: Sheet) -> Block:
    """Return the heading of a section."""
    size = int(press.look.size * sheet.size)
    grey = {"bar": press.look.ink, "grey": 110}.get(sheet.heading, 0)
    is_bold = sheet.heading != "over" or press.rng.random() < 0.5

    def block(press: Press, x0: float, x1: float, y: float) -> float:
        pad = size * 0.3
        low = y + size * press.look.leading + 2 * pad
        if sheet.heading == "bar":
            press.shade(x0, y, x1, low)
        if sheet.heading == "box":
            press.paper.box((x0, y, x1, low))
        if sheet.heading == "over":
            press.paper.line(x0, y, x1, y, 2)
        inset = pad if sheet.heading in ("bar", "box") else 0.0
        entity = press.paper.entity()
        end = press.flow(
            (Run(text),), x0 + inset, x1 - inset, y + pad,
            size=size, role="header", entity=entity, bold=is_bold, grey=grey,
        )  # fmt: skip
        if sheet.heading in ("rule", "grey"):
            press.paper.line(x0, end + 1, x1, end + 1)
        return max(end, low if sheet.heading in ("bar", "box") else 0.0) + pad

    return block


def rows_of(fields: Sequence[Field], sheet: Sheet, *, anchor: str = "l", start: int = 0) -> Block:
    """Return a block of fields, one below the other.

    Args:
        fields: what to set.
        sheet: how.
        anchor: of the values.
        start: whether the first row is shaded (1) or the second.
    """

    def block(press: Press, x0: float, x1: float, y: float) -> float:
        pad = sheet.pad * press.look.size
        for n, one in enumerate(fields):
            if sheet.zebra < 255 and (n + start) % 2 == 0:
                high = press.height_of(_row(one, sheet, anchor), x0, x1)
                _ground(press, (x0, y, x1, y + high + 2 * pad), sheet.zebra)
            y = _row(one, sheet, anchor)(press, x0, x1, y + pad) + pad
            if sheet.is_ruled:
                press.paper.line(x0, y, x1, y)
        return y

    return block


def _ground(press: Press, box: tuple[float, float, float, float], grey: int) -> None:
    """Draw the ground of a row."""
    press.paper.draw(lambda pen: pen.rectangle(box, grey))


def _row(one: Field, sheet: Sheet, anchor: str) -> Block:
    """Return a field on one row."""

    def block(press: Press, x0: float, x1: float, y: float) -> float:
        look, inset = press.look, press.look.size * 0.25
        widest = max((press.wide((Run(w),), bold=True) for w in one.key[0].text.split()), default=0)
        middle = max(x0 + (x1 - x0) * sheet.share, x0 + min(widest * 0.8, (x1 - x0) * 0.6))
        key = press.paper.entity()
        low = press.flow(
            one.key, x0 + inset, middle - look.size * 0.5, y, role="key", entity=key,
            bold=look.is_key_bold or one.is_strong, grey=look.key_grey,
        )  # fmt: skip
        if not one.rows:
            return low
        value, end = press.paper.entity(), y
        press.paper.link(key, value)
        for row in one.rows:
            end = press.flow(
                row, middle, x1 - inset, end, role="value", entity=value, anchor=anchor,
                bold=look.is_value_bold or one.is_strong,
            )  # fmt: skip
        return max(low, end)

    return block


def rows_above(fields: Sequence[Field]) -> Block:
    """Return a block of fields whose values stand below their keys, which are small."""

    def block(press: Press, x0: float, x1: float, y: float) -> float:
        small = max(10, int(press.look.size * 0.75))
        for one in fields:
            key = press.paper.entity()
            y = press.flow(one.key, x0, x1, y, role="key", entity=key, size=small, grey=90)
            if one.rows:
                value = press.paper.entity()
                press.paper.link(key, value)
                for row in one.rows:
                    y = press.flow(
                        row, x0, x1, y, role="value", entity=value, bold=one.is_strong
                    )  # fmt: skip
            y += press.gap * 0.2
        return y

    return block


Part = tuple[Runs, str]
"""Text and its role; a value belongs to the key before it."""


def mixed_line(
    parts: Sequence[Part], *, size: int | None = None, bold: bool = False, gap: float = 0.4
) -> Block:
    """Return one line of headings, keys and values after each other; it wraps between parts."""

    def block(press: Press, x0: float, x1: float, y: float) -> float:
        big, x, key = size or press.look.size, x0, None
        space = big * gap
        while (
            size
            and big > 10
            and max(press.wide(r, bold=bold, size=big) for r, _ in parts) > (x1 - x0)
        ):
            big -= 1
        for runs, role in parts:
            wide = press.wide(runs, bold=bold, size=big)
            if x > x0 and x + wide > x1:
                x, y = x0, y + big * press.look.leading
            entity = press.paper.entity() if role else None
            if role == "value" and key is not None and entity is not None:
                press.paper.link(key, entity)
            key = entity if role == "key" else None
            end = press.flow(
                runs, x, x1, y, role=role, entity=entity, size=big, bold=bold
            )  # fmt: skip
            y = max(y, end - big * press.look.leading)
            x += wide + space
        return y + big * press.look.leading

    return block


def party_fields(press: Press, party: Party, who: str, sheet: Sheet) -> list[Field]:
    """Return what a view says of a party; ``who`` is ``merchant``, ``customer`` or empty."""
    rng, land = press.rng, press.invoice.land
    name, address = (f"{who}_name", f"{who}_address") if who else ("", "")
    is_vendor = who == "merchant"
    out: list[Field] = []
    for key, text, chance in (
        ("id", number_like(press, "~~~~~", "K~~~~~", "~~~~~~~~", "L~~~~"), 0.5),
        ("gln", gln(press), 0.4),
    ):
        if rng.random() < chance:
            out.append(field(press, key, "" if rng.random() < sheet.empty else text))
    where = [field(press, "name", party.name, name), *_address(press, party, address)]
    out = [*out, *where] if rng.random() < 0.6 else [*where, *out]
    tail: tuple[tuple[str, str, str, float], ...] = (
        ("taxno", press.say("v_taxno"), "", 0.5 if is_vendor else 0.1),
        ("taxid", party.tax_id, "vendor_tax_id" if is_vendor else "", 0.8 if is_vendor else 0.4),
        ("register", press.say("v_register"), "", 0.2 if is_vendor else 0.0),
        ("contact", party.person, "", 0.5 if who else 0.1),
        ("phone", party.phone, "merchant_phone" if is_vendor else "", 0.4 if who else 0.0),
        ("mail", party.mail, "", 0.45 if who else 0.0),
    )
    for key, text, tag, chance in tail:
        if rng.random() < chance:
            out.append(field(press, key, *(("",) if rng.random() < sheet.empty else (text, tag))))
    if sheet.has_codes:
        out = [with_code(press, f) for f in out]
    if rng.random() < 0.3 and land.iban:
        out.append(field(press, "land", land.iban[:2]))
    return out


def with_code(press: Press, one: Field) -> Field:
    """Return the field with a number of the norm after its key."""
    colon = press.look.colon
    text = one.key[0].text.removesuffix(colon) if colon else one.key[0].text
    return replace(one, key=(Run(f"{text} (BT-{press.rng.randint(1, 160)}){colon}"),))


def _address(press: Press, party: Party, tag: str) -> list[Field]:
    """Return the address: in one field of several rows, or street and city apart."""
    if press.rng.random() < 0.65 or len(party.address) != 2:
        rows = tuple((Run(a, tag),) for a in party.address)
        extra = tuple((Run(e),) for e in party.extra)
        return [Field(named(press, "address"), (*extra, *rows))]
    street, city = party.address
    return [field(press, "street", street, tag), field(press, "city", city, tag)]


def remark_rows(press: Press) -> list[Runs]:
    """Return the rows of a remark: courtesies, conditions, who the seller is."""
    rng, vendor = press.rng, press.invoice.vendor
    rows: list[Runs] = [(Run(say(press, "remark")),) for _ in range(rng.choice((1, 1, 2, 3)))]
    if rng.random() < 0.6:
        who: list[Runs] = [(Run(vendor.name, "merchant_name"),)]
        who += [(Run(a, "merchant_address"),) for a in vendor.address]
        if rng.random() < 0.7:
            who.append((Run(f"{say(press, 'gf')}: {press.say('person')}"),))
        if rng.random() < 0.7:
            who.append((Run(say(press, "court")),))
        if rng.random() < 0.3:
            who = [tuple(r for row in who for r in row)]
        rows = [*rows, *who] if rng.random() < 0.7 else [*who, *rows]
    return rows
