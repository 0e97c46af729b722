"""Which country a page comes from, by what only that country prints."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from docai.extraction.digits import fold

_US_STATES = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|DC|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ"
    "|NM|NY|NC|ND|OH|OK|OR|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY"
)
_MY_STATES = (
    "JOHOR|SELANGOR|KUALA LUMPUR|PENANG|PULAU PINANG|PERAK|MELAKA|KEDAH|KELANTAN|PAHANG|SABAH"
    "|SARAWAK|NEGERI SEMBILAN|TERENGGANU|PERLIS|PUTRAJAYA|SHAH ALAM|PETALING JAYA|JOHOR BAHRU"
)
_B, _E = r"(?<![^\W_])", r"(?![^\W_])"  # where a word begins and ends
_L = r"(?<![^\W\d_])"  # not right behind a letter; transcripts glue words to digits

# (country, weight, what it prints). Weight 3 is found nowhere else (a register or tax number), 2
# is a country, a state with a postcode or a currency sign of its own, 1 a hint that needs company.
_CLUES: tuple[tuple[str, int, str], ...] = (
    ("MY", 3, r"SDN\.?\s*BHD"),
    ("MY", 2, rf"{_B}GST\s*(?:REG|ID|NO|\W)*0\d{{11}}{_E}|{_B}S/B\s*\(\d{{5,7}}-[A-Z]\)"),
    ("MY", 2, rf"{_B}\d{{5}},?\s*KL{_E}|{_B}(?:JLN|TMN|SELANGOR){_E}"),
    ("MY", 1, rf"{_B}\d{{5,9}}-[A-Z]{_E}"),
    ("MY", 2, rf"\d{{5}},?\s*(?:[A-Z ]{{3,20}},\s*)?(?:{_MY_STATES}){_E}|{_B}MALAYSIA{_E}"),
    ("MY", 2, rf"{_L}RM\s?\d+\.\d\d{_E}|{_B}(?:MYR|JALAN|SST ID){_E}"),
    ("SG", 3, rf"{_B}SINGAPORE\s*\(?\d{{6}}{_E}|{_B}S\(\d{{6}}\)|S\$\s?\d"),
    ("SG", 2, rf"{_B}SINGAPORE|{_L}PTE\.?\s*LTD|{_B}SGD{_E}"),
    ("AU", 3, rf"{_B}A\.?B\.?N\.?\W{{0,3}}\d\d ?\d{{3}} ?\d{{3}} ?\d{{3}}{_E}"),
    ("AU", 3, rf"{_L}(?:NSW|VIC|QLD|TAS),?\s*\d{{4}}{_E}|{_L}PTY\.?\s*LTD"),
    ("AU", 1, rf"{_L}(?:ACT|SA|WA|NT),?\s*\d{{4}}{_E}"),
    ("AU", 2, rf"{_B}AUSTRALIA{_E}|{_B}AUD{_E}"),
    ("NZ", 2, rf"{_B}NEW\s*ZEALAND{_E}|{_B}(?:NZD|NZBN|AUCKLAND){_E}|NZ\$"),
    (
        "CA",
        3,
        rf"{_L}[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z] ?\d[A-Z]\d{_E}|{_B}(?:TVQ|QST|HST){_E}",
    ),
    (
        "CA",
        2,
        rf"{_B}(?:CANADA|ONTARIO|QUEBEC|BURNABY|VANCOUVER|TORONTO|BRITISH COLUMBIA){_E}|CA\$",
    ),
    (
        "US",
        2,
        rf"{_L}(?:{_US_STATES})[.,]?\s*\d{{5}}(?:-\d{{4}})?{_E}|{_B}(?:USA|U\.S\.A\.|USD){_E}",
    ),
    ("US", 1, rf"{_B}(?:SALES ?TAX|STATE ?TAX|EBT){_E}"),
    ("US", 1, rf",\s?(?:{_US_STATES})$|(?:{_US_STATES})\s?\d{{5}}(?:US)?{_E}"),
    ("GB", 2, rf"{_L}[A-Z]{{1,2}}\d[\dA-Z]? ?\d[ABD-HJLNP-UW-Z]{{2}}{_E}|{_B}(?:GBP|LONDON){_E}|£"),
    ("GB", 2, rf"{_B}(?:UNITED KINGDOM|ENGLAND|SCOTLAND)"),
    ("GB", 2, rf"{_B}VAT\D{{0,9}}(?:GB ?)?\d{{3}} ?\d{{4}} ?\d\d(?!\d)"),
    ("IE", 3, rf"{_B}(?:IRELAND|DUBLIN){_E}|{_B}VAT\D{{0,9}}IE\s?\d"),
    ("DE", 3, rf"{_B}STEUER-?\s?NR|UST-?ID|{_B}DE\d{{9}}{_E}|{_B}DEUTSCHLAND{_E}"),
    ("DE", 2, r"\d{5}\s?(?:BERLIN|HAMBURG|MÜNCHEN|KÖLN|FRANKFURT|STUTTGART)"),
    ("DE", 1, rf"{_L}GMBH{_E}|{_L}MWST|STRA(?:SS|ß)E|{_B}RECHNUNG|{_B}BITTE{_E}"),
    ("AT", 4, rf"{_B}ATU\d{{8}}|{_B}ÖSTERREICH"),
    ("CH", 4, rf"{_B}CHE-?\d{{3}}|{_B}(?:SCHWEIZ|SUISSE|SVIZZERA){_E}|{_B}CHF{_E}"),
    ("FR", 3, rf"{_B}(?:SIRET|SIREN)|{_B}FR\s?\d{{2}}\s?\d{{9}}"),
    ("FR", 1, rf"{_B}(?:TVA|FRANCE|FACTURE|MERCI){_E}"),
    ("IT", 3, rf"{_B}P\.?\s?IVA|{_B}(?:SCONTRINO|PARTITA IVA|ITALIA){_E}"),
    (
        "ES",
        3,
        rf"{_B}(?:C\.?I\.?F|N\.?I\.?F)\W{{0,3}}[A-Z]-?\d{{7}}|FACTURA ?SIMPLIFICADA",
    ),
    ("ES", 3, rf"{_B}ESPAÑA|BARCELONA|MADRID{_E}"),
    ("PT", 3, rf"{_B}CONTRIBUINTE|{_B}PORTUGAL{_E}"),
    ("NL", 3, rf"{_B}NL\d{{9}}B\d\d|{_B}(?:KVK|NEDERLAND){_E}"),
    ("NL", 1, rf"{_B}(?:BTW|BEDANKT)"),
    ("NL", 2, r"AMSTERDAM|ROTTERDAM|DEN HAAG"),
    ("BE", 3, rf"{_B}BE\s?0\d{{3}}\.?\d{{3}}\.?\d{{3}}|{_B}(?:BELGIË|BELGIQUE|BELGIUM){_E}"),
    ("SE", 3, rf"{_B}(?:ORG\.?\s?NR\W*\d{{6}}-\d{{4}}|SVERIGE|SEK){_E}"),
    ("NO", 3, rf"{_B}(?:\d{{9}}\s?MVA|NORGE|NOK|FORETAKSREGISTERET){_E}"),
    ("DK", 3, rf"{_B}(?:CVR|DANMARK|DKK){_E}"),
    ("PL", 3, rf"{_B}(?:PARAGON FISKALNY|PLN){_E}|zł"),
    ("JP", 2, r"[\u3041-\u30fa]{2}"),
    ("KR", 2, r"[\uac00-\ud7a3]{2}|₩"),
    ("TW", 3, rf"{_B}(?:TAIWAN|TAIPEI){_E}|統一編號|統一發票|臺灣|台灣|NT\$"),
    ("HK", 3, rf"{_B}HONG\s*KONG|{_B}(?:KOWLOON|HKD){_E}|香港|HK\$"),
    ("CN", 2, r"人民币|中国|税号|谢谢|小计|总计"),
    ("TH", 2, rf"[\u0e01-\u0e5b]{{2}}|฿|{_B}(?:THAILAND|BANGKOK|THB){_E}"),
    ("ID", 3, rf"{_B}NPWP{_E}|{_B}INDONESIA{_E}|{_B}JAKARTA|{_B}IDR{_E}"),
    ("ID", 2, rf"{_L}RP\.?\s?\d{{1,3}}[.,]\d{{3}}|{_B}(?:TUNAI|KEMBALI|TERIMA KASIH){_E}"),
    ("PH", 3, rf"{_B}(?:PHILIPPINES|MANILA|MAKATI|QUEZON CITY|PHP){_E}|{_B}VAT REG TIN|₱"),
    ("IN", 3, rf"{_B}(?:GSTIN|CGST|SGST|INDIA|INR){_E}|₹"),
    ("AE", 3, rf"{_B}(?:DUBAI|ABU ?DHABI)|{_B}(?:UAE|U\.A\.E\.|AED){_E}"),
    ("SA", 3, rf"{_B}(?:SAUDI|RIYADH|JEDDAH|SAR){_E}"),
    ("VN", 3, rf"{_B}(?:VIETNAM|VIỆT NAM|VND){_E}|₫"),
    ("BR", 3, rf"{_B}(?:CNPJ|BRASIL){_E}|R\$"),
    ("MX", 3, rf"{_B}(?:MEXICO|MÉXICO){_E}|{_B}RFC\W{{0,2}}[A-Z]{{3,4}}\d{{6}}"),
    ("ZA", 3, rf"{_B}(?:SOUTH AFRICA|ZAR|JOHANNESBURG|CAPE TOWN){_E}"),
)
_PATTERNS = tuple((region, weight, re.compile(clue, re.M)) for region, weight, clue in _CLUES)
_TLDS = (
    "UK|MY|SG|AU|NZ|IE|AE|ID|PH|TH|HK|IN|ZA|JP|KR|DE|AT|CH|FR|IT|ES|PT|NL|BE|SE|NO|DK|PL|BR|MX|CA"
)
_DOMAIN = re.compile(rf"(?:WWW\.|@)[\w.-]*?\.({_TLDS}){_E}|\.COM?\.({_TLDS}){_E}")
_INTERNATIONAL = re.compile(r"(?<![\d+])\+\s?\(?(\d[\d\s().-]{7,16}\d)")
_NANP = re.compile(r"(?<!\d)\(?([2-9]\d\d)[)\-. ]{1,2}([2-9]\d\d)[-. ]?(\d{4})(?!\d)")
_ENOUGH = 2  # one hint alone names no country


def region_of(texts: Iterable[str]) -> str | None:
    """Return the ISO 3166 code of the country that ``texts`` come from, None if unclear.

    Args:
        texts: the lines of a document.
    """
    return _region("\n".join(texts))


@lru_cache(maxsize=8)  # currency, dates and phone ask for the same page
def _region(page: str) -> str | None:
    """Return the country with the most clues on ``page``; None for too few, or a tie."""
    page = fold(page).upper().replace("\u00a0", " ")
    votes: Counter[str] = Counter()
    for region, weight, pattern in _PATTERNS:
        if pattern.search(page):
            votes[region] += weight
    hints = (_phone_region(page), _domain_region(page))
    votes.update({region: 2 * hints.count(region) for region in hints if region})
    first, second = [*votes.most_common(2), ("", 0), ("", 0)][:2]
    return first[0] if first[1] >= _ENOUGH and first[1] > second[1] else None


def _domain_region(page: str) -> str | None:
    """Return the country of the first web or mail address on ``page`` that names one."""
    match = _DOMAIN.search(page)
    country = match and (match[1] or match[2])
    return "GB" if country == "UK" else country


def _phone_region(page: str) -> str | None:
    """Return the country of the first phone number on ``page`` that names one."""
    if match := _INTERNATIONAL.search(page):
        return _number_region("+" + match[1])
    if match := _NANP.search(page):
        return _number_region("+1" + "".join(match.groups()))
    return None


def _number_region(number: str) -> str | None:
    """Return the country of an international phone number, None for no valid number."""
    import phonenumbers  # 0.1 s, only for pages that print such a number

    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return None
    region: str | None = phonenumbers.region_code_for_number(parsed)
    return region if region and len(region) == 2 else None
