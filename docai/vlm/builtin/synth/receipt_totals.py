"""The lower part of an invented receipt: sums, payment, taxes, farewell."""

from decimal import Decimal

from docai.vlm.builtin.synth.receipt_header import stamp
from docai.vlm.builtin.synth.receipt_rows import Cell, Draft, Piece, Row, line, money, rule

_INCLUDED = {
    "de": ("inkl. {t}", "enth. {t}", "incl. {t}"),
    "fr": ("dont {t}", "Incl. {t}"),
    "it": ("di cui {t}", "{t}"),
    "es": ("{t}", "{t} incl."),
    "nl": ("waarvan {t}", "{t}"),
    "ko": ("{t}",),
    "ja": ("(内{t})", "内{t}", "{t}"),
    "zh": ("{t}",),
    "en": ("Incl. {t}", "{t}", "Includes {t} of", "{t} included in total", "{t} Amt", "Total {t}"),
}


_MALAYSIAN_CODES = ("SR {r}%", "S = {r}%", "SR @ {r}%", "SR", "S-SR(I) - {r}%", "SR = GST @{r}%")


def totals(draft: Draft) -> list[Row]:
    """Return subtotal, discount, service, taxes, rounding, tip and total."""
    sums = draft.purchase.sums
    before, after = _count(draft), _count(draft)
    out = [*before, *_subtotal(draft)]
    if sums.service:
        out.append(_sum_row(draft, draft.one("k_service"), sums.service))
    tax_last = sums.is_included and draft.chance(0.6)
    taxes = _tax_rows(draft)
    out += [] if tax_last else taxes
    out += _total(draft)
    out += taxes if tax_last else []
    return out + (after if not before else [])


def _count(draft: Draft) -> list[Row]:
    """Return the number of things bought, now and then."""
    if not draft.chance(0.15):
        return []
    return [_sum_row(draft, draft.one("k_count"), None)]


def _subtotal(draft: Draft) -> list[Row]:
    """Return discount and subtotal, or what goes before the tax where prices include it."""
    sums = draft.purchase.sums
    out = []
    if sums.discount:
        out.append(_sum_row(draft, draft.one("k_discount"), -sums.discount))
    if draft.chance(0.55 if sums.is_included else 0.85) or sums.is_net_shown:
        key = draft.one("k_subtotal_net" if sums.is_net_shown else "k_subtotal")
        out.append(_sum_row(draft, key, sums.shown_subtotal, "subtotal"))
    return out


def _tax_rows(draft: Draft) -> list[Row]:
    """Return one row per tax; taxes inside the prices are often not printed here."""
    sums = draft.purchase.sums
    if sums.is_included and draft.chance(0.5):
        return []
    has_sum = len(sums.taxes) > 1 and draft.chance(0.5)
    tag = "" if has_sum else "total_tax"
    out = [_sum_row(draft, _tax_key(draft, i), t.amount, tag) for i, t in enumerate(sums.taxes)]
    if not sums.taxes and draft.chance(0.2):
        out.append(_sum_row(draft, draft.locale.taxes[0][0], Decimal(0), "total_tax"))
    if has_sum:
        out.append(
            _sum_row(draft, draft.rng.choice(("Total Tax", "Total Taxes")), sums.tax, "total_tax")
        )
    return out


def _tax_key(draft: Draft, number: int) -> str:
    """Return what stands before a tax amount."""
    tax = draft.purchase.sums.taxes[number]
    rate = f"{tax.rate}".replace(".", draft.locale.point)
    kinds = (
        "{n}",
        "{n}",
        "{n} {r}%",
        "{n} {r}%",
        "{r}% {n}",
        "{n} @{r}%",
        "{n} ({r}%)",
        "{n}:",
        "+{r}% {n}",
    )
    text = draft.rng.choice(kinds).format(n=tax.name, r=rate)
    if not draft.purchase.sums.is_included:
        return text
    language = next((k for k, w in _LANGUAGE_OF_TAX.items() if tax.name == w), "en")
    return draft.rng.choice(_INCLUDED[language]).format(t=text)


_LANGUAGE_OF_TAX = {
    "de": "MwSt",
    "fr": "TVA",
    "nl": "BTW",
    "ko": "부가세",
    "ja": "消費税",
    "zh": "税额",
    "es": "IVA",
}


def _total(draft: Draft) -> list[Row]:
    """Return the total, before and after rounding and tip where there are such."""
    sums = draft.purchase.sums
    out: list[Row] = rule(draft) if draft.chance(0.3) else []
    is_round = sums.exact % Decimal(draft.locale.cash_step) == 0
    rounds = sums.rounding or (is_round and "k_rounded" in draft.locale.words and draft.chance(0.5))
    if rounds:
        tag = "" if sums.rounding or sums.tip else "total"
        if draft.chance(0.8):
            out.append(_sum_row(draft, draft.one("k_total"), sums.exact, tag))
        out.append(_sum_row(draft, draft.one("k_round"), sums.rounding))
    if sums.tip:
        if draft.chance(0.7):
            out.append(_sum_row(draft, draft.one("k_total"), sums.exact + sums.rounding))
        out.append(_sum_row(draft, draft.one("k_tip"), sums.tip, "tip"))
    key = "k_rounded" if rounds and "k_rounded" in draft.locale.words else "k_total"
    scale = draft.rng.choice((1.0, 1.0, 1.0, 1.2, 1.4, 1.7))
    row = _sum_row(draft, draft.one(key), sums.total, "total")
    out.append(Row(row.cells, scale, draft.chance(0.5)))
    if draft.chance(0.12):
        out.append(_sum_row(draft, draft.one("k_total2"), sums.total, "total"))
    return out


def _sum_row(draft: Draft, key: str, amount: Decimal | None, tag: str = "") -> Row:
    """Return ``key … amount`` as this till sets it; ``amount`` None prints the key alone."""
    count = len(draft.purchase.items)
    percent = str(draft.purchase.sums.service_percent or 18)
    text = key.replace("{q}", str(count)).replace("{r}", percent)
    if amount is None:
        return Row((Cell((Piece(text),)),))
    sign = "{}" if text.rstrip(" :)").endswith(("RM", "€", "EUR")) else draft.look.total_sign
    value = Piece(money(amount, draft.locale, sign), tag)
    if draft.look.totals == "joined":
        at, anchor = (0.5, "c") if draft.look.header == "c" else (1.0, "r")
        return Row((Cell((Piece(text), value), at, anchor),))
    where = (
        Cell((Piece(text),)) if draft.look.totals == "edges" else Cell((Piece(text),), 0.72, "r")
    )
    return Row((where, Cell((value,), 1.0, "r")))


def payment(draft: Draft) -> list[Row]:
    """Return cash and change, or a card line."""
    sums = draft.purchase.sums
    if draft.chance(0.2):
        return []
    if draft.chance(0.4):
        return [_sum_row(draft, draft.one("card"), sums.total)]
    change = sums.paid - sums.total
    out = [_sum_row(draft, draft.one("k_cash"), sums.paid)]
    if change or draft.chance(0.5):
        out.append(_sum_row(draft, draft.one("k_change"), change))
    return out


def tax_table(draft: Draft) -> list[Row]:
    """Return a table of taxes by rate; where nothing else names them, it is the witness."""
    sums = draft.purchase.sums
    if len(sums.taxes) != 1:
        return []
    tax, locale = sums.taxes[0], draft.locale
    heads = [draft.one(k) for k in ("k_taxtable", "c_taxtable", "c_taxtable2") if k in locale.words]
    if len(heads) < 3:
        heads = [heads[0], "Net", tax.name]
    net = sums.exact - sums.tax
    codes = (
        _MALAYSIAN_CODES if locale.currency == "MYR" else ("{r}%", "A {r}%", "A = {r}%", "1 {r}%")
    )
    code = draft.rng.choice(codes)
    rate = f"{tax.rate}".replace(".", locale.point)
    body = [_table_row(draft, code.format(r=rate), net, tax.amount, "total_tax")]
    if draft.chance(0.3):
        zero = Decimal(0)
        body.append(
            _table_row(draft, code.replace("S", "Z").replace("A", "B").format(r=0), zero, zero, "")
        )
    head = Row(
        (
            Cell((Piece(heads[0]),)),
            Cell((Piece(heads[1]),), 0.7, "r"),
            Cell((Piece(heads[2]),), 1.0, "r"),
        )
    )
    return [Row((), gap=0.5), head, *body]


def _table_row(draft: Draft, code: str, net: Decimal, tax: Decimal, tag: str) -> Row:
    """Return one rate of the tax table."""
    cells = (
        Cell((Piece(code),)),
        Cell((Piece(money(net, draft.locale, "{}")),), 0.7, "r"),
        Cell((Piece(money(tax, draft.locale, "{}"), tag),), 1.0, "r"),
    )
    return Row(cells)


def card_slip(draft: Draft) -> list[Row]:
    """Return lines of a card terminal, with a blank for the tip where tips are usual."""
    out = rule(draft) + [
        _line_left(draft, draft.one("ref")) for _ in range(draft.rng.randint(1, 5))
    ]
    if draft.chance(0.4):
        total = draft.purchase.sums.total
        out.insert(1, _sum_row(draft, draft.one("k_total2"), total, "total"))
    if draft.locale.tips >= 0.3 and not draft.purchase.sums.tip and draft.chance(0.4):
        out += [_line_left(draft, f"{draft.one('k_tip')} __________".replace("{r}", "20"))]
        out += [_line_left(draft, f"{draft.rng.choice(('Total', 'TOTAL:'))} __________")]
    return out


def _line_left(draft: Draft, text: str) -> Row:
    """Return a plain row at the left edge."""
    return line(draft, text, anchor="l")


def footer(draft: Draft) -> list[Row]:
    """Return thanks, conditions, slogans, perhaps the date again and a barcode."""
    lines = [draft.one("greet") for _ in range(draft.rng.choice((0, 1, 1, 1, 2)))]
    lines += [draft.one("foot") for _ in range(draft.rng.choice((0, 0, 1, 1, 2, 3, 4)))]
    draft.rng.shuffle(lines)
    anchor = draft.rng.choice("cccl")
    out = [line(draft, text, anchor=anchor) for text in lines if text]
    if draft.chance(0.06):
        out.append(
            line(draft, stamp(draft.purchase.when, draft.look.date), "transaction_date", anchor="c")
        )
    code = [Row((), rule="barcode", gap=2.5)] if draft.chance(0.15) else []
    number = [line(draft, draft.one("ref"), anchor="c")] if code else []
    return [Row((), gap=draft.rng.choice((0.3, 1.0))), *out, *code, *number]
