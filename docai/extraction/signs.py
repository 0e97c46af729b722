"""The currency of a document as a field: whatever sign or code is printed bears it out."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from docai.extraction.currency import currency_of_sign
from docai.extraction.fields import Schema
from docai.extraction.trust import BUILTIN
from docai.reading import Reading
from docai.vlm.engine import Answer, Mode, Reply, Span

PROBABILITY = 0.95  # that the currency whose signs are printed is that of the amounts; not fitted


def with_currency(
    reply: Reply, schema: Schema, readings: Sequence[Reading], currency: str | None
) -> Reply:
    """Return a reply that also tells the currency where the schema asks for it.

    Args:
        reply: what a model said.
        schema: fields of format ``currency`` are answered.
        readings: of all pages.
        currency: of the whole document, as its `Locale` says; where no sign of it is printed,
            nothing bears it out and nothing is answered.
    """
    wanted = [
        path
        for path, leaf in schema.leaves.items()
        if leaf.form == "currency" and leaf.field.mode is Mode.COPY and "[" not in path
    ]
    if not wanted or currency is None:
        return reply
    witness = BUILTIN if reply.looked else "vlm"
    signs = sorted(_signs(readings, currency), key=lambda sign: sign[0])[:1]
    told = tuple(
        Answer(path, PROBABILITY, span, witness=witness) for path in wanted for _, span in signs
    )
    unasked = tuple(path for path in reply.unasked if path not in wanted)
    return replace(reply, answers=(*reply.answers, *told), unasked=unasked)


def _signs(readings: Sequence[Reading], currency: str) -> Iterator[tuple[bool, Span]]:
    """Yield the words that print a sign of a currency, and whether there is more to them."""
    for reading in readings:
        for i, word in enumerate(reading.words):
            if currency_of_sign(word.text, currency) == currency:
                yield any(map(str.isdecimal, word.text)), Span(reading.page, (i,))
