"""The upper part of an invented receipt: who sells, where, when, to whom."""

import datetime as dt

from docai.vlm.builtin.synth.receipt_rows import Cell, Draft, Piece, Row, line, rule


def header(draft: Draft, *, with_address: bool) -> list[Row]:
    """Return logo, name, address, phone and registration numbers."""
    out: list[Row] = []
    if "above" in draft.locale.words and draft.chance(0.12):
        out.append(line(draft, draft.one("above")))
    elif draft.chance(0.06):
        out.append(line(draft, draft.rng.choice(("Welcome to", "*****", draft.one("title")))))
    scale = draft.rng.choice((1.0, 1.0, 1.15, 1.3, 1.6, 2.0))
    bold = draft.chance(0.5)
    names = [
        Row(line(draft, n, "merchant_name").cells, scale, bold) for n in draft.purchase.merchant
    ]
    glued = draft.chance(0.12) and scale == 1.0 and len(draft.one("company")) < 16
    company = draft.one("company")
    if glued:
        cell = names[-1].cells[0]
        names[-1] = Row((Cell((*cell.pieces, Piece(company)), cell.at, cell.anchor),), 1.0, bold)
    out += names
    if draft.chance(0.75) and not glued:
        out += [line(draft, company)] if draft.chance(0.7) else []
    block = address(draft) if with_address else []
    phone = _phone(draft) if draft.chance(0.85) else []
    out += phone + block if draft.chance(0.06) else block + phone
    out += [line(draft, draft.one("taxid"))] if draft.chance(0.5) else []
    out += [line(draft, draft.one("mail"))] if draft.chance(0.1) else []
    return [r for r in out if r.cells[0].pieces[0].text]


def address(draft: Draft) -> list[Row]:
    """Return the address on one or more rows."""
    return [line(draft, part, "merchant_address") for part in draft.purchase.address]


def _phone(draft: Draft) -> list[Row]:
    """Return the phone, with or without a second number or a fax that is not the phone."""
    key = draft.one("k_phone")
    pieces = [Piece(key), Piece(draft.purchase.phone, "merchant_phone")]
    if key and draft.chance(0.2):
        pieces[0] = Piece(key.rstrip())
    fax = [Piece(draft.one("k_fax")), Piece(draft.one("phone"))]
    pieces = [p for p in pieces if p.text]
    side = {"l": 0.0, "c": 0.5}[draft.look.header]
    if draft.chance(0.15):
        return [Row((Cell((*pieces, *fax), side, draft.look.header),))]
    below = [Row((Cell(tuple(fax), side, draft.look.header),))] if draft.chance(0.12) else []
    return [Row((Cell(tuple(pieces), side, draft.look.header),)), *below]


def stamp(when: dt.datetime, pattern: str) -> str:
    """Return ``when`` as printed; single-digit days keep their digit where the pattern says."""
    return when.strftime(pattern)


def when_rows(draft: Draft) -> list[Row]:
    """Return date and time, on one row or two, with or without their keys."""
    date = Piece(stamp(draft.purchase.when, draft.look.date), "transaction_date")
    time = Piece(stamp(draft.purchase.when, draft.look.time), "transaction_time")
    has_time = draft.chance(0.8)
    keys = draft.one("k_date"), draft.one("k_time")
    key = [Piece(keys[0])] if keys[0] else []
    kind = draft.rng.choice(("together", "together", "edges", "split", "info", "info_right"))
    if kind == "split":
        second = [Piece(keys[1]), time] if keys[1] else [time]
        out = [Row((Cell((*key, date)),))]
        return out + ([Row((Cell(tuple(second)),))] if has_time else [])
    if kind == "edges":
        cells = (Cell((*key, date)), Cell((time,), 1.0, "r"))
        return [Row(cells if has_time else cells[:1])]
    both = (*key, date, time) if has_time else (*key, date)
    if kind == "info":
        return [Row((Cell(both), Cell((Piece(draft.one("info")),), 1.0, "r")))]
    if kind == "info_right":
        return [Row((Cell((Piece(draft.one("info")),)), Cell(both, 1.0, "r")))]
    return [_whole(draft, both)]


def _whole(draft: Draft, pieces: tuple[Piece, ...]) -> Row:
    """Return a row of one cell at the left or in the middle."""
    return Row((Cell(pieces),) if draft.chance(0.7) else (Cell(pieces, 0.5, "c"),))


def info(draft: Draft, when: list[Row]) -> list[Row]:
    """Return the title and lines such as table, cashier and receipt number around the date."""
    out = rule(draft) if draft.chance(0.5) else []
    if draft.chance(0.6):
        scale = draft.rng.choice((1.0, 1.0, 1.3))
        out.append(line(draft, draft.one("title"), anchor="c", scale=scale))
    lines = [_info_row(draft) for _ in range(draft.rng.choice((0, 1, 1, 2, 2, 3, 4, 5)))]
    cut = draft.rng.randint(0, len(lines))
    lines[cut:cut] = when
    if draft.chance(0.08):
        other = draft.purchase.when + dt.timedelta(
            days=draft.rng.choice((-1, 1, 7, 30)), minutes=43
        )
        lines.append(
            Row((Cell((Piece(f"{draft.one('k_date2')} {stamp(other, draft.look.date)}"),)),))
        )
    if draft.chance(0.07):
        lines += _customer(draft)
    return out + lines


def _info_row(draft: Draft) -> Row:
    """Return one or two facts about the sale."""
    left = Cell((Piece(draft.one("info")),))
    if draft.chance(0.3):
        return Row((left, Cell((Piece(draft.one("info")),), 1.0, "r")))
    return Row((left,))


def _customer(draft: Draft) -> list[Row]:
    """Return a customer's name and address, which are not the merchant's."""
    lines = [draft.one("merchant"), *draft.one("address").split("|")]
    return [line(draft, text.strip(), anchor="l") for text in lines]
