"""Grounding: planted values must be found at exactly the words they were planted at."""

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from docai.extraction.ground import MIN_SIMILARITY, ground, letters, similarity
from docai.reading import Reading
from docai.testing import typed_reading

# Fillers and values share no letter, so that only the planted words can print the value.
fillers = st.lists(st.text("ABCDEFGH0123", min_size=1, max_size=8), max_size=25)
values = st.lists(st.text("QRSTUVWXYZ6789", min_size=2, max_size=9), min_size=1, max_size=6)


def read(words: list[str], per_line: int) -> Reading:
    rows = [" ".join(words[i : i + per_line]) for i in range(0, len(words), per_line)]
    return typed_reading(rows)


def words_of(text: str, reading: Reading) -> list[str]:
    found = ground(text, reading)
    return [reading.words[i].text for i in found.words] if found else []


@given(fillers, values, fillers, st.integers(1, 7))
def test_a_planted_value_is_found_word_for_word(
    before: list[str], value: list[str], after: list[str], per_line: int
) -> None:
    reading = read([*before, *value, *after], per_line)
    found = ground(" ".join(value), reading)
    assert found is not None
    assert found.words == tuple(range(len(before), len(before) + len(value)))
    assert found.similarity == 1.0


@given(fillers, values, fillers, st.integers(1, 7), st.data())
def test_one_ocr_slip_does_not_move_it(
    before: list[str], value: list[str], after: list[str], per_line: int, data: st.DataObject
) -> None:
    assume(sum(map(len, value)) >= 6 and min(map(len, value)) >= 3)
    n = data.draw(st.integers(0, len(value) - 1))
    at = data.draw(st.integers(0, len(value[n]) - 1))
    slipped = [*value]
    slipped[n] = value[n][:at] + "#" + value[n][at + 1 :]  # a smudge: no letter at all
    reading = read([*before, *slipped, *after], per_line)
    found = ground(" ".join(value), reading)
    assert found is not None
    assert found.words == tuple(range(len(before), len(before) + len(value)))
    assert 1 - 1 / 6 <= found.similarity < 1.0


@given(fillers, values, st.integers(1, 7))
def test_what_is_printed_nowhere_is_not_found(
    words: list[str], value: list[str], per_line: int
) -> None:
    assert ground(" ".join(value), read(words, per_line)) is None


@given(
    st.lists(st.text(string.ascii_uppercase + string.digits + ".,-", min_size=1), max_size=20),
    st.text(string.ascii_uppercase + string.digits + " .,-", min_size=1, max_size=30),
    st.integers(1, 7),
)
def test_what_is_found_is_as_alike_as_said(words: list[str], text: str, per_line: int) -> None:
    reading = read(words, per_line)
    found = ground(text, reading)
    if found is None:
        return
    assert list(found.words) == sorted(set(found.words))
    printed = "".join(reading.words[i].text for i in found.words)
    assert found.similarity == similarity(text, printed) >= MIN_SIMILARITY


def test_a_repeated_value_is_found_where_all_of_it_stands() -> None:
    reading = typed_reading(["BOOK TA", "CASH", "BOOK TA K SDN BHD", "BOOK"])
    assert words_of("BOOK TA K SDN BHD", reading) == ["BOOK", "TA", "K", "SDN", "BHD"]
    found = ground("BOOK TA K SDN BHD", reading)
    assert found is not None
    assert found.words == (3, 4, 5, 6, 7)


def test_of_two_equal_prints_one_is_evidence_not_both() -> None:
    reading = typed_reading(["TOTAL 9.00", "CASH 9.00"])
    assert words_of("9.00", reading) == ["9.00"]


def test_a_value_may_go_on_in_the_next_line() -> None:
    reading = typed_reading(["STALL 5", "12 JALAN BESAR", "81100 JOHOR BAHRU", "TEL 07-1234567"])
    found = ground("12 JALAN BESAR 81100 JOHOR BAHRU", reading)
    assert found is not None
    assert found.words == (2, 3, 4, 5, 6, 7)


def test_a_phone_between_two_lines_of_an_address_is_left_out() -> None:
    reading = typed_reading(
        ["KEDAI RUNCIT", "12 JALAN BESAR", "TEL 07-3554321", "81100 JOHOR BAHRU", "RECEIPT 77"]
    )
    found = ground("12 JALAN BESAR 81100 JOHOR BAHRU", reading)
    assert found is not None
    assert found.words == (2, 3, 4, 7, 8, 9)
    assert found.similarity == 1.0


def test_words_that_ocr_glued_together_are_one_piece_of_evidence() -> None:
    assert words_of("JALAN BESAR", typed_reading(["12", "JALANBESAR", "JOHOR"])) == ["JALANBESAR"]


def test_words_that_ocr_tore_apart_belong_together() -> None:
    reading = typed_reading(["THE RES TAU RANT", "MAIN ST"])
    assert words_of("RESTAURANT", reading) == ["RES", "TAU", "RANT"]


@pytest.mark.parametrize(
    ("asked", "printed"),
    [
        ("Café Zürich", "CAFE ZURICH"),
        ("CAFE ZURICH", "Café Zürich"),
        ("Œuvres Łódź", "ŒUVRES ŁÓDŹ"),
        ("谢谢惠顾", "谢谢惠顾"),
        ("١٢٣٤", "١٢٣٤"),
    ],
)
def test_case_and_accents_do_not_matter(asked: str, printed: str) -> None:
    reading = typed_reading(["AAA BBB", printed, "CCC"])
    assert words_of(asked, reading) == printed.split()


def test_lone_signs_at_the_ends_are_not_evidence() -> None:
    assert words_of("JOHOR BAHRU", typed_reading(["- JOHOR BAHRU - *"])) == ["JOHOR", "BAHRU"]


@pytest.mark.parametrize("text", ["", "  ", "-*-"])
def test_a_value_without_letters_is_nowhere(text: str) -> None:
    assert ground(text, typed_reading(["TOTAL 9.00"])) is None


@pytest.mark.parametrize("lines", [[], ["-", "* *"]])
def test_a_page_without_letters_prints_nothing(lines: list[str]) -> None:
    assert ground("TOTAL", typed_reading(lines)) is None


def test_a_value_longer_than_the_page_is_matched_with_all_of_it() -> None:
    assert words_of("BOOK TA K SDN", typed_reading(["BOOK TA", "K"])) == ["BOOK", "TA", "K"]


def test_letters_drops_accents_signs_and_case() -> None:
    assert letters("Crème-brûlée, 2×") == "CREMEBRULEE2"


def test_similarity_ignores_spaces_and_signs() -> None:
    assert similarity("RM 9.00", "rm9,00") == 1.0
    assert similarity("ABCD", "ABCE") == 0.75


def test_a_whole_word_is_better_than_a_part_of_another() -> None:
    reading = typed_reading(["CASH 15.00", "AB CD EF GH", "IJ KL MN", "TIP 5.00"])
    assert words_of("5.00", reading) == ["5.00"]


def test_of_equal_letters_the_same_signs_are_better() -> None:
    assert words_of("1.50", typed_reading(["STALL 150", "TOTAL 1.50"])) == ["1.50"]
