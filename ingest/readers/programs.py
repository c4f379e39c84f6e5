"""Programs beside Python that readers call: are they installed, and how to install them."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.readers.libreoffice import find_libreoffice
from ingest.readers.ocr_engine import is_available


@dataclass(frozen=True, slots=True)
class Program:
    """A program that some files need.

    Attributes:
        name: as a person calls it.
        needed_for: the files that cannot be read without it, to follow "chưa đọc được".
        install: the command that installs it on Debian and Ubuntu.
    """

    name: str
    needed_for: str
    install: str
    found: bool


def find_programs() -> tuple[Program, ...]:
    """Every such program with whether it is on this machine."""
    return (
        Program(
            "Nhận dạng chữ (OCR) tiếng Việt",
            "tệp PDF quét ảnh",
            "sudo apt-get install tesseract-ocr tesseract-ocr-vie",
            is_available(),
        ),
        Program(
            "LibreOffice",
            "tệp .doc, .xls, .odt, .ods, .rtf",
            "sudo apt-get install libreoffice-writer libreoffice-calc",
            find_libreoffice() is not None,
        ),
    )
