"""Every command that README.md and docs/ print is run as printed, or looked at where it cannot run here.

A command is a line of a ```console block that begins with "$ "; what stands below it is what it prints.
"""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import docx
import pytest

from bot.cli import make_cli
from tests.bot.running import ROOT, call
from tests.databases import copy_home
from tests.deployment import load_compose
from tests.pictures import furnish

PAGES = sorted([ROOT / "README.md", ROOT / "SECURITY.md", *(ROOT / "docs").glob("*.md")])
_BLOCK = re.compile(r"^```console\n(.*?)^```", re.DOTALL | re.MULTILINE)
_FENCE = re.compile(r"^```(\w*)", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)#:]+)\)")
_LASTS = ("serve", "run")
"""Go on until they are stopped; tests/bot/serving plays them."""
_LOOK = ("ask", "doctor", "progress", "remind", "plans", "tasks")
"""Change nothing, so that the same line is run for the first page that prints it."""
_COMMANDS = {command.name for command in make_cli().registered_commands}
_LIST = "name,agency,role,channels\nHà Giang,Sở Y tế,owner,telegram:77\n"
_UNITS = (".service", ".timer")
SYSTEM = frozenset({"cp", "docker", "install", "journalctl", "openssl", "systemctl", "useradd"})
"""Programs that are there, or are not, whatever this project does."""


@dataclass(frozen=True)
class Office:
    """Where the commands of a page are run: the data folder and what lies beside it."""

    home: Path

    def run(self, line: str) -> None:
        """Runs one command line in the order of its page."""
        place = line.replace("/sao-luu/", f"{self.home.parent}/sao-luu/")
        words = shlex.split(place)
        if words[0] != "kehoach":
            check_program(words)
        elif words[1] in _LASTS:
            assert words[1] in _COMMANDS
        else:
            run = call(self.home, *words[1:])
            assert run.code == 0, f"{line}\n{run.out}{run.err}"


def check_program(words: list[str]) -> None:
    """What can be known of a command that is not ours."""
    if "|" in words:
        return check_program(words[words.index("|") + 1 :])
    words = words[1:] if words[0] == "sudo" else words
    if words[0] == "make":
        assert f"\n{words[1]}:" in (ROOT / "Makefile").read_text(encoding="utf-8"), words
        return None
    if words[:2] == ["docker", "compose"]:
        return _check_compose(words[2:])
    assert words[0] in SYSTEM, words
    ours = [
        word for word in words if word.startswith("deploy/") or ("kehoach" in word and Path(word).suffix in _UNITS)
    ]
    # A unit is installed under the name of a template as well: kehoach@.service.
    units = [Path(word).name.replace("@", "") for word in ours]
    assert all((ROOT / "deploy" / "systemd" / unit).is_file() for unit in units), words
    return None


def _check_compose(words: list[str]) -> None:
    """The profiles are there, and the service and its command where they are named."""
    services = load_compose()["services"]
    asked = {after for before, after in pairwise(words) if before == "--profile"}
    assert asked <= {profile for each in services.values() for profile in each["profiles"]}, words
    command = next(word for word in words if word in ("up", "run", "exec"))
    named = [word for word in words[words.index(command) :] if word in services]
    assert named or (command == "up" and asked), words
    assert "kehoach" not in words or words[words.index("kehoach") + 1] in {
        each.name for each in make_cli().registered_commands
    }


def _looks(page: Path) -> list[str]:
    """The commands of a page that write neither data nor files, without their comments."""
    return [line for line in printed(page) if line.split()[1] in _LOOK and "--output" not in line]


def printed(page: Path) -> list[str]:
    """The commands of a page, without their comments."""
    blocks = _BLOCK.findall(page.read_text(encoding="utf-8"))
    lines = (line for block in blocks for line in block.splitlines() if line.startswith("$ "))
    return [line[2:].split("  #")[0].rstrip() for line in lines]


@pytest.fixture(scope="module")
def made(loaded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled plans, a newer draft of one of them, and people; not to be changed."""
    home = tmp_path_factory.mktemp("cơ quan") / "dữ liệu"
    copy_home(loaded, home)
    furnish(home)
    return home


@pytest.fixture
def office(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    home = tmp_path / "dữ liệu"
    copy_home(made, home)
    (tmp_path / "sao-luu").mkdir()
    (tmp_path / "thu-muc-ke-hoach").mkdir()
    paper = docx.Document(str(ROOT / "ingest" / "samples" / "ke-hoach-57.docx"))
    paper.tables[-1].rows[-1].cells[-1].text = "Trước ngày 28/12/2026"
    paper.save(str(tmp_path / "ke-hoach-57.docx"))
    shutil.copy(tmp_path / "ke-hoach-57.docx", tmp_path / "thu-muc-ke-hoach")
    (tmp_path / "danh-sach.csv").write_text(_LIST, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    yield Office(home)


@pytest.mark.slow
@pytest.mark.parametrize("page", [each for each in PAGES if printed(each)], ids=lambda page: page.stem)
def test_commands_do_what_the_page_says(office: Office, page: Path) -> None:
    earlier = {line for each in PAGES[: PAGES.index(page)] for line in _looks(each)}
    for line in printed(page):
        if line not in earlier:
            office.run(line)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_lead_somewhere_and_blocks_are_of_commands(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    gone = [link for link in _LINK.findall(text) if not (page.parent / link).exists()]
    assert gone == []
    assert set(_FENCE.findall(text)) <= {"console", ""}
    assert all(line for line in printed(page))


def test_every_picture_is_shown_and_small() -> None:
    shown = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    pictures = list((ROOT / "docs" / "hinh").iterdir())
    assert [each.name for each in pictures if f"hinh/{each.name}" not in shown] == []
    assert max(each.stat().st_size for each in pictures) <= 150_000
