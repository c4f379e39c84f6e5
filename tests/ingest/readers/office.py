"""Word files written part by part, for what python-docx cannot make."""

from __future__ import annotations

import zipfile
from pathlib import Path

W_NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
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
