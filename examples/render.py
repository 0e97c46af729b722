"""Render the example documents: ``python examples/render.py``.

Every one is invented by docai's own generator; no real shop, person or purchase is in them. The
same fonts give the same files; the seeds were chosen for receipts that look like real ones.
"""

import io
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from PIL import Image
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from docai.geometry import polygon_box
from docai.vlm.builtin.synth.receipt import Style, generate
from docai.vlm.builtin.synth.sample import Sample, SynthWord

HERE = Path(__file__).parent
PHOTO = (2856, Style("en_US", 0.4))  # on a table, a little out of focus
KOREAN = (141, Style("ko_KR", 0.0))
PRINTED = (557, Style("en_GB", 0.0))  # in Liberation Sans, as wide as Helvetica in a PDF

JPEG_QUALITY = 90
KOREAN_SCALE = 2  # Hangul of 18 pixels is too small for Tesseract
POINTS_PER_PX = 72 / 190  # a strip of paper 80 mm wide
PRINTED_FACES = ("Helvetica", "Helvetica-Bold")
ASCENT, DESCENT = 0.80, 0.22  # of the generator's text boxes, in font sizes


def main() -> None:
    """Write all examples next to this file."""
    photo = Image.fromarray(_sample(PHOTO).picture)
    photo.save(HERE / "receipt.jpg", quality=JPEG_QUALITY, optimize=True)
    korean = Image.fromarray(_sample(KOREAN).picture).convert("L")
    size = (korean.width * KOREAN_SCALE, korean.height * KOREAN_SCALE)
    korean = korean.resize(size, Image.Resampling.LANCZOS)
    korean.save(HERE / "receipt-korean.png", optimize=True)
    (HERE / "receipt.pdf").write_bytes(born_digital(_sample(PRINTED)))


def born_digital(sample: Sample) -> bytes:
    """Return a PDF that prints the words of ``sample`` as text, each where the picture has it."""
    height, width = (side * POINTS_PER_PX for side in sample.picture.shape[:2])
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(width, height), invariant=True)
    for _, line in groupby(zip(sample.line_of_word, sample.words, strict=True), itemgetter(0)):
        _print(canvas, [word for _, word in line], height)
    canvas.save()
    return out.getvalue()


def _sample(what: tuple[int, Style]) -> Sample:
    """Return the receipt of a seed and a style."""
    seed, style = what
    return generate(seed, style=style)


def _print(canvas: Canvas, words: list[SynthWord], page_height: float) -> None:
    """Put the words of a line on the canvas, plain or bold as their widths tell."""
    boxes = [[c * POINTS_PER_PX for c in polygon_box(word.polygon)] for word in words]
    size = (boxes[0][3] - boxes[0][1]) / (ASCENT + DESCENT)
    printed = sum(x1 - x0 for x0, _, x1, _ in boxes)

    def misfit(face: str) -> float:
        width: float = sum(stringWidth(word.text, face, size) for word in words)
        return abs(width - printed)

    face = min(PRINTED_FACES, key=misfit)
    for word, (x0, _, x1, bottom) in zip(words, boxes, strict=True):
        text = canvas.beginText(x0, page_height - bottom + DESCENT * size)
        text.setFont(face, size)
        text.setHorizScale(100 * (x1 - x0) / stringWidth(word.text, face, size))
        text.textOut(word.text)
        canvas.drawText(text)


if __name__ == "__main__":
    main()
