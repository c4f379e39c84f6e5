"""Files that people send in the transcripts."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.bot.papers import FLOODS, write_plan


def _plan(rows: tuple[tuple[str, str, str], ...]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return write_plan(Path(folder) / "ke-hoach.md", rows).read_bytes()


_CHANGED = (
    ("Rà soát phương án ứng phó bão mạnh", "Sở Nông nghiệp và Môi trường", "Quý II/2026"),
    *FLOODS[1:],
    ("Tập huấn sơ cứu cho lực lượng xung kích", "Sở Y tế", "30/6/2026"),
)

FILES = {
    "bao-2026.md": _plan(FLOODS),
    "bao-2026-sua.md": _plan(_CHANGED),
    "bao-cao.pdf": b"%PDF-1.7\n" + bytes(64),
    "anh.png": b"\x89PNG\r\n\x1a\n" + bytes(64),
}
