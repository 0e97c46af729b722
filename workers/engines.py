"""The engines of this process: built when a step first needs them, then kept.

Not at the start of a worker: Celery gives a new process four seconds before it counts as dead.
"""

from functools import cached_property

from docai import build
from docai.extraction.fields import Schema, schema_of
from docai.ocr.by_region import ByRegion
from docai.ocr.engine import OcrEngine
from docai.ocr.second_look import SecondLook
from docai.pipeline import Pipeline
from docai.settings import Settings
from docai.vlm.engine import Vlm
from workers.tables import Job


class Engines:
    """Engines by what they do. One thread at a time."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def ocr(self) -> OcrEngine:
        """Reads pages.

        Raises:
            DocaiError: it cannot be built.
        """
        return self._read[0]

    @cached_property
    def by_region(self) -> OcrEngine:
        """Reads pages paper by paper, where several lie on one; see `ocr`."""
        return ByRegion(self.ocr)

    @cached_property
    def second_look(self) -> SecondLook | None:
        """Reads evidence again, where the OCR engine offers that."""
        return self._read[1]

    @cached_property
    def vlm(self) -> Vlm:
        """Says what words mean.

        Raises:
            DocaiError: it cannot be built.
        """
        return build.vlm_engine(self._settings)

    @cached_property
    def _read(self) -> tuple[OcrEngine, SecondLook | None]:
        """Build what reads."""
        return build.ocr_engine(self._settings)

    @cached_property
    def pipeline(self) -> Pipeline:
        """What concludes a document that was read and encoded."""
        from docai.classifiers import opener

        kinds = build.kinds(self._settings)
        return Pipeline(
            self.ocr,
            self.vlm,
            self.second_look,
            build.calibration(self._settings),
            kinds,
            opener(kinds.classifier),
        )


def schema_of_job(job: Job) -> Schema:
    """Return what a job extracts.

    Raises:
        SchemaError: it cannot be used.
    """
    if job.json_schema is None:
        return build.builtin_schema(job.schema_name)
    return schema_of({**job.json_schema, "version": job.schema_version}, job.schema_name)
