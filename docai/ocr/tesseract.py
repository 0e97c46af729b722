"""Tesseract 5 as Debian packages it: many languages offline, Korean among them.

Spoken to through its command line: a page comes and goes through pipes, a hanging page can be
killed, and a crash stays in its own process. `pytesseract` would run the same command, by way of
temporary files.

Tesseract reads upright pages only, and its own detection of orientation costs more than reading
and is unsure (wrong on 2 of 16 turned receipts). So the page is turned beforehand, by the lines
that `docai.ocr.detection` finds; their height tells the scale, too.
"""

import csv
import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import cv2
import numpy as np

from docai.document import Page, Picture
from docai.errors import OcrError
from docai.geometry import Box, Polygon, box_polygon, polygon_box, union, unrotate_polygon
from docai.ocr.detection import Detector
from docai.ocr.orientation import HalfTurn, straighten
from docai.ocr.reading_order import reading_order
from docai.ocr.recognition import Recogniser
from docai.ocr.weights import DETECTION, LIBRARIES, RECOGNITION, TURNED
from docai.provenance import Provenance, hashes, versions
from docai.reading import Line, Reading, Word

# Of detected lines, which are some two thirds higher than capitals. Word F1 on six receipts:
# 74 as scanned, 73 at 36, 75 at 48, 74 at 60 pixels.
LINE_HEIGHT_PX = 48.0
SCALES = (0.25, 3.0)  # from large print to small
LONGEST_SIDE_PX = 6000
MIN_CONFIDENCE = 0.3  # below it a "word" is a logo, a rule or a crease: word F1 gains 1
LEVEL_DEG = 0.5  # a smaller skew is not worth a resampling
# One column of lines of any size. Fully automatic segmentation (3) loses whole lines of Hangul:
# it found 58 % of the characters on eight drawn receipts, this 92 %, for 0.9 word F1 on SROIE.
SEGMENTATION = "4"
START_TIMEOUT_S = 20.0

_FIRST_LINE = re.compile(r"tesseract v?(\S+)")
HANGUL_GAP = 0.25  # of the height; narrower is no space
_HANGUL = re.compile(r"[\uac00-\ud7a3]")


@dataclass(frozen=True, slots=True)
class _Seen:
    """One word that Tesseract saw, in pixels of the picture it was given."""

    line: tuple[str, str, str]
    text: str
    box: Box
    confidence: float


class Tesseract:
    """Reads pages with the `tesseract` command. Meets `docai.ocr.engine.OcrEngine`."""

    def __init__(self, lang: str = "eng", timeout_s: float = 120.0) -> None:
        """Look for the command and its languages.

        Args:
            lang: Tesseract's code of a language, or several joined by ``+``. A Korean page with
                any Latin words wants ``kor+eng``: ``kor`` alone reads those as noise.
            timeout_s: the longest that one page may take.

        Raises:
            OcrError: the command or a language is not installed; the message names the package.
        """
        self._version = _version(lang)
        self.name = f"tesseract-{self._version}/{lang}"
        _check_languages(lang)
        self._lang = lang
        self._timeout_s = timeout_s
        self._detector = Detector()
        self._half_turn = HalfTurn(Recogniser())

    def provenance(self) -> Provenance:
        """See `docai.provenance.Traceable`; the weights are of what turns the page."""
        return Provenance(
            engine=self.name,
            versions={"tesseract": self._version, **versions("rapidocr", *LIBRARIES)},
            weights=hashes([DETECTION.path, RECOGNITION.path, TURNED.path]),
            models=tuple(f"{code}.traineddata" for code in self._lang.split("+")),
        )

    def read(self, page: Page) -> Reading:
        """See `docai.ocr.engine.OcrEngine.read`."""
        upright = straighten(page.picture, self._detector, self._half_turn, level_deg=LEVEL_DEG)
        scale = _scale(upright.picture, _line_height(upright.polygons))
        seen = list(_parse(self._run(_resize(upright.picture, scale), page.number)))

        def to_page(box: Box) -> Polygon:
            x0, y0, x1, y1 = (side / scale for side in box)
            polygon = box_polygon((x0, y0, x1, y1))
            return unrotate_polygon(polygon, upright.angle_deg, page.height, page.width)

        words: list[Word] = []
        lines: list[Line] = []
        for line in _lines(seen):
            start = len(words)
            words.extend(Word(word.text, to_page(word.box), word.confidence) for word in line)
            lines.append(Line(start, len(words), to_page(union(word.box for word in line))))
        size = (page.height, page.width)
        angle_deg = upright.angle_deg
        return Reading(page.number, size, tuple(words), tuple(lines), angle_deg, self.name)

    def _run(self, picture: Picture, number: int) -> str:
        """Have page ``number`` read; return Tesseract's table."""
        grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
        pgm = cv2.imencode(".pgm", grey)[1].tobytes()
        arguments = ["stdin", "stdout", "-l", self._lang, "--psm", SEGMENTATION, "--dpi", "300"]
        try:
            return _tesseract([*arguments, "tsv"], self._timeout_s, pgm)
        except subprocess.TimeoutExpired as error:
            raise OcrError(
                f"Tesseract took longer than {self._timeout_s:g} s for page {number}; "
                "allow more time or send a smaller picture"
            ) from error


def _tesseract(arguments: Sequence[str], timeout_s: float, stdin: bytes = b"") -> str:
    """Run the command and return what it says.

    One thread: Tesseract's own threads burn six times the CPU for little speed.
    """
    done = subprocess.run(
        ["tesseract", *arguments],
        input=stdin,
        capture_output=True,
        timeout=timeout_s,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        check=False,
    )
    if done.returncode:
        last_words = done.stderr.decode("utf-8", "replace").strip()[-300:]
        raise OcrError(f"Tesseract stopped with status {done.returncode}: {last_words}")
    return done.stdout.decode("utf-8", "replace")


def _version(lang: str) -> str:
    """Return the version of the installed command."""
    try:
        first_line = _tesseract(["--version"], START_TIMEOUT_S)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise OcrError(
            f"the tesseract command cannot be run ({error}); "
            f"install it: apt-get install tesseract-ocr {_packages(lang.split('+'))}"
        ) from error
    match = _FIRST_LINE.match(first_line)
    return match[1] if match else "unknown"


def _check_languages(lang: str) -> None:
    """Refuse languages that are not installed."""
    installed = _tesseract(["--list-langs"], START_TIMEOUT_S).splitlines()[1:]
    missing = [code for code in lang.split("+") if code not in installed]
    if missing:
        raise OcrError(
            f"Tesseract has no language {', '.join(map(repr, missing))}; "
            f"it has {', '.join(installed) or 'none'}. Install it: "
            f"apt-get install {_packages(missing)}"
        )


def _packages(codes: Sequence[str]) -> str:
    """Return the Debian packages of some languages."""
    return " ".join(f"tesseract-ocr-{code.lower().replace('_', '-')}" for code in codes)


def _line_height(polygons: Sequence[Polygon]) -> float | None:
    """Return the median height of upright lines; None where there are none."""
    boxes = [polygon_box(polygon) for polygon in polygons]
    return float(np.median([y1 - y0 for _, y0, _, y1 in boxes])) if boxes else None


def _scale(picture: Picture, line_height: float | None) -> float:
    """Return the factor that brings lines to the height that Tesseract reads best."""
    wanted = 1.0 if line_height is None else float(np.clip(LINE_HEIGHT_PX / line_height, *SCALES))
    return float(min(wanted, LONGEST_SIDE_PX / max(picture.shape)))


def _resize(picture: Picture, scale: float) -> Picture:
    """Scale ``picture`` by ``scale``."""
    height, width = (max(1, round(side * scale)) for side in picture.shape[:2])
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, (width, height), interpolation=way), np.uint8)


def _parse(table: str) -> Iterator[_Seen]:
    """Yield the words in Tesseract's table, in its order."""
    # The text may hold quotation marks, and nothing is ever quoted.
    for row in csv.DictReader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = (row["text"] or "").strip()
        if row["level"] != "5" or not text:
            continue
        x, y, width, height = (float(row[key]) for key in ("left", "top", "width", "height"))
        confidence = min(float(row["conf"]) / 100, 1.0)
        if confidence >= MIN_CONFIDENCE:
            line = (row["block_num"], row["par_num"], row["line_num"])
            yield _Seen(line, text, (x, y, x + width, y + height), confidence)


def _joined(line: Sequence[_Seen]) -> list[_Seen]:
    """Put Hangul syllables together that stand closer than words do; Tesseract tears them apart."""
    out: list[_Seen] = []
    for word in line:
        last = out[-1] if out else None
        is_near = last and word.box[0] - last.box[2] < HANGUL_GAP * (word.box[3] - word.box[1])
        if last and is_near and _HANGUL.search(last.text[-1]) and _HANGUL.search(word.text[0]):
            confidence = min(last.confidence, word.confidence)
            both = union((last.box, word.box))
            out[-1] = _Seen(last.line, last.text + word.text, both, confidence)
        else:
            out.append(word)
    return out


def _lines(seen: Sequence[_Seen]) -> list[list[_Seen]]:
    """Group words into Tesseract's lines, in reading order."""
    found = [_joined(list(line)) for _, line in groupby(seen, key=lambda word: word.line)]
    around = [box_polygon(union(word.box for word in line)) for line in found]
    return [found[n] for n in reading_order(around)]
