"""Word files written part by part, for what python-docx cannot make."""

from __future__ import annotations

import os
import subprocess
import zipfile
from pathlib import Path

from ingest.readers.libreoffice import find_libreoffice

W_NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)


def p(text: str, properties: str = "", run: str = "") -> str:
    """A paragraph of one run."""
    return (
        f'<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'
    )


def item(text: str, level: int, num: int = 1) -> str:
    """A paragraph of an automatically numbered list."""
    return p(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num}"/></w:numPr>')


def part(root: str, content: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{root} {W_NAMES}>{content}</w:{root}>'


def write_docx(path: Path, body: str, **parts: str) -> Path:
    """A .docx of a body and other parts of the folder word/ (numbering, footnotes, styles, header1)."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", part("document", f"<w:body>{body}</w:body>"))
        for name, content in parts.items():
            root = {"numbering": "numbering", "footnotes": "footnotes", "styles": "styles"}.get(name, "hdr")
            archive.writestr(f"word/{name}.xml", part(root, content))
    return path


def cell(*content: str, properties: str = "") -> str:
    """A table cell of paragraphs (plain words become one) and tables."""
    blocks = "".join(text if text.startswith("<w:") else p(text) for text in content)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{blocks}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    """A table row; plain words become a cell."""
    return (
        f"<w:tr><w:trPr>{properties}</w:trPr>"
        f"{''.join(text if text.startswith('<w:tc') else cell(text) for text in cells)}</w:tr>"
    )


def table(*rows: str, widths: tuple[int, ...] = ()) -> str:
    """A table; `widths` of its columns in twentieths of a point."""
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return f"<w:tbl><w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"


def save_as(source: Path, suffix: str, folder: Path) -> Path:
    """`source` saved by LibreOffice in another format ("doc"), in `folder`."""
    program = find_libreoffice()
    assert program is not None, "LibreOffice is not installed"
    subprocess.run(
        [program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", suffix,
         "--outdir", str(folder), str(source)],
        check=True, capture_output=True, timeout=120, env={**os.environ, "HOME": str(folder)},
    )  # fmt: skip
    return folder / f"{source.stem}.{suffix}"
