"""Blocks of invoices: keys with values in every arrangement, parties, sentences."""

import re
from collections.abc import Sequence
from dataclasses import replace

from docai.vlm.builtin.synth.invoice_content import Party
from docai.vlm.builtin.synth.invoice_press import Block, Entry, Press, Run, Runs

ARRANGEMENTS = ("inline", "columns", "justified", "right", "above", "boxed")
_SLOT = re.compile(r"<(\w+)>")


def _key_value(press: Press, entry: Entry) -> tuple[int, int | None]:
    """Return new entities for a key and its value, linked."""
    key = press.paper.entity()
    if not entry.value:
        return key, None
    value = press.paper.entity()
    press.paper.link(key, value)
    return key, value


def pairs(entries: Sequence[Entry], arrangement: str, *, size: int | None = None) -> Block:
    """Return a block of keys with values, one below the other.

    Args:
        entries: what to set.
        arrangement: one of ``ARRANGEMENTS``.
        size: of the text; None for the invoice's.
    """

    def block(press: Press, x0: float, x1: float, y: float) -> float:
        look = press.look
        widest = max(
            (press.wide(e.key, bold=look.is_key_bold, size=size) for e in entries), default=0.0
        )
        space = press.wide((Run("n"),), size=size)
        middle = min(x0 + widest + space * 1.6, x0 + (x1 - x0) * 0.62)
        if arrangement == "right":
            middle = x0 + (x1 - x0) * 0.55
        pad = look.size * 0.35 if arrangement == "boxed" else 0.0
        for entry in entries:
            top, y = y, y + pad
            y = _pair(press, entry, arrangement, (x0 + pad, middle, x1 - pad), y, size) + pad
            if arrangement == "boxed":
                press.paper.box((x0, top - pad * 0.5, x1, y - pad * 0.5))
                press.paper.line(
                    middle - space * 0.6, top - pad * 0.5, middle - space * 0.6, y - pad * 0.5
                )
        return y

    return block


def _pair(
    press: Press,
    entry: Entry,
    arrangement: str,
    edges: tuple[float, float, float],
    y: float,
    size: int | None,
) -> float:
    """Set one key with its value; return where it ends."""
    x0, middle, x1 = edges
    look = press.look
    key, value = _key_value(press, entry)
    bold = look.is_key_bold or entry.is_strong
    value_bold = look.is_value_bold or entry.is_strong
    if arrangement == "right":
        end = press.flow(
            entry.key,
            x0,
            middle - look.size,
            y,
            role="key",
            entity=key,
            size=size,
            anchor="r",
            bold=bold,
            grey=look.key_grey,
        )
    elif arrangement in ("inline", "above"):
        end = press.flow(
            entry.key, x0, x1, y, role="key", entity=key, size=size, bold=bold, grey=look.key_grey
        )
    else:
        end = press.flow(
            entry.key,
            x0,
            middle - look.size * 0.3,
            y,
            role="key",
            entity=key,
            size=size,
            bold=bold,
            grey=look.key_grey,
        )
    if arrangement == "above":
        low = press.flow(
            entry.value, x0, x1, end, role="value", entity=value, size=size, bold=value_bold
        )
        return low + press.gap * 0.35
    if arrangement == "inline":
        start = (
            x0
            + press.wide(entry.key, bold=bold, size=size)
            + press.wide((Run("n"),), size=size) * 0.6
        )
        if start > x0 + (x1 - x0) * 0.75:
            return press.flow(entry.value, x0, x1, end, role="value", entity=value, size=size)
        return max(
            end,
            press.flow(
                entry.value, start, x1, y, role="value", entity=value, size=size, bold=value_bold
            ),
        )
    anchor = "r" if arrangement == "justified" else "l"
    return max(
        end,
        press.flow(
            entry.value,
            middle,
            x1,
            y,
            role="value",
            entity=value,
            size=size,
            anchor=anchor,
            bold=value_bold,
        ),
    )


def grid(
    entries: Sequence[Entry], *, ruling: str = "full", anchor: str = "c", is_shaded: bool = False
) -> Block:
    """Return a block with the keys in one row and their values in the row below.

    Args:
        entries: what to set.
        ruling: ``full`` (every cell), ``frame``, ``rule`` (below the keys) or ``none``.
        anchor: of the text within its cell.
        is_shaded: whether the row of keys is shaded.
    """

    def block(press: Press, x0: float, x1: float, y: float) -> float:
        natural = [
            max(press.wide(e.key, bold=True), press.wide(e.value, bold=True)) + press.look.size
            for e in entries
        ]
        scale = (x1 - x0) / sum(natural)
        edges = [x0]
        for wide in natural:
            edges.append(edges[-1] + wide * scale)
        pad, look = press.look.size * 0.35, press.look
        ids = [_key_value(press, e) for e in entries]
        cells = list(zip(entries, ids, edges, edges[1:], strict=False))
        high = max(
            press.height_of(lines([e.key], bold_first=True), a + pad, b - pad)
            for e, _, a, b in cells
        )
        middle = y + high + 2 * pad
        ink = press.shade(x0, y, x1, middle) if is_shaded else look.key_grey
        low = middle
        for entry, (key, value), a, b in cells:
            press.flow(
                entry.key,
                a + pad,
                b - pad,
                y + pad,
                role="key",
                entity=key,
                anchor=anchor,
                bold=look.is_key_bold or is_shaded,
                grey=ink,
            )
            low = max(
                low,
                press.flow(
                    entry.value,
                    a + pad,
                    b - pad,
                    middle + pad,
                    role="value",
                    entity=value,
                    anchor=anchor,
                    bold=look.is_value_bold,
                ),
            )
        low += pad
        if ruling in ("full", "frame"):
            press.paper.box((x0, y, x1, low))
        if ruling in ("full", "rule"):
            press.paper.line(x0, middle, x1, middle)
        if ruling == "full":
            for x in edges[1:-1]:
                press.paper.line(x, y, x, low)
        return low

    return block


def lines(
    rows: Sequence[Runs],
    *,
    anchor: str = "l",
    size: int | None = None,
    role: str = "",
    bold_first: bool = False,
    grey: int = 0,
) -> Block:
    """Return a block of lines of text; with a role they are one entity."""

    def block(press: Press, x0: float, x1: float, y: float) -> float:
        entity = press.paper.entity() if role else None
        for n, row in enumerate(rows):
            y = press.flow(
                row,
                x0,
                x1,
                y,
                size=size,
                anchor=anchor,
                role=role,
                entity=entity,
                bold=bold_first and n == 0,
                grey=grey,
            )
        return y

    return block


def party_rows(party: Party, who: str) -> list[Runs]:
    """Return the lines of a party's address; ``who`` is ``merchant``, ``customer`` or empty."""
    name, address = (f"{who}_name", f"{who}_address") if who else ("", "")
    rows: list[Runs] = [(Run(party.name, name),)]
    rows += [(Run(e),) for e in party.extra]
    return rows + [(Run(a, address),) for a in party.address]


def headed(
    key: Runs,
    rows: Sequence[Runs],
    *,
    style: str = "plain",
    anchor: str = "l",
    size: int | None = None,
    bold_first: bool = False,
) -> Block:
    """Return a block of an address below its key.

    Args:
        key: such as "Bill to".
        rows: lines of the value.
        style: ``plain``, ``rule`` (a line below the key), ``shaded`` (the key on a bar),
            ``boxed``.
        anchor: of the text.
        size: of the text.
        bold_first: whether the first line of the value is bold.
    """

    def block(press: Press, x0: float, x1: float, y: float) -> float:
        pad = press.look.size * 0.4 if style in ("shaded", "boxed") else 0.0
        top, look = y, press.look
        key_id, value_id = press.paper.entity(), press.paper.entity()
        press.paper.link(key_id, value_id)
        ink = look.key_grey
        if style == "shaded":
            ink = press.shade(x0, y, x1, y + press.gap + pad)
        y = press.flow(
            key,
            x0 + pad,
            x1 - pad,
            y + pad * 0.7,
            role="key",
            entity=key_id,
            anchor=anchor,
            size=size,
            bold=look.is_key_bold or style == "shaded",
            grey=ink,
        )
        if style == "rule":
            press.paper.line(x0, y + 2, x1, y + 2)
            y += look.size * 0.4
        y += pad
        for n, row in enumerate(rows):
            y = press.flow(
                row,
                x0 + pad,
                x1 - pad,
                y,
                role="value",
                entity=value_id,
                anchor=anchor,
                size=size,
                bold=bold_first and n == 0,
            )
        if style == "boxed":
            press.paper.box((x0, top, x1, y + pad))
        return y + pad

    return block


def sentence(
    text: str, values: dict[str, Runs], *, size: int | None = None, anchor: str = "l"
) -> Block:
    """Return a block of running text; ``<name>`` in it stands for one of ``values``."""
    runs: list[Run] = []
    for n, part in enumerate(_SLOT.split(text)):
        if n % 2:
            runs += values[part]
        elif part.strip():
            runs.append(Run(part.strip()))
    return lines([_glue(runs, text)], size=size, anchor=anchor)


def _glue(runs: list[Run], text: str) -> Runs:
    """Return ``runs`` with a full stop or comma put to the value it follows."""
    out: list[Run] = []
    for run in runs:
        head, _, tail = run.text.partition(" ")
        if out and out[-1].tag and not run.tag and head in (".", ",", ";", ":"):
            out[-1] = replace(out[-1], text=out[-1].text + head)
            if not tail:
                continue
            run = replace(run, text=tail)
        out.append(run)
    return tuple(out)
