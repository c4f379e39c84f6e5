"""`kehoach reindex`: the command, with the built-in model."""

from __future__ import annotations

import re
from pathlib import Path

from tests.bot.running import kehoach


def test_reindex_makes_all_vectors_anew(tmp_path: Path) -> None:
    home = tmp_path / "data"
    kehoach(home, "chat", stdin="")
    run = kehoach(home, "reindex")
    assert run.code == 0
    assert re.fullmatch(r"Đã dựng lại chỉ mục ngữ nghĩa cho [1-9]\d* đoạn văn\.\n", run.out)
    doctor = kehoach(home, "doctor")
    assert doctor.code == 0
    assert "✓ Mọi đoạn văn đều có véc-tơ." in doctor.out.splitlines()
