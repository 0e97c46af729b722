"""A page is shown to every family whole, even, and within the budget."""

from collections.abc import Callable
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tiny_checkpoints import FAMILIES, build
from transformers import AutoConfig
from transformers.image_processing_utils import select_best_resolution

from docai.document import Page
from docai.vlm.huggingface.budget import background, lay, plan
from docai.vlm.huggingface.encode import look
from docai.vlm.huggingface.image_only import load_processor

FIXED = ("paligemma", "blip2", "florence2", "donut")
FIRST = ("llava_next", "llava_onevision", "gemma3")  # the overview comes before the tiles
COLOURS = np.array([[220, 20, 20], [20, 200, 20], [20, 20, 220], [200, 20, 200]])
PAPER = 250

Processors = Callable[[str], Any]
View = NDArray[np.float64]  # (H, W, 3), as the model sees it, in colours of the page


@pytest.fixture(scope="module")
def processors(tmp_path_factory: pytest.TempPathFactory) -> Processors:
    """Return what loads the processor of a family."""
    torch.set_num_threads(1)
    root = tmp_path_factory.mktemp("checkpoints")

    @cache
    def processor(family: str) -> Any:
        folder = build(family, root / family)
        return load_processor(folder, AutoConfig.from_pretrained(folder))

    return processor


def marked_page(height: int, width: int) -> Page:
    """Return a page with a mark of another colour in each corner."""
    picture = np.full((height, width, 3), PAPER, np.uint8)
    side = min(height, width) // 3
    ends = (slice(None, side), slice(-side, None))
    for colour, (rows, columns) in zip(COLOURS, [(r, c) for r in ends for c in ends], strict=True):
        picture[rows, columns] = colour
    return Page(1, picture)


def shown(family: str, processor: Any, page: Page, budget: int) -> tuple[list[View], int]:
    """Return the views of a page that a model gets, and what they cost."""
    inputs, text = look(SimpleNamespace(processor=processor, max_image_tokens=budget), page)
    token = (
        "<image_soft_token>" if family == "gemma3" else str(getattr(processor, "image_token", ""))
    )
    cost = text.count(token) if token else 0
    if "qwen" in family:
        return [unpatched(processor, inputs)], cost
    tiles = [coloured(processor, tile) for tile in inputs["pixel_values"].flatten(0, -4)]
    view = plan(processor, (page.height, page.width), budget)
    assert (view.overview is None) == (len(tiles) == 1)
    if view.overview is None:
        return tiles, cost
    overview = tiles.pop(0 if family in FIRST else -1)
    return [overview, put_together(processor, tiles, inputs, view.canvas)], cost


def coloured(processor: Any, tile: torch.Tensor) -> View:
    """Undo normalising."""
    pictures = processor.image_processor
    picture = tile.numpy().astype(float).transpose(1, 2, 0)
    return (picture * pictures.image_std + pictures.image_mean) * 255


def unpatched(processor: Any, inputs: Any) -> View:
    """Return the picture that Qwen-VL's patches make."""
    size, merge = processor.image_processor.patch_size, processor.image_processor.merge_size
    _, rows, columns = inputs["image_grid_thw"][0].tolist()
    patches = inputs["pixel_values"].reshape(
        rows // merge, columns // merge, merge, merge, 3, 2, size, size
    )
    picture = patches[:, :, :, :, :, 0].permute(4, 0, 2, 5, 1, 3, 6)
    return coloured(processor, picture.reshape(3, rows * size, columns * size))


def put_together(processor: Any, tiles: list[View], inputs: Any, canvas: tuple[int, int]) -> View:
    """Return the picture that was cut into tiles."""
    side = tiles[0].shape[0]
    if "image_sizes" in inputs:
        resolutions = processor.image_processor.image_grid_pinpoints
        canvas = select_best_resolution(inputs["image_sizes"][0].tolist(), resolutions)
    rows, columns = canvas[0] // side, canvas[1] // side
    assert rows * columns == len(tiles)
    return np.concatenate(
        [np.concatenate(tiles[row * columns : (row + 1) * columns], 1) for row in range(rows)]
    )


def corners(view: View) -> list[tuple[int, int, int, int]]:
    """Return where the marks are: (top, left, bottom, right) each."""
    found = []
    for colour in COLOURS:
        near = np.abs(view - colour).max(-1) < 60
        assert near.any(), f"nothing of {colour} is to be seen"
        rows, columns = np.flatnonzero(near.any(1)), np.flatnonzero(near.any(0))
        found.append((rows[0], columns[0], rows[-1] + 1, columns[-1] + 1))
    return found


sides = st.integers(60, 500)


@pytest.mark.parametrize("family", FAMILIES)
@settings(max_examples=25)
@given(height=sides, width=sides, budget=st.integers(1, 400))
def test_the_page_is_whole_and_even_and_within_the_budget(
    family: str, processors: Processors, height: int, width: int, budget: int
) -> None:
    if max(height, width) > 4 * min(height, width):
        height, width = max(height, width // 4), max(width, height // 4)
    processor, page = processors(family), marked_page(height, width)

    views, cost = shown(family, processor, page, budget)

    for view in views:
        marks = corners(view)
        top, left = min(mark[0] for mark in marks), min(mark[1] for mark in marks)
        bottom, right = max(mark[2] for mark in marks), max(mark[3] for mark in marks)
        # Seen in full, from edge to edge, and as wide for its height as it is.
        scale = (bottom - top + right - left) / (height + width)
        assert bottom - top == pytest.approx(height * scale, abs=2)
        assert right - left == pytest.approx(width * scale, abs=2)
        side = min(height, width) // 3 * scale
        for mark in marks:
            assert mark[2] - mark[0] == pytest.approx(side, abs=2.5)
            assert mark[3] - mark[1] == pytest.approx(side, abs=2.5)
    least = shown(family, processor, page, 1)[1] if cost > budget else 0
    assert cost <= max(budget, least)
    assert family not in FIXED or cost == shown(family, processor, page, 4000)[1]


@pytest.mark.parametrize("family", [family for family in FAMILIES if family not in FIXED])
@settings(max_examples=15)
@given(height=st.integers(20, 4000), width=st.integers(20, 4000), budget=st.integers(1, 2000))
def test_a_larger_budget_shows_the_page_no_coarser(
    family: str, processors: Processors, height: int, width: int, budget: int
) -> None:
    processor = processors(family)
    small, large = (plan(processor, (height, width), one).page for one in (budget, 2 * budget))
    assert large[0] * large[1] >= 0.85 * small[0] * small[1]  # 5 % a side are not worth a token


@pytest.mark.parametrize("family", [family for family in FAMILIES if family not in FIXED])
def test_a_larger_budget_shows_more(family: str, processors: Processors) -> None:
    processor = processors(family)
    areas = [np.prod(plan(processor, (2000, 1414), budget).page) for budget in (5, 1000)]
    assert areas[1] > 1.9 * areas[0]


def test_a_wide_page_that_would_cost_too_much_is_laid_on_a_square(processors: Processors) -> None:
    processor = processors("llava_next")
    for budget, cost in ((50, 44), (43, 36)):  # 16 for the overview, 24 or 16 for tiles, 4 for rows
        assert shown("llava_next", processor, marked_page(200, 300), budget)[1] == cost


@pytest.mark.parametrize("size", [(20, 8000), (8000, 20), (1, 1), (3, 1000), (20_000, 100)])
@pytest.mark.parametrize("family", FAMILIES)
def test_odd_pages_are_shown(family: str, processors: Processors, size: tuple[int, int]) -> None:
    page = Page(1, np.full((*size, 3), 255, np.uint8))
    views, _ = shown(family, processors(family), page, 100)
    assert all(view.size for view in views)


def test_a_page_is_laid_on_its_own_background() -> None:
    picture = np.full((40, 20, 3), (200, 190, 150), np.uint8)
    picture[10:30, 5:15] = 0
    laid = np.asarray(lay(picture, (40, 20), (40, 40)))
    assert background(picture) == (200, 190, 150)
    assert (laid[:, :10] == (200, 190, 150)).all()
    assert (laid[:, 10:30] == picture).all()


def test_an_unknown_family_gets_a_smaller_page() -> None:
    class Unknown:
        """Costs a token per 100 pixels."""

        image_processor = SimpleNamespace()

        def _get_num_multimodal_tokens(self, image_sizes: list[list[int]]) -> dict[str, list[int]]:
            return {"num_image_tokens": [height * width // 100 for height, width in image_sizes]}

    shown = plan(Unknown(), (1000, 500), 1000)
    assert shown.page == shown.canvas
    assert 0.8 * 100_000 < shown.page[0] * shown.page[1] <= 100_000 + 100
    assert shown.page[0] / shown.page[1] == pytest.approx(2, rel=0.01)
