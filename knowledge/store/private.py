"""The data folder and the database hold people's names and platforms' tokens: nobody else on the machine reads them.

Only what we make is made so; what an operator made keeps the operator's permissions.
"""

from __future__ import annotations

import os
from pathlib import Path


def make_private_folder(folder: Path) -> None:
    """Makes the folder for its owner alone, whatever the process leaves open by its umask; its parents as usual.

    Raises:
        OSError: it cannot be made, or a file has its name.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        if not folder.is_dir():
            raise
    else:
        folder.chmod(0o700)


def make_private_file(file: Path) -> None:
    """Makes an empty file for its owner alone, where there is none; SQLite gives its log the same permissions.

    Raises:
        OSError: it cannot be made.
    """
    try:
        opened = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return
    os.close(opened)
    file.chmod(0o600)
