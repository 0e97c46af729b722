"""What printed e-invoices say in their sections: data, sums, taxes, payment, items."""

from decimal import Decimal

from docai.vlm.builtin.synth.invoice_content import Line
from docai.vlm.builtin.synth.invoice_layout import grouped, period_runs
from docai.vlm.builtin.synth.invoice_press import Block, Press, Run, Runs
from docai.vlm.builtin.synth.invoice_sheet_parts import (
    Field,
    Part,
    Sheet,
    field,
    gln,
    mixed_line,
    number_like,
    with_code,
)
from docai.vlm.builtin.synth.invoice_words_sheet import named, say


def view_title(press: Press, *, with_number: bool) -> Block:
    """Return the title: its name alone, or with number and date on the same line."""
    rng, invoice = press.rng, press.invoice
    text = say(press, "title_credit" if invoice.kind == "credit" else "title")
    parts: list[Part] = [((Run(text),), "header")]
    if with_number:
        parts.append(((Run(say(press, "nr")),), "key"))
        parts.append(((Run(invoice.number, "invoice_id"),), "value"))
        if rng.random() < 0.8:
            parts.append(((Run(say(press, "from")),), "key"))
            parts.append(((Run(press.date(invoice.date), "transaction_date"),), "value"))
    size = int(press.look.size * rng.uniform(1.1, 1.8))
    return mixed_line(parts, size=size, bold=rng.random() < 0.6, gap=rng.uniform(0.3, 0.9))


def data_fields(press: Press, sheet: Sheet, *, with_number: bool) -> list[Field]:
    """Return numbers, dates and references of the invoice, in any order but the first two."""
    rng, invoice = press.rng, press.invoice
    first = []
    if with_number:
        first = [
            field(press, "number", invoice.number, "invoice_id"),
            field(press, "date", press.date(invoice.date), "transaction_date"),
        ]
    rest = [
        field(press, "currency", invoice.currency),
        field(press, "delivery", press.date(invoice.end)),
    ]
    if rng.random() < 0.5:
        rest.append(field(press, "order", invoice.order, "purchase_order"))
    if rng.random() < 0.5:
        rest.append(field(press, "due", press.date(invoice.due), "due_date"))
    if rng.random() < 0.3:
        rest.append(Field(named(press, "period"), (period_runs(press),)))
    if rng.random() < 0.5:
        rest.append(Field(named(press, "payref"), (reference(press),)))
    for key, patterns, chance in (
        ("buyerref", ("~~~~~-~~~~~-~~", "0~~~~~~~-~~~-~~", "^^~~~~", "{surname}"), 0.45),
        ("bookref", ("~~~~", "KST ~~~~", "~~~~~~"), 0.25),
        ("contract", ("V-~~~~~", "~~~~/~~", "RV~~~~~~"), 0.25),
        ("moreref", ("~~~~~", "{coined}-~~", "AB ~~~~~"), 0.2),
        ("confirm", ("AB~~~~~", "~~~~~~", "SO-~~~~"), 0.25),
        ("note_no", ("LS~~~~~", "~~~~~~", "L-~~~~"), 0.25),
        ("project", ("P~~~~", "{coined}", "~~-~~~"), 0.15),
    ):
        if rng.random() < chance:
            is_empty = rng.random() < sheet.empty
            rest.append(field(press, key, "" if is_empty else number_like(press, *patterns)))
    for key in ("type", "profile"):
        if rng.random() < 0.25:
            rest.append(field(press, key, say(press, f"v_{key}")))
    rng.shuffle(rest)
    out = [*first, *rest]
    return [with_code(press, f) for f in out] if sheet.has_codes else out


def reference(press: Press) -> Runs:
    """Return what a transfer should say: the number of the invoice, or some other number."""
    rng, number = press.rng, press.invoice.number
    if rng.random() < 0.3:
        return (Run(number_like(press, "~~~~~~~~", "RF~~~~~~~~~~", "K~~~~~ R~~~~")),)
    text = (Run(say(press, "pay_text")),) if rng.random() < 0.7 else ()
    return (*text, Run(number, "invoice_id"))


def sum_fields(press: Press, sheet: Sheet) -> list[Field]:
    """Return the sums as keys with values, from the lines to what is left to pay."""
    rng, invoice = press.rng, press.invoice
    zero = invoice.net * 0
    out: list[Field] = []
    shows_lines = bool(invoice.discount or invoice.shipping) or rng.random() < 0.6
    if shows_lines:
        out.append(Field(named(press, "lines"), (press.money(invoice.gross_lines),)))
    shows_zero = rng.random() < 0.35
    if invoice.shipping or shows_zero:
        out.append(Field(named(press, "plus"), (press.money(invoice.shipping),)))
    if invoice.discount or shows_zero:
        tag = "discount" if invoice.discount else ""
        minus = -invoice.discount if invoice.discount and rng.random() < 0.4 else invoice.discount
        out.append(Field(named(press, "minus"), (press.money(minus, tag),)))
    out.append(Field(named(press, "net"), (press.money(invoice.net, "subtotal"),)))
    out.append(Field(named(press, "tax"), (press.money(invoice.tax, "total_tax"),)))
    shows_due = bool(invoice.prepaid) or rng.random() < 0.6
    total = press.money(invoice.total, "total")
    out.append(Field(named(press, "gross"), (total,), not shows_due and rng.random() < 0.6))
    if invoice.prepaid or (shows_due and rng.random() < 0.5):
        out.append(Field(named(press, "paid"), (press.money(invoice.prepaid or zero),)))
    if shows_due:
        due = press.money(invoice.due_amount, "amount_due")
        out.append(Field(named(press, "due_sum"), (due,), rng.random() < 0.6))
    return [with_code(press, f) for f in out] if sheet.has_codes else out


def tax_fields(press: Press) -> list[list[Field]]:
    """Return a group of fields for each rate of tax."""
    rng, invoice = press.rng, press.invoice
    tag = "total_tax" if len(invoice.taxes) == 1 else "tax_amount"
    pattern = rng.choice(("{} %", "{}%", "{},00 %" if press.look.point == "," else "{}.00"))
    has_category = rng.random() < 0.4
    keys = [named(press, key) for key in ("category", "rate", "basis", "tax")]
    groups = []
    for part in invoice.taxes:
        text = press.percent(part.rate)
        rate = (pattern if text.isdigit() else "{} %").format(text)
        group = [Field(keys[0], ((Run("S"),),))] if has_category else []
        group += [
            Field(keys[1], ((Run(rate, "tax_rate"),),)),
            Field(keys[2], (press.money(part.net, "tax_net"),)),
            Field(keys[3], (press.money(part.amount, tag),)),
        ]
        groups.append(group)
    return groups


def payment_fields(press: Press, sheet: Sheet) -> list[Field]:
    """Return how to pay."""
    rng, invoice = press.rng, press.invoice
    out: list[Field] = []
    if rng.random() < 0.5:
        out.append(field(press, "means", say(press, "v_means")))
    if invoice.iban:
        text = grouped(invoice.iban) if rng.random() < 0.4 else invoice.iban
        out.append(Field(press.key("k_iban"), ((Run(text, "iban"),),)))
        out.append(Field(press.key("k_bic"), ((Run(invoice.bic),),) if rng.random() < 0.9 else ()))
    if rng.random() < 0.6:
        out.append(field(press, "holder", invoice.vendor.name, "merchant_name"))
    if rng.random() < 0.4:
        out.append(Field(press.key("k_bank"), ((Run(invoice.bank),),)))
    if rng.random() < 0.35:
        out.append(Field(named(press, "payref"), (reference(press),)))
    if rng.random() < 0.4:
        out.append(field(press, "due", press.date(invoice.due), "due_date"))
    if rng.random() < 0.7:
        out.append(field(press, "terms", invoice.term, "payment_term"))
    if rng.random() < 0.3:
        out.append(field(press, "skonto", say(press, "v_skonto")))
    return out or [field(press, "means", say(press, "v_means"))]


def item_keys(press: Press) -> dict[str, Runs]:
    """Return the keys of an item block, the same for all items; some are left out."""
    kinds = ("c_code", "gtin", "c_item", "detail", "c_qty", "c_unit", "price_gross", "c_price")
    chance = {"gtin": 0.4, "c_unit": 0.5, "price_gross": 0.3, "c_tax": 0.8, "c_discount": 0.9}
    names = (*kinds, "c_discount", "c_tax", "c_amount")
    keys = {k: named(press, k) for k in names if press.rng.random() < chance.get(k, 1)}
    return {**keys, "item": (Run(say(press, "item")),)}


def item_fields(press: Press, line: Line, n: int, keys: dict[str, Runs]) -> list[Field]:
    """Return what a block says of an item."""
    qty: Runs = (Run(press.quantity(line.quantity), "item_quantity", n),)
    unit: Runs = (Run(line.unit, "item_unit", n),)
    if "c_unit" not in keys:
        qty = (*qty, *unit)
    before = line.price / (1 - line.discount / Decimal(100)) * Decimal("1.19")
    values: dict[str, tuple[Runs, ...]] = {
        "c_code": ((Run(line.code, "item_product_code", n),),) if line.code else (),
        "gtin": ((Run(gln(press)),),),
        "c_item": ((Run(line.description, "item_description", n),),),
        "detail": tuple((Run(note),) for note in line.notes),
        "c_qty": (qty,),
        "c_unit": (unit,),
        "price_gross": (press.money(before),),
        "c_price": (press.money(line.price, "item_price", n),),
        "c_discount": ((Run(press.percent(line.discount) + " %"),),) if line.discount else (),
        "c_tax": ((Run(f"{press.percent(line.rate)} %", "item_tax_rate", n),),),
        "c_amount": (press.money(line.amount, "item_total_price", n),),
    }
    if not press.invoice.taxes:
        values["c_tax"] = ()
    optional = ("detail", "c_discount", "c_tax")
    return [
        Field(key, values[k])
        for k, key in keys.items()
        if k in values and (values[k] or k not in optional)
    ]
