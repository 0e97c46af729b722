import itertools

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.multipart import Parser, PartBegin, PartEnd, display_name
from api.problems import Problem

BOUNDARY = "--b-b"
DELIMITER = b"\r\n----b-b"
# Whatever a delimiter could be mistaken for.
tricky = st.lists(
    st.sampled_from([b"\r\n", b"\r", b"\n", b"--", b"-", b"b", b"\r\n----b-", b"\r\n--", b"\0"])
    | st.binary(max_size=8),
    max_size=30,
).map(b"".join)
contents = tricky.filter(lambda content: DELIMITER not in content + DELIMITER[:-1])
# Control characters, and what looks escaped, have no encoding of their own: see _ESCAPED.
names = st.text(
    st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("%\"\\;=*?' "), max_size=30
).filter(lambda name: not any(one in name for one in ("%22", "%0D", "%0A")))
texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=50).filter(
    lambda text: DELIMITER not in b"\r\n" + text.encode() + DELIMITER[:-1]
)


def encoded(fields: dict[str, str], files: list[tuple[str, str, bytes]]) -> bytes:
    """Let httpx encode a form."""
    request = httpx.Request(
        "POST",
        "http://docai/",
        data=fields,
        files=[(name, (file_name, content)) for name, file_name, content in files],
        headers={"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"},
    )
    return request.read()


def cut(body: bytes, at: set[int]) -> list[bytes]:
    edges = [0, *sorted(at), len(body)]
    return [body[start:end] for start, end in itertools.pairwise(edges)]


cuts = st.sets(st.integers(0, 2000), max_size=30)


@settings(max_examples=200)
@given(
    st.dictionaries(names, texts, max_size=4),
    st.lists(st.tuples(names, names.filter(bool), contents), min_size=1, max_size=4),
    cuts | st.just(set(range(10_000))),
)
def test_any_form_in_any_chunks_is_taken_apart_again(
    fields: dict[str, str], files: list[tuple[str, str, bytes]], at: set[int]
) -> None:
    body = encoded(fields, files)
    parser = Parser(f"multipart/form-data; boundary={BOUNDARY}")
    parts: list[tuple[str, str | None, bytes]] = []
    for chunk in cut(body, {one for one in at if one < len(body)}):
        for event in parser.feed(chunk):
            if isinstance(event, PartBegin):
                begun, content = event, b""
            elif isinstance(event, PartEnd):
                parts.append((begun.name, begun.file_name, content))
            else:
                content += event
    assert parser.is_complete
    wanted = [(name, None, text.encode()) for name, text in fields.items()]
    assert parts == [*wanted, *files]


@given(st.binary(max_size=200), cuts)
def test_no_body_makes_the_parser_stumble(body: bytes, at: set[int]) -> None:
    parser = Parser("multipart/form-data; boundary=x")
    for chunk in cut(b"--x\r\nContent-Disposition: " + body, at):
        try:
            parser.feed(chunk)
        except Problem as problem:
            assert problem.code == "invalid_multipart"
            return


@pytest.mark.parametrize(
    ("header", "name", "file_name"),
    [
        ("form-data; name=file; filename=a.pdf", "file", "a.pdf"),
        ('Form-Data ; NAME = "file" ; FileName = "a;b.pdf"', "file", "a;b.pdf"),
        ("form-data; name=\"file\"; filename*=UTF-8''%e2%82%ac%20rates.pdf", "file", "€ rates.pdf"),
        ("form-data; name=\"file\"; filename*=iso-8859-1'en'%A3.pdf", "file", "£.pdf"),
        ('form-data; name="f"; filename="x"; filename*=UTF-8\'\'y', "f", "y"),
        ('form-data; name="f"; filename="x"; filename*=zlib\'\'y', "f", "x"),
        ("form-data; name=\"f\"; filename*=utf-16''y", "f", ""),
        ("form-data; name=\"f\"; filename*=utf-8''%ff%", "f", "\ufffd%"),
        ('form-data; name="a\\"b\\\\"; filename="C:\\temp\\x.pdf"', 'a"b\\', "C:\\temp\\x.pdf"),
        ('form-data; name="a%22b%25"; filename="%0D%0A.pdf"', 'a"b%25', "\r\n.pdf"),
        ('form-data; name="x"; name="y";', "x", None),
        ('form-data; name=""; filename=""', "", ""),
    ],
)
def test_names_are_read_as_browsers_and_libraries_write_them(
    header: str, name: str, file_name: str | None
) -> None:
    parser = Parser("multipart/form-data; boundary=x")
    body = f"--x\r\nContent-Disposition: {header}\r\n\r\n\r\n--x--"
    events = parser.feed(body.encode())
    assert events == [PartBegin(name, file_name), PartEnd()]


@pytest.mark.parametrize(
    ("file_name", "shown"),
    [
        ("C:\\Users\\me\\scan.pdf", "scan.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\x00b\r\nc\u202egpj.exe", "a b c gpj.exe"),
        ("  ünï  code.pdf ", "ünï code.pdf"),
        ("", "document"),
        ("..", "document"),
        ("x/", "document"),
        ("n" * 200, "n" * 200),
        ("n" * 201, "n" * 199 + "…"),
    ],
)
def test_file_names_are_shown_without_what_could_harm(file_name: str, shown: str) -> None:
    assert display_name(file_name) == shown
