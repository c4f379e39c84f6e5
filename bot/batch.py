"""Reading a JSON-lines file that a person or a script hands over."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from knowledge.errors import KehoachError


def read_batch(path: Path, required: set[str]) -> Iterator[dict[str, Any]]:
    """The objects of `path`, one a line; blank lines are passed over.

    Raises:
        KehoachError: no such file, or a line that is no object with the required fields.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise KehoachError(f"Không đọc được tệp {path.name}.", str(error)) from error
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except json.JSONDecodeError as error:
            raise KehoachError(f"Tệp {path.name}, dòng {number}: không phải JSON.", str(error)) from error
        if not isinstance(found, dict) or not required <= found.keys():
            raise KehoachError(f"Tệp {path.name}, dòng {number}: thiếu {', '.join(sorted(required))}.")
        yield found
