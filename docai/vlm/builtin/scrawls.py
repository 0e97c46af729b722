"""Scrawls: signatures and other handwriting, told from print by size, slant and thin strokes."""

import cv2
import numpy as np

from docai.vlm.builtin.ink import Floats, Ink, Mask, level_runs, outlines_of, upright_runs

TALL = 1.5  # heights of type: lower pieces are print, or handwriting that OCR reads
TALLEST = 14.0
LEAST_LIKELY = 0.1
LINE_PX = 60  # ruling lines are taken out first


def scrawls(ink: Ink) -> tuple[Floats, Floats]:
    """Find pieces of ink that may be written by hand.

    Returns:
        (N, 4) boxes in pixels of the ink, and (N,) how likely each is handwriting.
    """
    rest = _without_lines(ink.mask)
    type_px = ink.type_px
    outlines, pieces, is_hole = outlines_of(rest)
    wide, high = pieces[:, 2].astype(np.float64), pieces[:, 3].astype(np.float64)
    kept = ~is_hole & (high >= TALL * type_px) & (high <= TALLEST * type_px)
    kept &= (wide >= 0.4 * high) & (wide <= 40 * type_px)
    boxes, likely = [], []
    for n in np.flatnonzero(kept):
        x, y, w, h = (int(v) for v in pieces[n])
        inside = np.zeros((h, w), np.uint8)
        cv2.drawContours(inside, [outlines[n]], 0, 255, cv2.FILLED, offset=(-x, -y))
        piece = np.asarray(cv2.bitwise_and(inside, rest[y : y + h, x : x + w]), np.uint8)
        boxes.append((x, y, x + w, y + h))
        likely.append(_likelihood(piece, type_px))
    return _grouped(np.array(boxes, np.float64).reshape(-1, 4), np.array(likely), type_px)


def _grouped(boxes: Floats, likely: Floats, type_px: float) -> tuple[Floats, Floats]:
    """Join pieces that stand side by side; each of them makes handwriting likelier."""
    groups: list[tuple[list[float], float]] = []
    for n in np.argsort(boxes[:, 0], kind="stable"):
        if likely[n] < LEAST_LIKELY:
            continue
        box, doubt = boxes[n].tolist(), 1 - float(likely[n])
        near = [g for g in groups if _is_near(g[0], box, 1.2 * type_px)]
        for group in near:
            groups.remove(group)
            other, others_doubt = group
            box = [*np.minimum(box[:2], other[:2]), *np.maximum(box[2:], other[2:])]
            doubt *= others_doubt
        groups.append((box, doubt))
    found = np.array([box for box, _ in groups], np.float64).reshape(-1, 4)
    return found, np.array([1 - doubt for _, doubt in groups], np.float64)


def _is_near(a: list[float], b: list[float], gap: float) -> bool:
    """Tell whether two boxes are at most ``gap`` apart and share a level."""
    level = min(a[3], b[3]) - max(a[1], b[1])
    return max(a[0], b[0]) - min(a[2], b[2]) <= gap and level > 0


def _without_lines(mask: Mask) -> Mask:
    """Take ruling lines out, and mend the strokes that crossed them."""
    lines = cv2.bitwise_or(level_runs(mask, LINE_PX), upright_runs(mask, LINE_PX))
    rest = cv2.bitwise_and(mask, cv2.bitwise_not(lines))
    return np.asarray(cv2.morphologyEx(rest, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8)), np.uint8)


def _likelihood(piece: Mask, type_px: float) -> float:
    """Return how likely a piece of ink, alone in its box, is written by hand."""
    area = float(np.count_nonzero(piece))
    padded = np.asarray(cv2.copyMakeBorder(piece, 1, 1, 1, 1, cv2.BORDER_CONSTANT), np.uint8)
    outlines, _ = cv2.findContours(padded, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    around = sum(cv2.arcLength(outline, True) for outline in outlines)
    thick = 2 * area / max(around, 1.0) / type_px  # of a stroke, in heights of type
    reach = max(5, round(0.5 * type_px))
    straight = cv2.bitwise_or(level_runs(padded, reach), upright_runs(padded, reach))
    straightness = np.count_nonzero(straight) / max(area, 1.0)
    density = area / piece.size
    length = around / 2 / max(piece.shape)  # of the stroke, in lengths of the box
    score = 3.0 - 9.0 * max(0.0, density - 0.15) - 12.0 * max(0.0, thick - 0.22)
    score -= 4.0 * max(0.0, straightness - 0.4)
    score += 1.0 * min(0.0, length - 1.6) + 0.6 * min(2.0, piece.shape[0] / type_px - 2.5)
    return 1 / (1 + float(np.exp(-score)))
