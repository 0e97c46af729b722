"""Draw a small picture of every layout that the generator has: ``examples/contact_sheet.py``.

Layouts that are kept for measuring, and never trained on, have a grey ground.
"""

import argparse
import math
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from docai.document import Picture
from docai.errors import SettingsError
from docai.vlm.builtin.synth import form, invoice, other, receipt
from docai.vlm.builtin.synth.layouts import measured_layouts
from docai.vlm.builtin.synth.sample import Sample
from docai.vlm.builtin.synth.scan import scan

TILE = (190, 250)  # width and height of a page
NAME_PX = 16
COLUMNS = 12
WHITE, GREY = (255, 255, 255), (205, 210, 220)
SEED = 20
RECEIPTS = ("en_MY", "en_US", "de_DE", "fr_FR", "ko_KR", "ja_JP")

Make = Callable[..., tuple[Sample, ...]]


def main() -> None:
    """Write the sheet."""
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(__file__).parents[1] / "docs" / "generator.jpg"
    parser.add_argument("--output", type=Path, default=default)
    asked = parser.parse_args()
    tiles = [_receipt(code) for code in RECEIPTS]
    tiles.append(_tile("several on a scan", scan(SEED).picture, WHITE))
    for make, layouts in (
        (invoice.invoice, invoice.LAYOUTS),
        (form.form, form.LAYOUTS),
        (other.other, other.LAYOUTS),
    ):
        kept = measured_layouts(layouts)
        tiles += [_page(make, name, GREY if name in kept else WHITE) for name in layouts]
    rows = math.ceil(len(tiles) / COLUMNS)
    width, height = tiles[0].size
    sheet = Image.new("RGB", (COLUMNS * width, rows * height), WHITE)
    for number, tile in enumerate(tiles):
        sheet.paste(tile, (number % COLUMNS * width, number // COLUMNS * height))
    sheet.save(asked.output, quality=80)


def _receipt(code: str) -> Image.Image:
    """Return the tile of a receipt; an empty one where no font prints the language."""
    try:
        sample = receipt.generate(SEED, style=receipt.Style(code, 0.3))
    except SettingsError:
        return Image.new("RGB", (TILE[0] + 10, TILE[1] + NAME_PX + 10), WHITE)
    return _tile(f"receipt {code}", sample.picture, WHITE)


def _page(make: Make, layout: str, ground: tuple[int, int, int]) -> Image.Image:
    """Return the tile of the first page of a document in one layout."""
    for seed in range(SEED, SEED + 20):
        try:
            return _tile(layout, make(seed, layout=layout, noise=0.15)[0].picture, ground)
        except SettingsError:  # no font of this machine prints that language
            continue
    raise SystemExit(f"no font of this machine prints {layout}")


def _tile(name: str, picture: Picture, ground: tuple[int, int, int]) -> Image.Image:
    """Return a picture with its name below it."""
    tile = Image.new("RGB", (TILE[0] + 10, TILE[1] + NAME_PX + 10), ground)
    small = Image.fromarray(picture)
    small.thumbnail(TILE, Image.Resampling.LANCZOS)
    tile.paste(small, ((tile.width - small.width) // 2, 5))
    pen = ImageDraw.Draw(tile)
    pen.text((tile.width / 2, TILE[1] + 8), name, 0, ImageFont.load_default(12), anchor="ma")
    return tile


if __name__ == "__main__":
    main()
