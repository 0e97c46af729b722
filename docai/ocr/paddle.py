"""The `paddleocr` package itself: for GPUs, and for every model and language it has.

Without a language it runs the same PP-OCRv6 weights as `docai.ocr.ppocr`, offline, on ONNX Runtime;
with one it fetches that language's models, once, from where PaddleOCR keeps them.
"""

import importlib
import importlib.metadata
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
import platformdirs

from docai.document import Page, Picture
from docai.errors import OcrError
from docai.geometry import Polygon, polygon_box, unrotate_polygon
from docai.ocr.orientation import HalfTurn, text_angle, turn
from docai.ocr.reading_order import reading_order
from docai.ocr.recognition import Recogniser
from docai.ocr.weights import DETECTION, RECOGNITION, WeightsFile
from docai.reading import Line, Reading, Word

LEVEL_DEG = 2.0  # detection copes with this much skew
DETECTION_NAME = "PP-OCRv6_small_det"
RECOGNITION_NAME = "PP-OCRv6_small_rec"

# Models that would be fetched, and that read receipts no better: a page is turned here, as a whole.
_OFF = {
    "use_doc_orientation_classify": False,
    "use_doc_unwarping": False,
    "use_textline_orientation": False,
}
