"""Typed values from text as printed: tables of what is on paper, and properties of what is not."""

import datetime as dt
import re
import subprocess
import sys
from decimal import Decimal

import pytest
from babel.dates import format_date
from babel.numbers import format_decimal
from hypothesis import example, given, settings
from hypothesis import strategies as st

from docai.extraction.digits import fold, repair
from docai.extraction.normalise import (
    currency_of,
    day_first,
    decimal_comma,
    parse_amount,
    parse_date,
    parse_dates,
    parse_phone,
    parse_quantity,
    parse_time,
    region_of,
)

# The first call that needs Babel or phonenumbers loads it, which takes longer than one example may.
unhurried = settings(deadline=None)

AMOUNTS = {
    "RM 9.00": "9.00",
    "$7.60": "7.60",
    "Eur129,75": "129.75",
    "Subtotal146.00": "146.00",
    "p37.48": "37.48",
    "7.60 SR": "7.60",
    "S$ 4.50": "4.50",
    "NT$120": "120",
    "+9.50USD": "9.50",
    "·270.00": "270.00",
    "Total....78.00": "78.00",
    "£136.5": "136.5",
    "9.00.": "9.00",
    "$5.": "5",
    ".78": "0.78",
    "$.50": "0.50",
    "12€50": "12.50",
    "12,-": "12",
    "5.--": "5",
    # grouping
    "1.471,60": "1471.60",
    "1,471.60": "1471.60",
    "1 234,50": "1234.50",
    "1 234.50": "1234.50",
    "1\u202f234,50 €": "1234.50",
    "1'234.50": "1234.50",
    "1’234.50": "1234.50",
    "1,23,456.00": "123456.00",
    "1 234 567,00": "1234567.00",
    "1.234.567": "1234567",
    "1.234.50": "1234.50",
    "12,000": "12000",
    "₩12,000": "12000",
    "Rp 12.000,00": "12000.00",
    "0.500": "0.500",
    "123,4567": "123.4567",
    # signs
    "-5.00": "-5.00",
    "- 5.00": "-5.00",
    "5.00-": "-5.00",
    "5.00 -": "-5.00",
    "−5.00": "-5.00",
    "(5.00)": "-5.00",
    "($2.87)": "-2.87",
    "-$5.00": "-5.00",
    "$-5.00": "-5.00",
    "RM -5.00": "-5.00",
    "DISCOUNT -5.00": "-5.00",
    "TAX-45.60": "45.60",
    "Total - 45.60": "45.60",
    "8.59-A": "8.59",
    # several numbers, one of them the amount
    "GST 6% 1.20": "1.20",
    "2 x 4.50": "4.50",
    "2 9.00": "9.00",
    "$12.00 $12.00": "12.00",
    "RM12.00/kg": "12.00",
    # OCR slips
    "9 . 00": "9.00",
    "9. 00": "9.00",
    "O.50": "0.50",
    "RMO.50": "0.50",
    "l2.00": "12.00",
    "1O.OO": "10.00",
    "4.S0": "4.50",
    "12.5O": "12.50",
    "4.50S": "4.50",
    "| 9.00": "9.00",
    # other scripts
    "¥１,２００": "1200",
    "٣٫٥٠": "3.50",
}
NO_AMOUNTS = (
    "",
    "Free",
    "TOTAL",
    "12.000",  # twelve thousand or twelve
    "O.OO",  # no digit at all
    "S4.50",  # $4.50 or 54.50
    "|9.00",  # a table rule or 19.00
    "12S",
    "½",
    "1½",
    "5²",
    "6%",
    "10.00%",
    "25/12/2018",
    "10.07.13",
    "12:30",
    "12.34.56",
    "1,2,3",
    "1 234",
    "1,2345.00",
    "$12.00 $13.00",
    "1234567890123456789",
)


@pytest.mark.parametrize(("text", "expected"), AMOUNTS.items())
def test_amount(text: str, expected: str) -> None:
    assert str(parse_amount(text)) == expected


@pytest.mark.parametrize("text", NO_AMOUNTS)
def test_no_amount_is_guessed(text: str) -> None:
    assert parse_amount(text) is None


@pytest.mark.parametrize(
    ("text", "comma", "expected"),
    [
        ("12.000", True, "12000"),
        ("12.000", False, "12.000"),
        ("12,000", True, "12.000"),
        ("12,000", False, "12000"),
        ("1.471,60", False, "1471.60"),  # what is printed is stronger than the page's habit
        ("1,459", True, "1.459"),
    ],
)
def test_the_page_decides_three_digits(text: str, comma: bool, expected: str) -> None:
    assert str(parse_amount(text, decimal_comma=comma)) == expected


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["12,50", "1.200,00", "3.14"], True),
        (["12.50", "3,99", "1,200.00"], False),
        (["68.000", "204.000"], True),
        (["68,000", "204,000"], False),
        (["0.250", "12.000"], False),
        (["12 3"], None),
        ([], None),
    ],
)
def test_decimal_comma(texts: list[str], expected: bool | None) -> None:
    assert decimal_comma(texts) is expected


CENTS = st.integers(0, 10**10 - 1).map(lambda n: Decimal(n).scaleb(-2))


@unhurried
@given(CENTS, st.sampled_from(["en", "de", "fr", "es", "it", "nl", "sv", "pl", "de_CH", "en_IN"]))
def test_amount_reads_what_a_locale_writes(amount: Decimal, locale: str) -> None:
    printed = format_decimal(amount, format="#,##0.00", locale=locale)
    assert parse_amount(printed) == amount


@unhurried
@given(CENTS, st.sampled_from(["RM ", "$", "-", "€", "Total: "]))
def test_amount_reads_prefixes_and_signs(amount: Decimal, prefix: str) -> None:
    assert parse_amount(f"{prefix}{amount:f}") == (-amount if prefix == "-" else amount)


@unhurried
@given(st.text(alphabet="0123456789.,-' OolIS$()€%½²٣x/:", max_size=16))
@example("0.00'0")
def test_amount_never_invents_a_digit(text: str) -> None:
    amount = parse_amount(text)
    if amount is not None:
        printed = re.sub(r"[^0-9]", "", fold(text).translate(str.maketrans("OolIS", "00115")))
        value = re.sub(r"[^0-9]", "", f"{amount:f}").lstrip("0")
        assert value in printed


@unhurried
@given(st.text(max_size=40))
def test_nothing_raises_on_any_text(text: str) -> None:
    parse_amount(text), parse_quantity(text), parse_date(text), parse_time(text)
    parse_phone(text), currency_of([text]), day_first([text]), decimal_comma([text])


@pytest.mark.parametrize("text", ["SOLO", "Il", "OIL 5W", "ISO 9001", "SS21"])
def test_words_are_not_repaired(text: str) -> None:
    assert repair(text) in (text, text.replace("SS21", "?"))


QUANTITIES = {
    "2": "2",
    "2x": "2",
    "x2": "2",
    "X 2": "2",
    "1.00": "1.00",
    "0.456kg": "0.456",
    "0.456 kg/EA": "0.456",
    "1,5 kg": "1.5",
    "3.000 kg": "3.000",
    "2 PCS": "2",
    "4FLOZ": "4",
    "-1": "-1",
    "-1X": "-1",
    "2 @ 4.50": "2",
    "(3@10.00)": "3",
    "Qty: 2": "2",
}


@pytest.mark.parametrize(("text", "expected"), QUANTITIES.items())
def test_quantity(text: str, expected: str) -> None:
    assert str(parse_quantity(text)) == expected


@pytest.mark.parametrize("text", ["", "abc", "$2", "6%", "1,000", '1/2"X260', "2 3", "½"])
def test_no_quantity_is_guessed(text: str) -> None:
    assert parse_quantity(text) is None


DATES = {
    "25/12/2018": "2018-12-25",
    "25-12-18": "2018-12-25",
    "25.12.2018": "2018-12-25",
    "2018-12-25": "2018-12-25",
    "2018/3/23": "2018-03-23",
    "20180323": "2018-03-23",
    "25 12 2018": "2018-12-25",
    "12/25/2018": "2018-12-25",
    "22 MAR 2018": "2018-03-22",
    "22/MAR/2018": "2018-03-22",
    "22MAR2018": "2018-03-22",
    "MAR 22, 2018": "2018-03-22",
    "March 22nd 2018": "2018-03-22",
    "Tuesday,March27th2018": "2018-03-27",
    "ThuAug09,2012": "2012-08-09",
    "JUL09,2008": "2008-07-09",
    "02Jan'15": "2015-01-02",
    "Dec26'07": "2007-12-26",
    "27Dec´16": "2016-12-27",
    "10.07.13": "2013-07-10",
    "2018年3月23日": "2018-03-23",
    "2018년 3월 23일": "2018-03-23",
    "วันที่ 23/03/2561": "2018-03-23",
    "23 มี.ค. 2561": "2018-03-23",
    "22. März 2018": "2018-03-22",
    "3 février 2018": "2018-02-03",
    "12 de enero de 2018": "2018-01-12",
    "DIC/21/2016": "2016-12-21",
    "7 maart 2018": "2018-03-07",
    "5 ottobre 2018": "2018-10-05",
    # a time of day, glued or not
    "25/12/2018 8:13:39 PM": "2018-12-25",
    "25/12/201820:13": "2018-12-25",
    "25/12/1820:13": "2018-12-25",
    "2018-12-2520:13": "2018-12-25",
    "4/4/20127:33AM": "2012-04-04",
    # OCR slips
    "25/l2/2018": "2018-12-25",
    "2O18-12-25": "2018-12-25",
    "25 / 12 / 2018": "2018-12-25",
    "25-12- 2018": "2018-12-25",
    "0CT 5 2018": "2018-10-05",
    "２５/１２/２０１８": "2018-12-25",
}


@pytest.mark.parametrize(("text", "expected"), DATES.items())
def test_date(text: str, expected: str) -> None:
    assert str(parse_date(text, day_first=True)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "25/12",  # no year is printed
        "25 DEC",
        "DECEMBER 2016",
        "31/02/2018",
        "23/03/2561",  # a Buddhist year needs a Thai page
        "99/99/9999",
        "65.65.11.00",
        "1.300.88.2525",
        "20:37",
        "TOTAL 12.50",
        "25/12/2018-31/12/2018",  # two days
        "TEL 03 78031234",
    ],
)
def test_no_date_is_guessed(text: str) -> None:
    assert parse_date(text, day_first=True) is None


def test_order_decides_only_what_is_open() -> None:
    text = "03/04/2018"
    assert {c.day.isoformat() for c in parse_dates(text)} == {"2018-04-03", "2018-03-04"}
    assert parse_date(text) is None
    assert parse_date(text, day_first=True) == dt.date(2018, 4, 3)
    assert parse_date(text, day_first=False) == dt.date(2018, 3, 4)
    assert parse_date("25/12/2018", day_first=False) == dt.date(2018, 12, 25)


def test_a_weekday_decides() -> None:
    assert parse_date("TuesDay5-4-2011") == dt.date(2011, 4, 5)
    assert parse_date("Wed 5-4-2011") == dt.date(2011, 5, 4)


def test_regions_bring_their_calendars() -> None:
    assert parse_date("23/03/2561", region="TH") == dt.date(2018, 3, 23)
    assert parse_date("23/03/61", region="TH") == dt.date(2018, 3, 23)
    assert parse_date("18/03/04", region="JP") is None  # day first or year first: not known
    assert parse_date("18-03-44", region="KR") == dt.date(1944, 3, 18)  # no 44th of March


def test_two_digit_years_never_lie_far_ahead() -> None:
    next_year = dt.date.today().year + 1
    for year in range(100):
        day = parse_date(f"25/12/{year:02}")
        assert day is not None
        assert day.year <= next_year
        assert day.year % 100 == year


DAYS = st.dates(dt.date(1970, 1, 1), dt.date.today())
NUMERIC = [
    "%d/%m/%Y",
    "%d-%m-%Y",
    "%d.%m.%Y",
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y年%m月%d日",
    "%d/%m/%Y%H:%M",
]
NAMED = ["d MMM y", "dMMMy", "d-MMM-y", "MMM d, y", "MMMM d y", "d. MMMM y", "EEEE, d MMMM y"]


@unhurried
@given(DAYS, st.sampled_from(NUMERIC))
def test_date_reads_what_is_printed_in_numbers(day: dt.date, pattern: str) -> None:
    assert parse_date(day.strftime(pattern), day_first=True) == day


@unhurried
@given(DAYS, st.sampled_from(NAMED))
def test_date_reads_english_months(day: dt.date, pattern: str) -> None:
    assert parse_date(format_date(day, pattern, "en")) == day


@unhurried
@given(DAYS, st.sampled_from(["de", "fr", "es", "it", "nl", "pt", "sv", "pl", "ms", "id", "tr"]))
def test_date_reads_months_of_other_languages(day: dt.date, locale: str) -> None:
    assert parse_date(format_date(day, "d MMMM y", locale)) == day


@unhurried
@given(st.text(alphabet="0123456789/-. :JanMAR'OlS", max_size=16))
def test_every_candidate_is_printed(text: str) -> None:
    digits = re.sub(r"\D", "", text.translate(str.maketrans("OlS", "015")))
    for candidate in parse_dates(text):
        assert f"{candidate.day.year % 100:02}" in digits
        assert str(candidate.day.day) in digits


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["25/12/2018"], True),
        (["12/25/2018"], False),
        (["03/04/2018"], None),
        (["03/04/2018", "12/25/2018"], False),
        (["25/12/2018", "12/25/2018"], None),
        (["Tue 5/4/2011"], True),
        (["Wed 5/4/2011"], False),
        (["03.04.2018"], True),
        (["03/04/2018", "Springfield, IL 62704"], False),
        (["03/04/2018", "FOO SDN BHD"], True),
        (["03/04/2018", "TORONTO, ONTARIO M5V 2T6"], None),  # Canada writes both
        (["03/04/2018", "TOTAL 12,50"], True),
        ([], None),
    ],
)
def test_day_first(texts: list[str], expected: bool | None) -> None:
    assert day_first(texts) is expected


TIMES = {
    "21:52": "21:52:00",
    "8:13:39 PM": "20:13:39",
    "8.13PM": "20:13:00",
    "8:13 p.m.": "20:13:00",
    "11.54": "11:54:00",
    "20h15": "20:15:00",
    "9:05 A": "09:05:00",
    "5:59P": "17:59:00",
    "02:21PH": "14:21:00",
    "12:00 AM": "00:00:00",
    "12:30PM": "12:30:00",
    "19:13-R": "19:13:00",
    "14:03Num.": "14:03:00",
    "25/12/201820:13": "20:13:00",
    "4/4/20127:33AM": "07:33:00",
    "25/12/2018 8:13:39 PM": "20:13:39",
    "13:06 13:06:15": "13:06:15",
    "1O:57": "10:57:00",
    "오후 3:20": "15:20:00",
    "下午 3:20": "15:20:00",
    "오전 12:20": "00:20:00",
}


@pytest.mark.parametrize(("text", "expected"), TIMES.items())
def test_time(text: str, expected: str) -> None:
    time = parse_time(text)
    assert time is not None
    assert time.isoformat("seconds") == expected


@pytest.mark.parametrize(
    "text", ["", "25:00", "10:61", "25/12/2018", "10.07.13", "RM 9.00", "12:07 13:29", "9:28FM"]
)
def test_no_time_is_guessed(text: str) -> None:
    assert parse_time(text) is None


@unhurried
@given(st.times(), st.sampled_from(["%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M:%S%p", "%Hh%M"]))
def test_time_reads_what_is_printed(time: dt.time, pattern: str) -> None:
    read = parse_time(time.strftime(pattern))
    assert read is not None
    assert (read.hour, read.minute) == (time.hour, time.minute)


PHONES = {
    "03-7803 1234": "03-7803 1234",
    "TEL: 03-7803 1234": "03-7803 1234",
    "TEL:+60 3-7803  1234": "+60 3-7803 1234",
    "(323)551-6884": "(323)551-6884",
    "(P)718-505-0565": "718-505-0565",
    "CALL8007055754or": "8007055754",
    "Store#062-(408)446-5055": "(408)446-5055",
    "(601:268-2129": "601-268-2129",
    "03-123456 / 03-456789": "03-123456",
    "TEL: 03-7803 1234 FAX: 03-7803 5678": "03-7803 1234",
    "07 4567 890 ext 12": "07 4567 890",
    "O3-78O3 1234": "03-7803 1234",
    "٠٣-٧٨٠٣ ١٢٣٤": "03-7803 1234",
}


@pytest.mark.parametrize(("text", "expected"), PHONES.items())
def test_phone(text: str, expected: str) -> None:
    assert parse_phone(text) == expected


@pytest.mark.parametrize("text", ["", "TEL:", "12345", "25-12-2018", "20:37", "1-800-FLOWERS"])
def test_no_phone_is_guessed(text: str) -> None:
    assert parse_phone(text) is None


def test_the_region_prefers_a_number_that_can_exist() -> None:
    text = "1234567890123 03-7803 1234"
    assert parse_phone("GST 001234567890123, 03-7803 1234") == "001234567890123"
    assert parse_phone("GST 001234567890123, 03-7803 1234", "MY") == "03-7803 1234"
    assert parse_phone(text, "ZZ") is None  # more digits than any number has


@unhurried
@given(st.text(alphabet="0123456789+-() ./TELFAX", max_size=24))
@example("00000X1/0")
def test_phone_digits_are_the_printed_ones(text: str) -> None:
    phone = parse_phone(text)
    if phone is not None:
        assert re.sub(r"\D", "", phone) in re.sub(r"\D", "", text)
        assert 6 <= sum(c.isdigit() for c in phone) <= 15


CURRENCIES: list[tuple[list[str], str | None]] = [
    (["RM 9.00"], "MYR"),
    (["TOTAL 9.00", "FOO SDN. BHD."], "MYR"),
    (["FOO SDN BHD 123456-X", "Teh 2.00 SR"], "MYR"),  # a tax rate, not riyals
    (["$8.60", "FOO SDN BHD"], "MYR"),
    (["S$ 4.50"], "SGD"),
    (["$4.50", "SINGAPORE 238859"], "SGD"),
    (["$4.50", "ABN 51 824 753 556"], "AUD"),
    (["$4.50", "Newtown NSW 2042"], "AUD"),
    (["$4.50", "Springfield, IL 62704"], "USD"),
    (["$4.50", "(212) 972-1001"], "USD"),
    (["$4.50", "(604) 294-0104"], "CAD"),
    (["$4.50", "TORONTO ONTARIO M5V 2T6"], "CAD"),
    (["$4.50"], None),
    (["$4.50", "PARIS FRANCE TVA"], None),
    (["4.50"], None),
    ([], None),
    (["£3.20"], "GBP"),
    (["Eur129,75"], "EUR"),
    (["12,50", "Deutschland"], "EUR"),
    (["₩12,000"], "KRW"),
    (["합계 12,000원"], "KRW"),
    (["¥1,200", "ありがとう"], "JPY"),
    (["¥12.00", "谢谢"], "CNY"),
    (["¥1200"], None),
    (["kr 100,00", "Sverige"], "SEK"),
    (["kr 100,00"], None),
    (["Rp 12.000"], "IDR"),
    (["฿120.00"], "THB"),
    (["₱120.00"], "PHP"),
    (["₹120.00"], "INR"),
    (["Rs. 120.00", "GSTIN 29AAA"], "INR"),
    (["CHF 12.00"], "CHF"),
    (["AED 12.00"], "AED"),
    (["12.00 SR", "RIYADH"], "SAR"),
    (["RM 9.00", "RM 8.00", "USD 2.00"], "MYR"),
    (["EUR 9.00", "USD 9.00"], None),
]


@pytest.mark.parametrize(("texts", "expected"), CURRENCIES)
def test_currency(texts: list[str], expected: str | None) -> None:
    assert currency_of(texts) == expected


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["81100 JOHOR BAHRU, JOHOR"], "MY"),
        (["GST ID : 001661886464"], "MY"),
        (["+66 80 890 9755"], "TH"),
        (["www.example.co.uk"], "GB"),
        (["London SW1A 1AA"], "GB"),
        (["Steuer-Nr.:514/78510"], "DE"),
        (["JALAN FOO", "ABN 51 824 753 556", "MALAYSIA SDN BHD"], "MY"),
        (["MALAYSIA", "AUSTRALIA"], None),
        (["hello"], None),
        ([], None),
    ],
)
def test_region(texts: list[str], expected: str | None) -> None:
    assert region_of(texts) == expected


def test_importing_loads_no_slow_library() -> None:
    code = (
        "import sys, docai.extraction.normalise;"
        "print([m for m in ('babel', 'phonenumbers', 'dateparser') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
