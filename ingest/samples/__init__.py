"""The bundled sample plans of a made-up province, loaded by `make run` when nothing else is.

They are made by `tests/samples/make_samples.py`. The folder `cung-noi-dung` beside
them holds another format of one of them, which must not be loaded with it.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

_SUFFIXES = {".docx", ".md", ".pdf", ".txt", ".xlsx"}


def sample_files() -> list[Path]:
    """The sample papers to load, by name. No two of them claim the same number."""
    folder = Path(str(files(__name__)))
    return sorted(path for path in folder.iterdir() if path.suffix in _SUFFIXES)
