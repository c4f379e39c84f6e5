"""Makes office files reproducible: one time stamp everywhere, entries in a fixed order."""

from __future__ import annotations

import re
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_STAMP = b"2026-01-12T08:00:00Z"
_TIMES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms)")


def freeze(path: Path) -> None:
    """Rewrite the zip file `path` so that the same content gives the same bytes."""
    with ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in sorted(archive.namelist())}
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            if name == "docProps/core.xml":
                data = _TIMES.sub(rb"\g<1>" + _STAMP + rb"\g<2>", data)
            info = ZipInfo(name, (2026, 1, 12, 8, 0, 0))
            info.compress_type = ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, data)
