"""Budgets: how fine a picture of a page a model gets for so many image tokens.

A page is scaled evenly and laid on a canvas of its own background, of a size that the family's
image processor leaves alone: so it never stretches the page and never cuts its margins off. Each
family spends a budget in its own way:

- Qwen-VL: as many cells of patches as the page covers (`_cells`);
- LLaVA-NeXT, LLaVA-OneVision: an overview and the tiles of one resolution (`_resolutions`);
- Idefics3, SmolVLM, InternVL, Gemma 3: an overview and a grid of tiles (`_tiles`);
- PaliGemma, BLIP-2, Florence-2, Donut, LLaVA: one picture; the budget has no say (`_fixed`);
- others: in a way of their own, with the page made smaller until it is cheap enough (`_shrunk`).

A budget is of image tokens, as the vision encoder makes them; marks that some families put between
tiles come on top. The least that a family can do it does, whatever the budget. Sizes are (height,
width) in pixels.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from typing import Any

import numpy as np
from PIL import Image

from docai.document import Picture

Size = tuple[int, int]
_MAX_RATIO = 200  # of a picture's sides, for Qwen-VL
_GAP = 3.0  # Pillow's bound for taking a short cut: from there on nobody sees the difference
_WORTH = 1.05  # tokens are not spent on a view that is finer by less


@dataclass(frozen=True, slots=True)
class Plan:
    """How to show a page to a model.

    Attributes:
        page: size that the page is scaled to.
        canvas: size of the picture that it is laid on, in the middle.
        options: for the image processor.
        overview: size of a picture of the whole page that stands among the tiles; None where there
            is none. The family would squeeze the canvas into it: so it is made apart.
        place: of the overview among the tiles: 0 the first, -1 the last.
        overview_options: for the image processor, when it makes the overview.
    """

    page: Size
    canvas: Size
    options: Mapping[str, Any] = field(default_factory=dict)
    overview: Size | None = None
    place: int = 0
    overview_options: Mapping[str, Any] = field(default_factory=dict)


def plan(processor: Any, page: Size, max_image_tokens: int) -> Plan:
    """Decide how to show a page.

    Args:
        processor: of a checkpoint.
        page: size of the page's picture.
        max_image_tokens: what the picture may cost.
    """
    kind = type(processor.image_processor).__name__.removesuffix("Pil")
    return _WAYS.get(kind, _shrunk)(processor, page, max_image_tokens)


def lay(picture: Picture, page: Size, canvas: Size, resample: int = 3) -> Image.Image:
    """Return a picture, scaled to ``page``, in the middle of a canvas of its background."""
    image = Image.fromarray(picture)
    if image.size != page[::-1]:
        image = image.resize(page[::-1], Image.Resampling(resample), reducing_gap=_GAP)
    if page == canvas:
        return image
    laid = Image.new("RGB", canvas[::-1], background(picture))
    laid.paste(image, ((canvas[1] - page[1]) // 2, (canvas[0] - page[0]) // 2))
    return laid


def background(picture: Picture) -> tuple[int, int, int]:
    """Return the colour that most of a picture's edge has."""
    edge = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
    red, green, blue = (int(value) for value in np.median(edge, axis=0))
    return red, green, blue


def fitted(page: Size, canvas: Size) -> Size:
    """Return the largest size of an evenly scaled page that a canvas holds."""
    scale = _scale(page, canvas)
    height, width = (max(1, round(side * scale)) for side in page)
    return min(height, canvas[0]), min(width, canvas[1])


def _scale(page: Size, canvas: Size) -> float:
    """Return how much larger a page can be on a canvas."""
    return min(canvas[0] / page[0], canvas[1] / page[1])


def _cells(processor: Any, page: Size, max_image_tokens: int) -> Plan:
    """Give the page the cells that it covers, or as many as the budget allows."""
    pictures = processor.image_processor
    cell = pictures.patch_size * pictures.merge_size
    least_pixels = pictures.size.shortest_edge
    pixels = page[0] * page[1]
    scale = max(1.0, math.sqrt(least_pixels / pixels))
    scale = min(scale, math.sqrt(max_image_tokens * cell * cell / pixels))
    while True:
        height, width = (max(1, math.floor(side * scale)) for side in page)
        rows, columns = -(-height // cell), -(-width // cell)
        rows, columns = max(rows, -(-columns // _MAX_RATIO)), max(columns, -(-rows // _MAX_RATIO))
        if rows * columns <= max_image_tokens or rows == columns == 1:
            break
        scale *= 0.995
    canvas = (rows * cell, columns * cell)
    covered = canvas[0] * canvas[1]
    size = {"shortest_edge": min(least_pixels, covered), "longest_edge": covered}
    return Plan((height, width), canvas, {"size": size})


def _resolutions(processor: Any, page: Size, max_image_tokens: int) -> Plan:
    """Scale the page to a size of which the model itself takes a resolution within the budget.

    Which one it takes it finds out from the size alone.
    """
    pictures = processor.image_processor
    tile = _side(pictures.crop_size or pictures.size)
    sketch = np.empty((1, 1, 3, *tile), np.uint8)

    def cost(size: Size) -> int:
        inputs = {"image_sizes": [list(size)], "pixel_values": sketch, "batch_num_images": [1]}
        return _cost(processor, inputs)

    rooms = [
        (min(height, page[0]), min(width, page[1]))
        for height, width in pictures.image_grid_pinpoints
    ]
    laid = [(size, size) for size in (fitted(page, room) for room in rooms)]
    laid.append((fitted(page, tile), tile))  # a square costs less than a wide page as small
    views = [_View(cost(canvas), size[0] / page[0]) for size, canvas in laid]
    size, canvas = laid[_choose(views, max_image_tokens)]
    return Plan(size, canvas, overview=tile)


@dataclass(frozen=True, slots=True)
class _Grid:
    """Tiles that a page may be cut into; one by one, it is a picture that is not cut.

    Attributes:
        shape: rows and columns.
        inputs: what the placeholders depend on, as the image processor would say it.
        options: for the image processor.
    """

    shape: tuple[int, int]
    inputs: Mapping[str, Any]
    options: Mapping[str, Any]


def _tiles(
    grids: Callable[[Any], Iterator[_Grid]],
    place: int,
    processor: Any,
    page: Size,
    max_image_tokens: int,
) -> Plan:
    """Cut the page into the tiles of a grid, and add an overview.

    Args:
        grids: that a family of image processors may cut a page into; the one by one comes first.
        place: of the overview among the tiles.
        processor: of a checkpoint.
        page: size of the page's picture.
        max_image_tokens: what the picture may cost.
    """
    pictures = processor.image_processor
    tile = _side(getattr(pictures, "max_image_size", None) or pictures.size)
    found = list(grids(pictures))
    canvases = [(grid.shape[0] * tile[0], grid.shape[1] * tile[1]) for grid in found]
    views = [
        _View(_cost(processor, grid.inputs), min(1.0, _scale(page, canvas)))
        for grid, canvas in zip(found, canvases, strict=True)
    ]
    chosen = _choose(views, max_image_tokens)
    grid, canvas = found[chosen], canvases[chosen]
    if grid.shape == (1, 1):
        return Plan(fitted(page, canvas), canvas, grid.options)
    return Plan(fitted(page, canvas), canvas, grid.options, tile, place, found[0].options)


def _splitting(pictures: Any) -> Iterator[_Grid]:
    """Yield the grids of Idefics3 and SmolVLM, which name at most 6 rows and columns."""
    most = min(6, max(1, pictures.size.longest_edge // _side(pictures.max_image_size)[0]))
    for rows, columns in product(range(1, most + 1), repeat=2):
        cut = rows * columns > 1
        inputs = {"rows": [[rows if cut else 0]], "cols": [[columns if cut else 0]]}
        yield _Grid((rows, columns), inputs, {"do_resize": False, "do_image_splitting": cut})


def _cropping(pictures: Any) -> Iterator[_Grid]:
    """Yield the grids of InternVL."""
    for rows, columns in product(range(1, pictures.max_patches + 1), repeat=2):
        if (num := rows * columns) <= pictures.max_patches:
            inputs = {"num_patches": [num + (num > 1)]}
            options = {"crop_to_patches": num > 1, "min_patches": num, "max_patches": num}
            yield _Grid((rows, columns), inputs, options)


def _panning(pictures: Any) -> Iterator[_Grid]:
    """Yield the grids of Gemma 3, which are of one row or of one column."""
    for num in range(1, (pictures.pan_and_scan_max_num_crops or 4) + 1):
        inputs = {"num_crops": [num if num > 1 else 0]}
        options = {
            "do_pan_and_scan": num > 1,
            "pan_and_scan_min_crop_size": 1,
            "pan_and_scan_max_num_crops": num,
            "pan_and_scan_min_ratio_to_activate": 1.0,
        }
        yield _Grid((num, 1), inputs, options)
        if num > 1:
            yield _Grid((1, num), inputs, options)


def _fixed(processor: Any, page: Size, _: int) -> Plan:
    """Lay the page on a canvas of the one size that the family takes."""
    pictures = processor.image_processor
    cropped = pictures.do_center_crop and pictures.crop_size
    canvas = _side(pictures.crop_size if cropped else pictures.size)
    return Plan(fitted(page, canvas), canvas, {"do_resize": False})


def _shrunk(processor: Any, page: Size, max_image_tokens: int) -> Plan:
    """Make the page smaller until the family's own way is within the budget."""
    size = page
    for _ in range(16):
        cost = processor._get_num_multimodal_tokens(image_sizes=[list(size)])["num_image_tokens"][0]
        if cost <= max_image_tokens or max(size) < 32:
            break
        scale = 0.97 * math.sqrt(max_image_tokens / cost)
        size = fitted(page, (max(1, int(size[0] * scale)), max(1, int(size[1] * scale))))
    return Plan(size, size)


@dataclass(frozen=True, slots=True)
class _View:
    """A way to show a page.

    Attributes:
        cost: in tokens.
        scale: of the page; 1.0 is as fine as its picture.
    """

    cost: int
    scale: float


def _choose(views: Sequence[_View], max_image_tokens: int) -> int:
    """Return the index of the finest view within the budget, of such as are alike the cheapest."""
    least = min(view.cost for view in views)
    allowed = [i for i, view in enumerate(views) if view.cost <= max(least, max_image_tokens)]
    finest = max(views[i].scale for i in allowed)
    fine = [i for i in allowed if views[i].scale * _WORTH >= finest]
    return min(fine, key=lambda i: (views[i].cost, -views[i].scale))


def _cost(processor: Any, inputs: Mapping[str, Any]) -> int:
    """Return how many image tokens a picture is, of which ``inputs`` came out.

    Gemma 3 has one token for a picture in a text, and another for each of its parts.
    """
    token: str = getattr(processor.tokenizer, "image_token", None) or processor.image_token
    text: str = processor.replace_image_token(inputs, 0)
    return text.count(token)


def _side(size: Any) -> Size:
    """Return a size that is written in one of transformers' ways."""
    if size.get("height"):
        return size["height"], size["width"]
    edge = size.get("longest_edge") or size["shortest_edge"]
    return edge, edge


_Way = Callable[[Any, Size, int], Plan]
_WAYS: Mapping[str, _Way] = {
    "Qwen2VLImageProcessor": _cells,
    "LlavaNextImageProcessor": _resolutions,
    "LlavaOnevisionImageProcessor": _resolutions,
    "Idefics3ImageProcessor": partial(_tiles, _splitting, -1),
    "SmolVLMImageProcessor": partial(_tiles, _splitting, -1),
    "GotOcr2ImageProcessor": partial(_tiles, _cropping, -1),
    "Gemma3ImageProcessor": partial(_tiles, _panning, 0),
    "SiglipImageProcessor": _fixed,
    "CLIPImageProcessor": _fixed,
    "BlipImageProcessor": _fixed,
    "DonutImageProcessor": _fixed,
}
