"""Render the example documents: ``python examples/render.py``.

Every one is invented by docai's own generator; no real shop, person or purchase is in them.
"""

import io
from pathlib import Path

from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from docai.geometry import polygon_box
from docai.vlm.builtin.synth import CLEAN, Sample, Style, generate

HERE = Path(__file__).parent
DPI = 150
PHOTO_SEED, KOREAN_SEED, PRINT_SEED = 21, 3, 12


def main() -> None:
    """Write all examples next to this file."""
    photo = generate(PHOTO_SEED, style=Style("en_MY", 0.25))
    Image.fromarray(photo.picture).save(HERE / "receipt.png", optimize=True)
    korean = generate(KOREAN_SEED, style=Style("ko_KR", 0.0))
    Image.fromarray(korean.picture).save(HERE / "receipt-korean.png", optimize=True)
    printed = generate(PRINT_SEED, style=Style("en_GB", CLEAN.noise))
    (HERE / "receipt.pdf").write_bytes(born_digital(printed))


def born_digital(sample: Sample) -> bytes:
    """Return a PDF that prints the words of ``sample`` as text, each where the picture has it."""
    height, width = (side * 72 / DPI for side in sample.picture.shape[:2])
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(width, height), invariant=True)
    for word in sample.words:
        x0, y0, x1, y1 = (c * 72 / DPI for c in polygon_box(word.polygon))
        text = canvas.beginText(x0, height - y1 + (y1 - y0) * 0.22)
        size = (y1 - y0) * 0.85
        text.setFont("Helvetica", size)
        natural = canvas.stringWidth(word.text, "Helvetica", size)
        text.setHorizScale(100 * (x1 - x0) / max(natural, 1))
        text.textOut(word.text)
        canvas.drawText(text)
    canvas.save()
    return out.getvalue()


if __name__ == "__main__":
    main()
