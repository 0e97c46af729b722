"""What ``docai find`` does, once its arguments are known: regions as boxes, crops and a drawing."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docai.errors import SettingsError
from docai.extraction.result import Evidence, Extraction, State, Value
from docai.looking import Look, load_one, settings_of, show
from docai.output import replacing
from docai.reading import Reading
from docai.regions import Detector, Region, checked, crop

if TYPE_CHECKING:
    from docai.document import Document, Page


@dataclass(frozen=True)
class Wanted:
    """What to find, and what to make of it.

    Attributes:
        labels: what regions show, in plain words.
        threshold: least confidence; None for the one usual with the model.
        crops: folder for a PNG file of each region, if they are wanted.
        overlay: PNG file to draw boxes into, if it is wanted; numbered for several pages.
    """

    labels: tuple[str, ...]
    threshold: float | None = None
    crops: Path | None = None
    overlay: Path | None = None


def find(look: Look, wanted: Wanted) -> None:
    """Find regions on every page of a document.

    Raises:
        DocaiError: the labels, the document or the detector cannot be used, or a file cannot be
            written.
    """
    from docai import build

    labels = checked(wanted.labels)
    _check_outputs(look, wanted)
    settings = settings_of(look)
    detector = build.detector(settings)
    document = load_one(look.file, settings)
    rows: list[dict[str, Any]] = []
    for page in document.pages:
        regions = detector.find(page, labels, wanted.threshold)
        shown = [_region_json(region) for region in regions]
        if wanted.crops is not None:
            for row, region in zip(shown, regions, strict=True):
                row["crop"] = _write_crop(page, region, wanted.crops, len(rows) + 1)
                rows.append(row)
        else:
            rows += shown
        if wanted.overlay is not None:
            _draw(document, page, regions, wanted.overlay)
    found = _found_json(document, labels, rows, detector)
    show(found, _lines(rows, labels) if look.is_for_people else None)


def _check_outputs(look: Look, wanted: Wanted) -> None:
    """Refuse outputs that cannot be what was meant.

    Raises:
        SettingsError: a folder stands where a file must, or a file where a folder must, or a
            drawing would replace the document.
    """
    if wanted.crops is not None and wanted.crops.exists() and not wanted.crops.is_dir():
        raise SettingsError(f"--crops {wanted.crops}: this is no folder; name another")
    overlay = wanted.overlay
    if overlay is None:
        return
    if overlay.suffix.lower() != ".png" or overlay.is_dir():
        raise SettingsError(f"--overlay {overlay}: name a file that ends in .png")
    if overlay.resolve() == Path(look.file).resolve():
        raise SettingsError(f"--overlay {overlay} is the document itself; name another file")


def _region_json(region: Region) -> dict[str, Any]:
    """Return a region as plain JSON."""
    return {
        "label": region.label,
        "page": region.page,
        "box": [round(c, 1) for c in region.box],
        "confidence": round(region.confidence, 4),
    }


def _found_json(
    document: "Document", labels: Sequence[str], rows: list[dict[str, Any]], detector: Detector
) -> dict[str, Any]:
    """Return everything that was found as plain JSON."""
    pages = [
        {"number": page.number, "width": page.width, "height": page.height}
        for page in document.pages
    ]
    return {
        "name": document.name,
        "document": {"sha256": document.sha256, "pages": pages},
        "labels": list(labels),
        "regions": rows,
        "engines": {"detector": detector.name},
    }


def _write_crop(page: "Page", region: Region, folder: Path, number: int) -> str:
    """Write the pixels of a region and return the name of the file, which is ours alone."""
    from docai.pages import picture_to_png

    name = f"{number:04d}.png"
    with replacing(folder / name) as file:
        file.write(picture_to_png(crop(page, region)))
    return name


def _draw(document: "Document", page: "Page", regions: Sequence[Region], overlay: Path) -> None:
    """Draw the regions of a page into ``overlay``, or into a file numbered after it."""
    from docai.draw import overlay as draw

    path = overlay
    if len(document.pages) > 1:
        path = overlay.with_name(f"{overlay.stem}-{page.number}{overlay.suffix}")
    shown = Extraction("regions", 1, document.name, document.sha256, (), _values(regions))
    unread = Reading(page.number, (page.height, page.width), (), (), 0.0, "")
    picture = io.BytesIO()
    draw(page, unread, shown).save(picture, "PNG")
    with replacing(path) as file:
        file.write(picture.getvalue())


def _values(regions: Sequence[Region]) -> dict[str, Value]:
    """Return regions in the form that drawings know."""
    return {
        f"region[{number}].label": Value(
            State.FOUND,
            region.label,
            region.label,
            region.confidence,
            (Evidence(region.page, region.box, ()),),
        )
        for number, region in enumerate(regions)
    }


def _lines(rows: Sequence[dict[str, Any]], labels: Sequence[str]) -> Iterator[str]:
    """Yield what was found for people, a region a line; what was not, too."""
    for row in rows:
        x0, y0, x1, y1 = (round(c) for c in row["box"])
        file = f"  {row['crop']}" if "crop" in row else ""
        yield (
            f"{row['label']}  ({row['confidence']:.0%}, page {row['page']} at "
            f"[{x0}, {y0}, {x1}, {y1}]){file}"
        )
    found = {row["label"] for row in rows}
    missing = [label for label in labels if label not in found]
    if missing:
        yield f"not seen: {', '.join(missing)}"
