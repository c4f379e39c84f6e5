"""What the chat path may not import: each of these costs a tenth of a second to seconds at every start."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ingest.samples import sample_files
from tests.bot.running import call, environment

HEAVY = {
    *("torch", "sentence_transformers", "transformers", "chromadb", "langchain_core", "langchain_text_splitters"),
    *("starlette", "jinja2", "uvicorn"),
    *("pdfplumber", "docx", "openpyxl", "matplotlib", "icalendar", "alembic", "sklearn", "scipy", "pandas"),
}
WRAPPER = """
import atexit, runpy, sys
atexit.register(lambda: open({seen!r}, "w").write("\\n".join(sys.modules)))
runpy.run_module("bot", run_name="__main__", alter_sys=True)
"""
QUESTION = "Ai chủ trì nâng cấp Trung tâm dữ liệu tỉnh?"


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample plans, active; not to be changed."""
    home = tmp_path_factory.mktemp("mẫu") / "dữ liệu"
    assert call(home, "load", *sample_files(), "--activate").code == 0
    return home


COMMANDS = [
    ["ask", QUESTION],
    ["ask", QUESTION, "--json"],
    ["chat"],
    ["tasks", "--format", "json"],
    ["progress"],
    ["--help"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=[" ".join(command[:1]) for command in COMMANDS])
def test_the_chat_path_imports_nothing_heavy(loaded: Path, tmp_path: Path, command: list[str]) -> None:
    seen = tmp_path / "modules"
    done = subprocess.run(
        [sys.executable, "-c", WRAPPER.format(seen=str(seen)), *command],
        input=f"{QUESTION}\n".encode(),
        capture_output=True,
        env=environment(loaded),
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    modules = {name.partition(".")[0] for name in seen.read_text(encoding="utf-8").splitlines()}
    assert "typer" in modules
    assert modules & HEAVY == set()
