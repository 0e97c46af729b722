"""How a flat clean strip becomes a scan or a photo: bends, light, blur, noise, JPEG."""

import random
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from docai.document import Picture
from docai.geometry import Polygon

Floats = NDArray[np.float32]
_COARSE = 8  # maps are computed on every 8th pixel and interpolated: they are smooth
_MAX_PIXELS = 1_400_000


@dataclass(frozen=True, slots=True)
class Wave:
    """A ripple of the paper: points move along one axis, by a sine of the other."""

    moves_x: bool
    amplitude: float
    length: float
    phase: float


@dataclass(frozen=True, slots=True)
class Warp:
    """The way from flat paper to picture.

    Attributes:
        matrix: 3 x 3 homography from rippled paper to picture.
        waves: ripples of the paper.
        paper: (height, width) of the flat paper.
        size: (height, width) of the picture.
    """

    matrix: NDArray[np.float64]
    waves: tuple[Wave, ...]
    paper: tuple[int, int]
    size: tuple[int, int]

    def polygons(self, boxes: list[tuple[float, float, float, float]]) -> list[Polygon]:
        """Return where the corners of paper ``boxes`` come to lie in the picture."""
        if not boxes:
            return []
        flat = np.array([((a, b), (c, b), (c, d), (a, d)) for a, b, c, d in boxes], np.float64)
        points = flat.reshape(-1, 2)
        bent = points
        for _ in range(3):  # fixed point: ripples are gentle, so this is exact to 0.01 px
            bent = points - _ripple(bent, self.waves)
        homogeneous = np.column_stack([bent, np.ones(len(bent))]) @ self.matrix.T
        out = (homogeneous[:, :2] / homogeneous[:, 2:]).reshape(-1, 4, 2)
        limit = np.array([self.size[1], self.size[0]], np.float64)
        clipped = np.clip(out, 0.0, limit).tolist()
        return [((*a,), (*b,), (*c,), (*d,)) for a, b, c, d in clipped]


def _ripple(points: NDArray[np.float64], waves: tuple[Wave, ...]) -> NDArray[np.float64]:
    """Return how far the ripples move ``points`` (N, 2)."""
    moved = np.zeros_like(points)
    for w in waves:
        along = points[:, 1] if w.moves_x else points[:, 0]
        moved[:, 0 if w.moves_x else 1] += w.amplitude * np.sin(along / w.length + w.phase)
    return moved


def plan(
    rng: random.Random,
    noise: float,
    paper: tuple[int, int],
    aims: tuple[float, float] | None = None,
) -> Warp:
    """Return how paper of (height, width) lies before the camera or on the scanner.

    Args:
        rng: of every choice.
        noise: 0 is a clean print, 1 a bad photo.
        paper: its size in pixels.
        aims: the paper's least and greatest width in the picture; None for those of receipts.
    """
    height, width = paper
    if noise < 0.01:
        return Warp(np.eye(3), (), paper, paper)
    is_photo = rng.random() < noise
    stretch = rng.uniform(1 - 0.15 * noise, 1 + 0.15 * noise)
    aim = rng.choice((rng.uniform(300, 500), rng.uniform(420, 800), rng.uniform(500, 900)))
    scale = min(aim / width, (_MAX_PIXELS * 0.6 / (height * width)) ** 0.5)
    scale = scale if aims is None else rng.uniform(*aims) / width
    angle = rng.gauss(0, 5 * noise) if is_photo else rng.gauss(0, 0.8 * noise)
    angle = rng.uniform(-15, 15) * noise if rng.random() < 0.1 * noise else angle
    skew = (0.06 if is_photo else 0.005) * noise
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float64)
    turn = np.deg2rad(angle)
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    seen = (corners * (scale * stretch, scale)) @ spin.T
    side = scale * min(width, height)
    seen += np.array([[rng.uniform(-skew, skew) * side for _ in range(2)] for _ in range(4)])
    border = [rng.uniform(0, 0.25 if is_photo else 0.12) * noise * side for _ in range(4)]
    border = [b * (rng.random() < 0.7) for b in border]
    seen += np.array(border[:2]) - seen.min(axis=0)
    size_wh = seen.max(axis=0) + np.array(border[2:])
    flat, lying = corners.astype(np.float32), seen.astype(np.float32)
    matrix = np.asarray(cv2.getPerspectiveTransform(flat, lying), np.float64)
    size = (int(np.ceil(size_wh[1])), int(np.ceil(size_wh[0])))
    return Warp(matrix, _waves(rng, noise, paper, is_photo), paper, size)


def _waves(
    rng: random.Random, noise: float, paper: tuple[int, int], is_photo: bool
) -> tuple[Wave, ...]:
    """Return the ripples of the paper: a slow bend and perhaps some wrinkles."""
    if rng.random() > 0.3 + 0.6 * noise:
        return ()
    reach = (9.0 if is_photo else 3.0) * noise
    slow = Wave(True, rng.uniform(0, reach), paper[0] * rng.uniform(0.1, 0.4), rng.uniform(0, 6.3))
    bend = Wave(False, rng.uniform(0, reach), paper[1] * rng.uniform(0.2, 0.5), rng.uniform(0, 6.3))
    return (slow, bend)


def picture_of(flat: NDArray[np.uint8], warp: Warp, noise: float, seed: int) -> Picture:
    """Return the picture of the ``flat`` (H, W) paper as (H', W', 3) uint8 RGB.

    Args:
        flat: black ink on white.
        warp: from `plan`.
        noise: 0 leaves the paper all but untouched, 1 spoils it badly.
        seed: of every random choice made here.
    """
    rng = np.random.default_rng(seed)
    if noise < 0.01:
        return np.repeat(flat[:, :, None], 3, axis=2)
    paper = _stain(rng, _faded(rng, flat, noise), noise)
    lit = _photograph(rng, paper, warp, noise)
    return _compress(rng, _shoot(rng, lit, noise), noise)


def _field(rng: np.random.Generator, size: tuple[int, int], cells: int) -> Floats:
    """Return a smooth random field in [0, 1] of (height, width)."""
    rows = max(2, cells * size[0] // max(1, size[1]))
    coarse = rng.random((min(rows, 4 * cells), cells), dtype=np.float32)
    return np.clip(cv2.resize(coarse, (size[1], size[0]), interpolation=cv2.INTER_CUBIC), 0, 1)


def _faded(rng: np.random.Generator, flat: NDArray[np.uint8], noise: float) -> Floats:
    """Return the ink in [0, 1]: pale, uneven, sometimes in dots like a needle printer's."""
    ink: Floats = 1.0 - flat.astype(np.float32) / 255.0
    if rng.random() < 0.25:
        ink = cv2.GaussianBlur(ink, (3, 3), 0) * np.float32(1.25)
    if rng.random() < 0.15 * min(1.0, 2 * noise):
        pitch = int(rng.integers(3, 5))
        ink[::pitch] *= np.float32(rng.uniform(0.3, 0.7))
        ink[:, ::pitch] *= np.float32(rng.uniform(0.3, 0.8))
    if rng.random() < 0.3 * noise:
        lost = rng.random(ink.shape, dtype=np.float32) < rng.uniform(0.05, 0.25)
        ink[lost] *= np.float32(0.3)
    strength = 1.0 - rng.uniform(0, 0.5) * noise
    uneven = 1.0 - np.float32(rng.uniform(0, 0.6) * noise) * _field(rng, flat.shape[:2], 3)
    return np.clip(ink * np.float32(strength) * uneven, 0, 1)


def _stain(rng: np.random.Generator, ink: Floats, noise: float) -> Picture:
    """Return tinted, folded paper with ``ink`` on it, (H, W, 3)."""
    height, width = ink.shape
    light = np.float32(1.0) - np.float32(0.18 * noise) * _field(rng, (height, width), 4)
    for _ in range(rng.integers(0, 4) if rng.random() < noise else 0):
        light *= _fold(rng, height, noise)[:, None]
    warm = rng.uniform(0, 22) * noise
    tint = np.array([252, 252 - warm * 0.4, 250 - warm], np.float32) - np.float32(
        25 * noise * rng.random()
    )
    colour = np.array(
        [(40, 40, 45), (20, 20, 20), (60, 55, 90), (50, 40, 60)][rng.integers(4)], np.float32
    )
    shade = light[:, :, None]
    paper = tint * shade
    inked = paper + (colour - paper) * ink[:, :, None]
    return np.asarray(np.clip(inked, 0, 255), np.uint8)


def _fold(rng: np.random.Generator, height: int, noise: float) -> Floats:
    """Return the light along the paper around one horizontal fold, (H,)."""
    y = np.arange(height, dtype=np.float32) - np.float32(rng.uniform(0, height))
    crease = np.exp(-np.abs(y) / np.float32(rng.uniform(1.5, 6)))
    slope = np.tanh(y / np.float32(height * 0.1)) * np.float32(rng.uniform(-0.08, 0.08))
    light: Floats = (1 - np.float32(rng.uniform(-0.1, 0.3) * noise) * crease) * (1 + slope)
    return light


def _photograph(rng: np.random.Generator, paper: Picture, warp: Warp, noise: float) -> Picture:
    """Return the paper as it lies, on what it lies on."""
    xs, ys = _source_maps(warp)
    behind = _table(rng, warp.size, noise)
    seen = cv2.remap(paper, xs, ys, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    height, width = warp.paper
    inside = (xs > -0.5) & (ys > -0.5) & (xs < width - 0.5) & (ys < height - 0.5)
    mask = cv2.blur(inside.astype(np.float32), (3, 3))[:, :, None]
    return np.asarray(behind + (seen - behind) * mask, np.uint8)


def _source_maps(warp: Warp) -> tuple[Floats, Floats]:
    """Return for each pixel of the picture where on the flat paper it comes from."""
    rows, cols = -(-warp.size[0] // _COARSE), -(-warp.size[1] // _COARSE)
    y, x = np.mgrid[0:rows, 0:cols] * float(_COARSE) + (_COARSE - 1) / 2
    points = np.column_stack([x.ravel(), y.ravel(), np.ones(x.size)])
    back = points @ np.linalg.inv(warp.matrix).T
    bent = back[:, :2] / back[:, 2:]
    flat = (bent + _ripple(bent, warp.waves)).astype(np.float32)
    full = (cols * _COARSE, rows * _COARSE)
    maps = [
        cv2.resize(flat[:, i].reshape(rows, cols), full, interpolation=cv2.INTER_LINEAR)
        for i in (0, 1)
    ]
    return maps[0][: warp.size[0], : warp.size[1]], maps[1][: warp.size[0], : warp.size[1]]


def _table(rng: np.random.Generator, size: tuple[int, int], noise: float) -> Floats:
    """Return what the paper lies on: a white or dark scanner lid, or a table of any colour."""
    if rng.random() > noise:
        level = rng.choice([255.0, 250.0, 255.0, 20.0])
        return np.full((*size, 3), level, np.float32)
    colour = rng.uniform(20, 190, 3).astype(np.float32)
    colour += (colour.mean() - colour) * np.float32(rng.uniform(0.5, 1.0))
    if rng.random() < 0.4:
        colour = colour.mean() * np.array([1.15, 0.95, 0.75], np.float32)
    grain = _field(rng, size, int(rng.choice([3, 12, 40])))
    if rng.random() < 0.5:
        streaks = _field(rng, (2, size[1]), 60)[:1]
        across = streaks if rng.random() < 0.5 else _field(rng, (2, size[0]), 60)[:1].T
        grain = np.float32(0.6) * grain + np.float32(0.4) * across
    return np.clip(colour * (np.float32(0.7) + np.float32(0.5) * grain[:, :, None]), 0, 255)


def _shoot(rng: np.random.Generator, picture: Picture, noise: float) -> Picture:
    """Return the picture under uneven light, out of focus, with sensor noise."""
    light = np.float32(1.0) - np.float32(0.35 * noise * rng.random()) * _field(
        rng, picture.shape[:2], 2
    )
    out = picture * light[:, :, None]
    if rng.random() < 0.5:
        sigma = float(rng.uniform(0.3, 0.5 + 0.9 * noise))
        out = cv2.GaussianBlur(out, (0, 0), sigma)
    grain = rng.standard_normal(picture.shape[:2], dtype=np.float32) * np.float32(
        rng.uniform(0, 9) * noise
    )
    return np.asarray(np.clip(out + grain[:, :, None], 0, 255), np.uint8)


def _compress(rng: np.random.Generator, picture: Picture, noise: float) -> Picture:
    """Return the picture after a JPEG file."""
    quality = int(rng.uniform(95 - 60 * noise, 96))
    _, file = cv2.imencode(".jpg", picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    read = np.asarray(cv2.imdecode(file, cv2.IMREAD_COLOR), np.uint8)
    return np.ascontiguousarray(read[:, :, ::-1])
