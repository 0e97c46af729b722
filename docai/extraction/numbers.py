"""Numbers with check digits, as texts print them: bank accounts and tax numbers."""

import re
from collections.abc import Callable, Mapping

from docai.extraction.digits import fold

# An account number and whatever is printed before it: a key, and signs. Groups of digits may be
# apart, and OCR may have read O for 0 in the check digits.
_IBAN = re.compile(r"(?<![A-Z0-9])([A-Z]{2}[0-9O]{2}(?:[ .-]?[A-Z0-9]){11,30})(?![A-Z0-9])")
_KEY = re.compile(r"^\W*IBAN\W*(?:NR|NO|NUMBER)?\W*", re.IGNORECASE)
_VAT = re.compile(r"(?<![A-Z0-9])[A-Z]{2}[ .-]?U?[0-9][0-9A-Z .-]{5,14}(?![A-Z0-9])")


def parse_iban(text: str) -> str | None:
    """Return the bank account number that ``text`` prints, without spaces; None if there is none.

    Wrong check digits are no reason to say nothing: see `is_iban`.
    """
    match = _IBAN.search(_KEY.sub("", fold(text)).upper())
    if match is None:
        return None
    compact = re.sub(r"[^A-Z0-9]", "", match[1])
    return compact[:2] + compact[2:4].replace("O", "0") + compact[4:]


def is_iban(number: str) -> bool:
    """Tell whether an account number has the length, form and check digits of its country."""
    from stdnum import iban  # only for documents that print one

    return bool(iban.is_valid(number))


def is_vat_number(text: str) -> bool | None:
    """Tell whether a European VAT number has the right check digits; None for other numbers."""
    from stdnum.eu import vat  # only for documents that print one

    match = _VAT.search(fold(text).upper())
    if match is None or match[0][:2].lower() not in vat.MEMBER_STATES:
        return None
    return bool(vat.is_valid(match[0]))


NUMBERS: Mapping[str, Callable[[str], bool | None]] = {
    "iban": is_iban,
    "vendor_tax_id": is_vat_number,
}
"""Fields whose numbers have check digits, and what tells whether they are right; None: unknown."""
