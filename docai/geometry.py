"""Boxes and polygons: pure functions on plain values.

One frame everywhere: pixels of the page picture, origin top-left, x to the right, y down.
A box is (x0, y0, x1, y1), half-open. A polygon is four (x, y) corners, clockwise from the
corner where the text begins.
"""

import math
from collections.abc import Iterable

Box = tuple[float, float, float, float]
Point = tuple[float, float]
Polygon = tuple[Point, Point, Point, Point]


def box_polygon(box: Box) -> Polygon:
    """Return the four corners of ``box``, clockwise from the top left."""
    x0, y0, x1, y1 = box
    return ((x0, y0), (x1, y0), (x1, y1), (x0, y1))


def polygon_box(polygon: Polygon) -> Box:
    """Return the smallest upright box around ``polygon``."""
    xs, ys = zip(*polygon, strict=True)
    return (min(xs), min(ys), max(xs), max(ys))


def union(boxes: Iterable[Box]) -> Box:
    """Return the smallest box around all ``boxes``; there must be at least one."""
    x0s, y0s, x1s, y1s = zip(*boxes, strict=True)
    return (min(x0s), min(y0s), max(x1s), max(y1s))


def area(box: Box) -> float:
    """Return the area of ``box`` in square pixels; an inverted box has none."""
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def intersection(a: Box, b: Box) -> float:
    """Return the area that ``a`` and ``b`` share, in square pixels."""
    return area((max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])))


def iou(a: Box, b: Box) -> float:
    """Return intersection over union of two boxes, in [0, 1]; 0 where both are empty."""
    shared = intersection(a, b)
    total = area(a) + area(b) - shared
    return shared / total if total > 0 else 0.0


def rotate_point(point: Point, angle_deg: float, height: float, width: float) -> Point:
    """Return where ``point`` lies after the picture is turned clockwise by ``angle_deg``.

    The picture of (``height``, ``width``) pixels is turned about its centre, and the new
    canvas is grown to hold it whole: `rotated_size` tells how large that canvas is.
    """
    new_height, new_width = rotated_size(height, width, angle_deg)
    cos, sin = _cos_sin(angle_deg)
    x, y = point[0] - width / 2, point[1] - height / 2
    return (x * cos - y * sin + new_width / 2, x * sin + y * cos + new_height / 2)


def rotate_polygon(polygon: Polygon, angle_deg: float, height: float, width: float) -> Polygon:
    """Return ``polygon`` after the picture is turned clockwise by ``angle_deg``."""
    a, b, c, d = (rotate_point(p, angle_deg, height, width) for p in polygon)
    return (a, b, c, d)


def unrotate_polygon(polygon: Polygon, angle_deg: float, height: float, width: float) -> Polygon:
    """Undo `rotate_polygon`: from the turned canvas back to a (height, width) picture."""
    new_height, new_width = rotated_size(height, width, angle_deg)
    cos, sin = _cos_sin(-angle_deg)
    x_mid, y_mid = new_width / 2, new_height / 2
    turned = [(x - x_mid, y - y_mid) for x, y in polygon]
    a, b, c, d = (
        (x * cos - y * sin + width / 2, x * sin + y * cos + height / 2) for x, y in turned
    )
    return (a, b, c, d)


def rotated_size(height: float, width: float, angle_deg: float) -> tuple[float, float]:
    """Return (height, width) of the canvas that holds a turned (height, width) picture."""
    cos, sin = (abs(v) for v in _cos_sin(angle_deg))
    return (height * cos + width * sin, height * sin + width * cos)


def _cos_sin(angle_deg: float) -> tuple[float, float]:
    """Return cosine and sine, exact at multiples of 90 degrees."""
    quarter = {0: (1.0, 0.0), 90: (0.0, 1.0), 180: (-1.0, 0.0), 270: (0.0, -1.0)}
    turned = angle_deg % 360
    if turned in quarter:
        return quarter[int(turned)]
    radians = math.radians(angle_deg)
    return math.cos(radians), math.sin(radians)
