"""The countries that invented invoices come from: words, money, dates, taxes, numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

from docai.vlm.builtin.synth.invoice_words import ENGLISH_INVOICE
from docai.vlm.builtin.synth.invoice_words_french import FRENCH_INVOICE
from docai.vlm.builtin.synth.invoice_words_german import GERMAN_INVOICE
from docai.vlm.builtin.synth.invoice_words_more import KOREAN_INVOICE, SPANISH_INVOICE
from docai.vlm.builtin.synth.invoice_words_south import DUTCH_INVOICE, ITALIAN_INVOICE
from docai.vlm.builtin.synth.locales import LOCALES
from docai.vlm.builtin.synth.words import Words


@dataclass(frozen=True, slots=True)
class Land:
    """What a country prints on invoices.

    Attributes:
        language: such as ``de``.
        currencies: ISO 4217 codes and how often each is used.
        numbers: (thousands separator, decimal point) pairs.
        dates: strftime patterns; ``%B`` and ``%b`` are months of the language.
        taxes: (name, rates in percent, the usual one first) choices; no rates means no tax.
        addresses: keys of the words that addresses are made of.
        tax_ids: templates of the vendor's tax number.
        tax_key: key of the words that name it.
        iban: country and the pattern of its account numbers; empty where IBANs are not used.
        words: choices of every template key.
        weight: how often a document of the language is from here.
    """

    language: str
    currencies: Mapping[str, float]
    numbers: tuple[tuple[str, str], ...]
    dates: tuple[str, ...]
    taxes: tuple[tuple[str, tuple[str, ...]], ...]
    addresses: tuple[str, ...]
    tax_ids: tuple[str, ...]
    tax_key: str
    iban: str
    words: Words
    weight: float


DECIMALS = {"KRW": 0, "JPY": 0}
SIGNS: Mapping[str, tuple[str, ...]] = {
    "EUR": ("€", "EUR", "€", "Euro"),
    "USD": ("$", "USD", "US$", "$"),
    "GBP": ("£", "GBP", "£"),
    "CHF": ("CHF", "CHF", "Fr."),
    "AUD": ("$", "AUD", "A$"),
    "CAD": ("$", "CAD", "CA$"),
    "KRW": ("₩", "원", "KRW", "₩"),
}
"""How a currency is written on invoices, the likely ones more often."""

_DE = {**LOCALES["de_DE"].words, **GERMAN_INVOICE}
_FR = {**LOCALES["fr_FR"].words, **FRENCH_INVOICE}
_EN = {**LOCALES["en_US"].words, **ENGLISH_INVOICE}
_KO = {**LOCALES["ko_KR"].words, **KOREAN_INVOICE}
_ES = {**LOCALES["es_ES"].words, **SPANISH_INVOICE}
_IT = {**LOCALES["it_IT"].words, **ITALIAN_INVOICE}
_NL = {**LOCALES["nl_NL"].words, **DUTCH_INVOICE}
_EAST = ("%Y년 %-m월 %-d일", "%Y년 %m월 %d일", "%Y-%m-%d", "%Y.%m.%d", "%Y/%m/%d", "%Y. %-m. %-d")
_DOTS: tuple[str, ...] = (
    "%d.%m.%Y",
    "%d.%m.%Y",
    "%d.%m.%Y",
    "%d.%m.%y",
    "%-d.%-m.%Y",
    "%-d. %B %Y",
    "%d. %B %Y",
)
_DOTS += ("%Y-%m-%d", "%d.%b.%Y", "%d %b %Y", "%d/%m/%Y")
_SLASH: tuple[str, ...] = (
    "%d/%m/%Y",
    "%d/%m/%Y",
    "%d/%m/%Y",
    "%d/%m/%y",
    "%d-%m-%Y",
    "%d.%m.%Y",
    "%-d %B %Y",
)
_SLASH += ("%d %B %Y", "%-d %b %Y", "%Y-%m-%d", "%d %b. %Y")
_MDY: tuple[str, ...] = (
    "%m/%d/%Y",
    "%m/%d/%Y",
    "%m/%d/%y",
    "%-m/%-d/%Y",
    "%B %-d, %Y",
    "%b %-d, %Y",
    "%B %d, %Y",
)
_MDY += ("%Y-%m-%d", "%d-%b-%Y", "%d-%b-%y", "%b %d, %Y", "%m-%d-%Y", "%-m/%-d/%y")
_UK: tuple[str, ...] = (
    "%d/%m/%Y",
    "%d/%m/%Y",
    "%d %B %Y",
    "%-d %B %Y",
    "%d %b %Y",
    "%d-%b-%Y",
    "%Y-%m-%d",
)
_UK += ("%d/%m/%y", "%d.%m.%Y", "%d-%m-%Y", "%b %d, %Y", "%a %-d %b %Y")
_CONTINENT = ((".", ","), (".", ","), (".", ","), ("", ","), (" ", ","))
_FRANCE = ((" ", ","), (" ", ","), ("", ","), (".", ","), ("", "."), ("\u202f", ","))
_ANGLO = ((",", "."), (",", "."), (",", "."), ("", "."))
_SWISS = (("'", "."), ("'", "."), ("’", "."), ("", "."))

LANDS: tuple[Land, ...] = (
    Land(
        "de", {"EUR": 1}, _CONTINENT, _DOTS,
        (("MwSt", ("19", "7")), ("MwSt.", ("19", "7")), ("USt", ("19", "7")), ("USt.", ("19", "7")),
         ("Umsatzsteuer", ("19", "7")), ("Mehrwertsteuer", ("19", "7")), ("MwSt.", ("16", "7")),
         ("USt", ())),
        ("de_address",), ("DE~~~~~~~~~", "DE~~~~~~~~~", "DE ~~~ ~~~ ~~~", "DE ~~~~~~~~~"),
        "k_taxid", "DE~~~~~~~~~~~~~~~~~~", _DE, 0.8,
    ),
    Land(
        "de", {"EUR": 1}, _CONTINENT, _DOTS, (("USt", ("20", "10")), ("MwSt", ("20", "10", "13"))),
        ("at_address",), ("ATU~~~~~~~~",), "k_taxid_at", "AT~~~~~~~~~~~~~~~~", _DE, 0.1,
    ),
    Land(
        "de", {"CHF": 4, "EUR": 1}, _SWISS, _DOTS,
        (("MWST", ("8.1", "2.6")), ("MwSt", ("7.7", "2.5"))),
        ("ch_address",), ("CHE-~~~.~~~.~~~ MWST", "CHE-~~~.~~~.~~~"), "k_taxid_ch",
        "CH~~~~~~~~~~~~~~~~~", _DE, 0.1,
    ),
    Land(
        "fr", {"EUR": 1}, _FRANCE, _SLASH,
        (("TVA", ("20", "10", "5.5")), ("TVA", ("20", "5.5")), ("T.V.A.", ("20", "10")),
         ("TVA", ("20",)), ("TVA", ())),
        ("fr_address",), ("FR~~~~~~~~~~~", "FR ~~ ~~~~~~~~~", "FR~~ ~~~ ~~~ ~~~"), "k_taxid",
        "FR~~~~~~~~~~~~~~~~~~~~~~~~~", _FR, 0.75,
    ),
    Land(
        "fr", {"EUR": 1}, (*_CONTINENT, *_FRANCE), _SLASH, (("TVA", ("21", "6", "12")),),
        ("be_address",), ("BE0~~~~~~~~~", "BE 0~~~.~~~.~~~"), "k_taxid",
        "BE~~~~~~~~~~~~~~", _FR, 0.13,
    ),
    Land(
        "fr", {"CHF": 1}, _SWISS, _DOTS[:6], (("TVA", ("8.1", "2.6")), ("TVA", ("7.7",))),
        ("fch_address",), ("CHE-~~~.~~~.~~~ TVA",), "k_taxid_ch", "CH~~~~~~~~~~~~~~~~~", _FR, 0.12,
    ),
    Land(
        "en", {"USD": 1}, _ANGLO, _MDY,
        (("Sales Tax", ("8.25",)), ("Sales tax", ("7.5",)), ("Tax", ("6",)), ("Tax", ("8.875",)),
         ("Tax", ("10",)), ("Sales Tax", ()), ("Tax", ())),
        ("us_address",), ("~~-~~~~~~~", "~~-~~~~~~~"), "k_taxid_us", "", _EN, 0.5,
    ),
    Land(
        "en", {"GBP": 5, "EUR": 1, "USD": 0.5}, _ANGLO, _UK,
        (("VAT", ("20", "5")), ("VAT", ("20",)), ("VAT", ("20", "0")), ("V.A.T.", ("20",)),
         ("VAT", ())),
        ("gb_address",), ("GB~~~~~~~~~", "GB ~~~ ~~~~ ~~", "~~~ ~~~~ ~~"), "k_taxid",
        "GB~~^^^^~~~~~~~~~~~~~~", {**_EN, **LOCALES["en_GB"].words, **ENGLISH_INVOICE}, 0.3,
    ),
    Land(
        "en", {"EUR": 4, "USD": 1}, (*_ANGLO, *_CONTINENT), (*_UK, *_DOTS[:3]),
        (("VAT", ("19", "7")), ("VAT", ("21", "9")), ("VAT", ("23", "13.5")), ("VAT", ())),
        ("gb_address", "us_address"), ("DE~~~~~~~~~", "IE~~~~~~~^^", "NL~~~~~~~~~B01"), "k_taxid",
        "DE~~~~~~~~~~~~~~~~~~", _EN, 0.12,
    ),
    Land(
        "en", {"AUD": 3, "CAD": 1}, _ANGLO, _UK, (("GST", ("10",)), ("GST", ("5",))),
        ("au_address",), ("~~ ~~~ ~~~ ~~~",), "k_taxid_au", "",
        {**_EN, **LOCALES["en_AU"].words, **ENGLISH_INVOICE}, 0.08,
    ),
    Land(
        "ko", {"KRW": 1}, ((",", "."),), _EAST,
        (("부가세", ("10",)), ("부가가치세", ("10",)), ("VAT", ("10",)),
         ("세액", ("10",)), ("VAT", ())),
        ("ko_address",), ("~~~-~~-~~~~~",), "k_taxid", "", _KO, 1,
    ),
    Land(
        "es", {"EUR": 1}, _CONTINENT, _SLASH,
        (("IVA", ("21", "10")), ("I.V.A.", ("21", "4")), ("IVA", ())),
        ("es_address",), ("B~~~~~~~~", "B-~~~~~~~~", "A~~~~~~~~", "ESB~~~~~~~~"), "k_taxid",
        "ES~~~~~~~~~~~~~~~~~~~~~~", _ES, 1,
    ),
    Land(
        "it", {"EUR": 1}, _CONTINENT, _SLASH, (("IVA", ("22", "10")), ("IVA", ("22", "4"))),
        ("it_address",), ("~~~~~~~~~~~", "IT~~~~~~~~~~~"), "k_taxid",
        "IT~~^~~~~~~~~~~~~~~~~~~~~~", _IT, 1,
    ),
    Land(
        "nl", {"EUR": 1}, _CONTINENT, _SLASH,
        (("BTW", ("21", "9")), ("btw", ("21",)), ("BTW", ("21", "6"))),
        ("nl_address",), ("NL~~~~~~~~~B01", "NL~~~~~~~~~B~~"), "k_taxid",
        "NL~~^^^^~~~~~~~~~~", _NL, 1,
    ),
)  # fmt: skip

LANGUAGES = {"de": 30.0, "fr": 28.0, "en": 28.0, "ko": 5.0, "es": 3.0, "it": 3.0, "nl": 3.0}
"""How often an invoice is of each language."""

_FIRST = (("de", 0), ("fr", 3), ("en", 6), ("ko", 10), ("es", 11), ("it", 12), ("nl", 13))
MONTHS = {language: LANDS[i].words["month"] for language, i in _FIRST}
SHORT_MONTHS = {
    "de": ("Jan", "Feb", "Mrz", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"),
    "fr": ("janv", "févr", "mars", "avr", "mai", "juin", "juil", "août", "sept", "oct", "nov",
           "déc"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "ko": tuple(f"{n}월" for n in range(1, 13)),
    "es": ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"),
    "it": ("gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic"),
    "nl": ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"),
}  # fmt: skip
