"""Several invented receipts on one scan or photo, with the outline of each."""

import argparse
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from docai.document import Picture
from docai.geometry import Polygon
from docai.vlm.builtin.synth.receipt import CLEAN, generate
from docai.vlm.builtin.synth.sample import Sample

GROUNDS = ("lid", "blank", "grey", "dark", "wood")
"""What receipts lie on: a white scanner lid; one so white that no edge is seen; a grey or dark
lid; a table of wood, photographed."""

_A4_PX = (1754, 1240)  # (height, width) at 150 dpi
_COARSE = 4  # places are tried out on a grid of so many pixels
_TRIES = 60
DARK = 128  # a pixel of print is darker

Floats = NDArray[np.float32]
Corners = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scan:
    """A picture of several receipts.

    Attributes:
        picture: (H, W, 3) uint8 RGB.
        polygons: the paper of each receipt, clockwise from the corner where it begins; where
            paper and ground look the same, a rectangle around its print.
        samples: the receipts; their words lie in the frame of ``picture``.
        ground: one of `GROUNDS`.
    """

    picture: Picture
    polygons: tuple[Polygon, ...]
    samples: tuple[Sample, ...]
    ground: str


def scan(seed: int, *, count: int | None = None, ground: str | None = None) -> Scan:
    """Return receipts that lie apart at any angle; the same seed gives the same scan.

    Args:
        seed: any number.
        count: how many receipts are tried, 1 to 6; fewer are returned where they find no room.
        ground: one of `GROUNDS`; None leaves it to chance.
    """
    rng = random.Random(f"scan {seed}")
    ground = ground or rng.choice(GROUNDS)
    count = count or rng.choice((2, 2, 3, 3, 4, 4, 5, 6))
    size = rng.choice((_A4_PX, _A4_PX, _A4_PX[::-1], (1600, 1600), (1500, 2000)))
    receipts = [generate(rng.getrandbits(30), style=CLEAN) for _ in range(count)]
    placed = _placed(rng, receipts, size, is_photo=ground == "wood")
    pixels = np.random.default_rng(rng.getrandbits(32))
    canvas = _ground(pixels, rng, ground, size)
    paper = float(canvas.mean()) if ground == "blank" else rng.uniform(226, 250)
    for sample, corners in placed:
        _lay(canvas, sample, corners, rng, ground, paper)
    picture = _shot(pixels, rng, canvas, is_photo=ground == "wood")
    moved = tuple(_moved(sample, corners) for sample, corners in placed)
    outlines = [
        _print_rectangle(sample, corners) if ground == "blank" else corners
        for sample, corners in placed
    ]
    return Scan(picture, tuple(map(_polygon, outlines)), moved, ground)


def _placed(
    rng: random.Random, receipts: Sequence[Sample], size: tuple[int, int], *, is_photo: bool
) -> list[tuple[Sample, Corners]]:
    """Find a place for each receipt; smaller ones where there is no room for all."""
    share = rng.uniform(0.45, 0.62)  # of the area, that paper covers at first
    for _ in range(8):
        placed = _try_places(rng, receipts, size, share, is_photo)
        if len(placed) == len(receipts):
            break
        share *= 0.82
    return placed


def _try_places(
    rng: random.Random,
    receipts: Sequence[Sample],
    size: tuple[int, int],
    share: float,
    is_photo: bool,
) -> list[tuple[Sample, Corners]]:
    """Place receipts one by one where nothing lies yet, the largest first."""
    taken = np.zeros((size[0] // _COARSE, size[1] // _COARSE), np.uint8)
    gap = rng.choice((10, 16, 30))  # pixels between receipts, at least
    room = share * size[0] * size[1] / len(receipts)
    placed = []
    by_size = sorted(receipts, key=lambda s: -s.picture.shape[0] / s.picture.shape[1])
    for sample in by_size:
        height, width = sample.picture.shape[:2]
        scale = min(math.sqrt(room / (height * width)), 0.95 * max(size) / height, 2.0)
        scale *= rng.uniform(0.85, 1.0)
        for _ in range(_TRIES):
            corners = _corners(rng, (height * scale, width * scale), size, is_photo)
            if corners is not None and not _touches(taken, corners, gap):
                cv2.fillConvexPoly(taken, (corners / _COARSE).astype(np.int32), 1)
                placed.append((sample, corners))
                break
    return placed


def _corners(
    rng: random.Random, paper: tuple[float, float], size: tuple[int, int], is_photo: bool
) -> Corners | None:
    """Return the corners of a receipt thrown somewhere; None where it reaches over the edge."""
    height, width = paper
    angle = math.radians(rng.choice((0, 0, 0, 0, 90, 180, 270)) + rng.gauss(0, 2.5))
    if rng.random() < 0.3:
        angle = rng.uniform(0, 2 * math.pi)
    bent = 0.02 if is_photo else 0.004
    flat = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)], np.float64) * (width / 2, height / 2)
    flat += [[rng.uniform(-bent, bent) * min(paper) for _ in range(2)] for _ in range(4)]
    cos, sin = math.cos(angle), math.sin(angle)
    turned = flat @ np.array([[cos, sin], [-sin, cos]])
    low, high = turned.min(axis=0), turned.max(axis=0)
    room = np.array(size[::-1]) - (high - low) - 6
    if (room < 0).any():
        return None
    return np.asarray(turned - low + 3 + room * [rng.random(), rng.random()], np.float64)


def _touches(taken: NDArray[np.uint8], corners: Corners, gap: float) -> bool:
    """Tell whether a receipt, with ``gap`` pixels around it, lies on what is taken."""
    own = np.zeros_like(taken)
    cv2.fillConvexPoly(own, (corners / _COARSE).astype(np.int32), 1)
    reach = 2 * math.ceil(gap / _COARSE) + 1
    grown = np.asarray(cv2.dilate(own, np.ones((reach, reach), np.uint8)), np.uint8)
    return bool((grown & taken).any())


def _ground(
    pixels: np.random.Generator, rng: random.Random, ground: str, size: tuple[int, int]
) -> Floats:
    """Return what the receipts lie on, (H, W, 3) float32."""
    if ground != "wood":
        low, high = {"grey": (120, 205), "dark": (8, 60)}.get(ground, (247, 255))
        canvas = np.full((*size, 3), rng.uniform(low, high), np.float32)
        return canvas * _light(pixels, size, 0.02)
    colour = np.array(rng.choice(((150, 105, 66), (120, 78, 45), (176, 138, 98), (96, 66, 48))))
    across = cv2.resize(pixels.random((1, 90), dtype=np.float32), (size[1], 1))
    along = cv2.resize(pixels.random((12, 60), dtype=np.float32), size[::-1])
    grain = 0.75 + 0.25 * across[:, :, None] + 0.2 * along[:, :, None]
    canvas = np.asarray(colour * grain, np.float32) * _light(pixels, size, 0.25)
    return canvas if rng.random() < 0.5 else np.ascontiguousarray(canvas[::-1])


def _light(pixels: np.random.Generator, size: tuple[int, int], depth: float) -> Floats:
    """Return a smooth field of light in [1 - depth, 1], (H, W, 1)."""
    coarse = pixels.random((3, 3), dtype=np.float32)
    smooth = np.clip(cv2.resize(coarse, size[::-1], interpolation=cv2.INTER_CUBIC), 0, 1)
    field: Floats = (1 - np.float32(depth) * smooth)[:, :, None]
    return field


def _lay(
    canvas: Floats, sample: Sample, corners: Corners, rng: random.Random, ground: str, paper: float
) -> None:
    """Draw a receipt and its shadow onto the canvas."""
    height, width = canvas.shape[:2]
    inside = _mask(corners, (height, width))
    if ground != "blank":
        shift = (rng.uniform(1, 3), rng.uniform(1, 3))
        depth = rng.uniform(0.05, 0.25) if ground == "lid" else rng.uniform(0, 0.4)
        fallen = cv2.GaussianBlur(_mask(corners + shift, (height, width)), (0, 0), 1.6)
        canvas *= 1 - np.float32(depth) * fallen[:, :, None]
        paper = (
            min(paper, float(np.median(canvas)) - rng.uniform(4, 14)) if ground == "lid" else paper
        )
    warm = 0.0 if ground == "blank" else rng.uniform(0, 10)
    tint = np.array([paper, paper - warm * 0.4, paper - warm], np.float32)
    ink = np.array(rng.choice(((30, 30, 34), (55, 50, 80), (70, 70, 74))), np.float32)
    matrix = _matrix(sample, corners)
    black = np.ascontiguousarray(255 - sample.picture[:, :, 0]).astype(np.float32) / 255
    printed = cv2.warpPerspective(black, matrix, (width, height), flags=cv2.INTER_AREA)
    seen = tint + (ink - tint) * printed[:, :, None]
    canvas += (seen - canvas) * inside[:, :, None]


def _matrix(sample: Sample, corners: Corners) -> NDArray[np.float64]:
    """Return the (3, 3) homography from a receipt to where it lies."""
    rows, columns = sample.picture.shape[:2]
    flat = np.array([(0, 0), (columns, 0), (columns, rows), (0, rows)], np.float32)
    return np.asarray(cv2.getPerspectiveTransform(flat, corners.astype(np.float32)), np.float64)


def _mask(corners: Corners, size: tuple[int, int]) -> Floats:
    """Return 1 inside of a polygon and 0 outside, (H, W), its edge smooth."""
    mask = np.zeros(size, np.uint8)
    cv2.fillConvexPoly(mask, np.round(corners * 16).astype(np.int32), 255, cv2.LINE_AA, 4)
    return np.asarray(mask / 255, np.float32)


def _shot(
    pixels: np.random.Generator, rng: random.Random, canvas: Floats, *, is_photo: bool
) -> Picture:
    """Return the canvas as a scanner or a camera gives it: unsharp, with noise, as JPEG."""
    lit = canvas * _light(pixels, canvas.shape[:2], 0.3 if is_photo else 0.0)
    sigma = rng.uniform(0.3, 1.1 if is_photo else 0.7)
    out = np.asarray(cv2.GaussianBlur(lit, (0, 0), sigma), np.float32)
    noise = pixels.standard_normal(canvas.shape[:2], dtype=np.float32)
    out += noise[:, :, None] * np.float32(rng.uniform(0, 5 if is_photo else 2))
    bgr = np.asarray(np.clip(out[:, :, ::-1], 0, 255), np.uint8)
    _, file = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, rng.randint(60, 95)])
    read = np.asarray(cv2.imdecode(file, cv2.IMREAD_COLOR), np.uint8)
    return np.ascontiguousarray(read[:, :, ::-1])


def _moved(sample: Sample, corners: Corners) -> Sample:
    """Return a receipt with its words where they lie on the scan."""
    matrix = _matrix(sample, corners)
    points = np.array([word.polygon for word in sample.words], np.float64).reshape(-1, 1, 2)
    seen = np.asarray(cv2.perspectiveTransform(points, matrix), np.float64).reshape(-1, 4, 2)
    words = zip(sample.words, seen, strict=True)
    return replace(sample, words=tuple(replace(w, polygon=_polygon(p)) for w, p in words))


def _print_rectangle(sample: Sample, corners: Corners) -> Corners:
    """Return the smallest rectangle around what is printed on a receipt."""
    ys, xs = np.nonzero(sample.picture[:, :, 0] < DARK)
    points = np.column_stack([xs, ys]).astype(np.float32)[:, None]
    seen = cv2.perspectiveTransform(points, _matrix(sample, corners))
    return np.asarray(cv2.boxPoints(cv2.minAreaRect(seen)), np.float64)


def _polygon(corners: Corners) -> Polygon:
    """Return corners as a polygon."""
    a, b, c, d = ((float(x), float(y)) for x, y in corners)
    return (a, b, c, d)


def main(arguments: list[str] | None = None) -> None:
    """Write one scan as PNG."""
    parser = argparse.ArgumentParser(description="Render several invented receipts on one scan.")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int)
    parser.add_argument("--ground", choices=GROUNDS)
    parser.add_argument("--output", type=Path, required=True, help="the PNG file to write")
    asked = parser.parse_args(arguments)
    Image.fromarray(scan(asked.seed, count=asked.count, ground=asked.ground).picture).save(
        asked.output
    )


if __name__ == "__main__":
    main()
