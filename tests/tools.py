"""Programs beside Python that some tests need: skipped where they are missing, never so in CI."""

from __future__ import annotations

import os

import pytest

from ingest.readers.libreoffice import find_libreoffice

needs_office = pytest.mark.skipif(
    find_libreoffice() is None and os.environ.get("CI") != "true",
    reason="LibreOffice is not installed (sudo apt-get install libreoffice-writer libreoffice-calc)",
)
"""In CI the test runs all the same, and fails where LibreOffice is missing."""
