"""The countries invented receipts come from: money, dates, taxes and words of each."""

from dataclasses import dataclass

from docai.vlm.builtin.synth import words_asia as asia
from docai.vlm.builtin.synth import words_europe as europe
from docai.vlm.builtin.synth import words_pacific as pacific
from docai.vlm.builtin.synth.words import ENGLISH, SHARED, Words

_MDY: tuple[str, ...] = (
    "%m/%d/%Y",
    "%m/%d/%y",
    "%b %d'%y",
    "%b %d, %Y",
    "%m-%d-%Y",
    "%d%b'%y",
    "%-m/%-d/%Y",
)
_MDY += ("%-m/%-d/%y", "%Y-%m-%d", "%B %-d, %Y", "%b-%d-%Y", "%d-%b-%Y", "%d%b%y", "%b%d'%y")
_DMY: tuple[str, ...] = (
    "%d/%m/%Y",
    "%d/%m/%Y",
    "%d/%m/%y",
    "%d-%m-%Y",
    "%d %b %Y",
    "%d %b %y",
    "%d-%m-%y",
)
_DMY += ("%d/%b/%Y", "%d-%b-%Y", "%d.%m.%Y", "%Y-%m-%d", "%-d/%-m/%Y", "%d%b%y", "%d-%b-%y")
_DOTS = ("%d.%m.%Y", "%d.%m.%Y", "%d.%m.%y", "%d.%m.%y", "%Y-%m-%d")
_EURO = ("%d/%m/%Y", "%d/%m/%Y", "%d/%m/%y", "%d-%m-%Y", "%d-%m-%y", "%d.%m.%Y", "%Y-%m-%d")
_ASIA = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y-%m-%d")
_T24 = ("%H:%M", "%H:%M", "%H:%M:%S")
_T12: tuple[str, ...] = (
    "%-I:%M %p",
    "%I:%M %p",
    "%I:%M%p",
    "%-I:%M:%S %p",
    "%I:%M:%S %p",
    "%-I:%M%p",
    "%H:%M",
)
_T12 += ("%H:%M:%S",)


@dataclass(frozen=True, slots=True)
class Locale:
    """What a country prints on receipts.

    Attributes:
        currency: ISO 4217 code.
        decimals: digits after the decimal point.
        point: decimal point.
        comma: thousands separator.
        signs: how an amount may be written, ``{}`` being the number.
        dates: strftime patterns.
        times: strftime patterns.
        taxes: (name, rate in percent); the rate is printed with the name or not.
        tax_included: how often prices include the tax, in [0, 1].
        tips: how often a tip or a service charge is paid, in [0, 1].
        words: choices of every template key.
        cash_step: the smallest coin; totals are rounded to it where rounding is printed.
        price_unit: what a cheap item costs.
    """

    currency: str
    decimals: int
    point: str
    comma: str
    signs: tuple[str, ...]
    dates: tuple[str, ...]
    times: tuple[str, ...]
    taxes: tuple[tuple[str, str], ...]
    tax_included: float
    tips: float
    words: Words
    cash_step: str = "0.01"
    price_unit: float = 1.0


def _english(**words: tuple[str, ...]) -> Words:
    """Return the English words with some keys replaced."""
    return {**SHARED, **ENGLISH, **words}


_POUNDS = ("{}", "£{}", "£{}", "GBP {}")
_DOLLARS = ("{}", "{}", "${}", "${}", "$ {}")
_EUROS = ("{}", "{}", "{} €", "{} EUR", "€ {}", "€{}", "EUR {}", "{}€")
_US_TAX: tuple[tuple[str, str], ...] = (
    ("Tax", "8.25"),
    ("Sales Tax", "7.5"),
    ("TAX 1", "6"),
    ("Sales Tax", "8.875"),
)
_US_TAX += (("Tax", "9.5"), ("State Tax", "4"), ("TAX", "8.1"), ("Total Tax", "7"), ("HST", "13"))
_MY_TAX = (("GST", "6"), ("GST", "6"), ("GST", "6"), ("SST", "6"), ("Service Tax", "6"))

LOCALES: dict[str, Locale] = {
    "en_MY": Locale(
        "MYR",
        2,
        ".",
        ",",
        ("{}", "{}", "{}", "{}", "RM {}", "RM{}", "${}"),
        _DMY,
        _T12 + _T24,
        _MY_TAX,
        0.75,
        0.15,
        _english(**pacific.MALAYSIA),
        "0.05",
        2.0,
    ),
    "ms_MY": Locale(
        "MYR",
        2,
        ".",
        ",",
        ("{}", "{}", "RM {}", "RM{}"),
        _DMY,
        _T12 + _T24,
        _MY_TAX,
        0.8,
        0.1,
        _english(**{**pacific.MALAYSIA, **pacific.MALAY}),
        "0.05",
        2.0,
    ),
    "en_US": Locale(
        "USD", 2, ".", ",", _DOLLARS, _MDY, _T12, _US_TAX, 0.03, 0.3, _english(**pacific.AMERICA)
    ),
    "en_GB": Locale(
        "GBP",
        2,
        ".",
        ",",
        _POUNDS,
        _DMY,
        _T24 + _T12[:2],
        (("VAT", "20"), ("VAT", "17.5")),
        0.85,
        0.2,
        _english(**pacific.BRITAIN),
    ),
    "en_AU": Locale(
        "AUD",
        2,
        ".",
        ",",
        _DOLLARS,
        _DMY,
        _T12 + _T24,
        (("GST", "10"),),
        0.95,
        0.05,
        _english(**pacific.AUSTRALIA),
        "0.05",
    ),
    "en_SG": Locale(
        "SGD",
        2,
        ".",
        ",",
        ("{}", "${}", "S${}", "$ {}"),
        _DMY,
        _T12 + _T24,
        (("GST", "7"), ("GST", "8"), ("GST", "9")),
        0.4,
        0.6,
        _english(**pacific.SINGAPORE),
        "0.05",
    ),
    "en_TH": Locale(
        "THB",
        2,
        ".",
        ",",
        ("{}", "{}", "฿{}", "{} THB"),
        _DMY,
        _T24,
        (("VAT", "7"),),
        0.5,
        0.5,
        _english(**pacific.THAILAND),
        "1.00",
        25.0,
    ),
    "en_IN": Locale(
        "INR",
        2,
        ".",
        ",",
        ("{}", "{}", "Rs {}", "Rs.{}", "₹{}"),
        _DMY,
        _T24 + _T12,
        (("VAT", "12.5"), ("Service Tax", "4.94"), ("GST", "5")),
        0.2,
        0.3,
        _english(**pacific.INDIA),
        "1.00",
        30.0,
    ),
    "de_DE": Locale(
        "EUR",
        2,
        ",",
        ".",
        _EUROS,
        _DOTS,
        (*_T24, "%H:%M Uhr"),
        (("MwSt", "19"), ("MwSt", "7")),
        0.9,
        0.05,
        {**SHARED, **europe.GERMAN},
    ),
    "fr_FR": Locale(
        "EUR",
        2,
        ",",
        "",
        _EUROS,
        _EURO,
        (*_T24, "%Hh%M"),
        (("TVA", "20"), ("TVA", "10")),
        0.9,
        0.02,
        {**SHARED, **europe.FRENCH},
    ),
    "it_IT": Locale(
        "EUR",
        2,
        ",",
        ".",
        _EUROS,
        _EURO,
        _T24,
        (("IVA", "22"), ("IVA", "10")),
        0.95,
        0.02,
        {**SHARED, **europe.ITALIAN},
    ),
    "es_ES": Locale(
        "EUR",
        2,
        ",",
        ".",
        _EUROS,
        _EURO,
        _T24,
        (("IVA", "21"), ("IVA", "10")),
        0.9,
        0.02,
        {**SHARED, **europe.SPANISH},
    ),
    "nl_NL": Locale(
        "EUR",
        2,
        ",",
        ".",
        _EUROS,
        _EURO,
        _T24,
        (("BTW", "21"), ("BTW", "9")),
        0.9,
        0.02,
        {**SHARED, **europe.DUTCH},
    ),
    "ko_KR": Locale(
        "KRW",
        0,
        ".",
        ",",
        ("{}", "{}", "{}원", "₩{}"),
        _ASIA,
        _T24,
        (("부가세", "10"),),
        0.9,
        0.0,
        {**SHARED, **asia.KOREAN},
        "1",
        1000.0,
    ),
    "ja_JP": Locale(
        "JPY",
        0,
        ".",
        ",",
        ("{}", "¥{}", "¥{}", "{}円"),
        (*_ASIA, "%Y年%m月%d日"),
        _T24,
        (("消費税", "10"), ("消費税", "8")),
        0.7,
        0.0,
        {**SHARED, **asia.JAPANESE},
        "1",
        120.0,
    ),
    "zh_CN": Locale(
        "CNY",
        2,
        ".",
        ",",
        ("{}", "¥{}", "{}元"),
        _ASIA,
        _T24,
        (("税额", "6"),),
        0.9,
        0.0,
        {**SHARED, **asia.CHINESE},
        "0.01",
        5.0,
    ),
}

WEIGHTS: dict[str, float] = {
    "en_MY": 30, "ms_MY": 6, "en_US": 26, "en_GB": 7, "en_AU": 5, "en_SG": 5, "en_TH": 3,
    "en_IN": 3, "de_DE": 4, "fr_FR": 2.5, "it_IT": 1.5, "es_ES": 3, "nl_NL": 1.5, "ko_KR": 1,
    "ja_JP": 0.8, "zh_CN": 0.7,
}  # fmt: skip
