"""Pages whose width says what befalls whoever reads them: for doubles of an OCR engine."""

import os

from docai.errors import OcrError

GOOD, FAILING, BUGGY, DEADLY, INTERRUPTING = 80, 81, 82, 83, 84


def befall(width: int) -> None:
    """Fail in the way that the width of a page asks for."""
    match width:
        case 81:
            raise OcrError("the page is too wide for me")
        case 82:
            raise RuntimeError("index out of range")
        case 83:
            os._exit(9)
        case 84:
            raise KeyboardInterrupt
