"""A second look: the few lines that hold the evidence of found fields, read again with more care.

Several crops of each line are read; the texts that any of them suggests are candidates, and each
candidate is scored by all crops together and by a model of the language of receipts. Nothing that
no crop shows can become a candidate.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from docai.document import Picture
from docai.geometry import Polygon
from docai.ocr.charlm import CharacterModel
from docai.ocr.ctc import Labels, beam_search, log_likelihoods
from docai.ocr.recognition import Recogniser, crop_line

FieldKind = Literal["text", "amount", "date"]
