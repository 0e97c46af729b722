"""A real Celery worker whose engines are doubles: quick, or deadly where a page says so.

python doubled_worker.py SECONDS LONG_S ARGUMENT…      arguments as of `workers.run`
"""

import sys

from docai import build
from docai.settings import Settings
from docai.testing import ObedientOcr, ScriptedVlm
from docai.vlm.engine import Answer, Span
from workers.run import main

seconds, long_s = float(sys.argv[1]), float(sys.argv[2])
del sys.argv[1:3]


def ocr_engine(_: Settings) -> tuple[ObedientOcr, None]:
    return ObedientOcr(seconds, long_s), None


def vlm_engine(_: Settings) -> ScriptedVlm:
    return ScriptedVlm((Answer("total", 0.9, Span(1, (1,))),))


build.ocr_engine = ocr_engine  # type: ignore[assignment]
build.vlm_engine = vlm_engine
main()
