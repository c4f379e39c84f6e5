"""Programs beside Python that some tests need.

On a machine of CI (it sets CI) they must be there, so the tests run and fail without them; elsewhere the
tests are skipped with the reason.
"""

from __future__ import annotations

import os

import pytest

from ingest.readers.libreoffice import find_libreoffice
from ingest.readers.ocr_engine import is_available


def _needs(found: bool, what: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not found and not os.environ.get("CI"), reason=f"{what} is not installed")


needs_tesseract = _needs(is_available(), "tesseract with Vietnamese (tesseract-ocr, tesseract-ocr-vie)")
needs_office = _needs(find_libreoffice() is not None, "LibreOffice (libreoffice-writer, libreoffice-calc)")
