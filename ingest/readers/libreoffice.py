"""Old and foreign office formats made into .docx or .xlsx, and our .docx into .pdf, by LibreOffice without a window.

Each conversion has a profile and a folder of its own, which go with it. The profile switches off
macros, links to other files and the network: a paper is data, whatever it says.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from knowledge.errors import KehoachError, PlanFileError

TIME_LIMIT = 60.0
"""Seconds; a paper of a hundred pages takes three on one core."""
_SOON = 20.0
"""Seconds, for somebody who waits in a chat."""
_MEMORY = 2 << 30
"""Bytes of address space; a short paper needs 0.8 of a gigabyte, most of it mapped libraries."""
_FILE_SIZE = 200_000_000
"""Bytes that it may write into one file."""
_PLACES = ("soffice", "libreoffice", "/Applications/LibreOffice.app/Contents/MacOS/soffice")
_FILTERS = {
    ".docx": "docx:MS Word 2007 XML",
    ".xlsx": "xlsx:Calc MS Excel 2007 XML",
    ".pdf": "pdf:writer_pdf_Export",
}

_SETTINGS = (
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Font/Substitution", "Replacement", "true"),
    ("Office.Writer/Content/Update", "Link", "0"),
    ("Office.Calc/Content/Update", "Link", "2"),
    # All of the network goes to a proxy where nobody listens (port 9 throws away).
    ("Inet/Settings", "ooInetProxyType", "2"),
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
    ("Inet/Settings", "ooInetFTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetFTPProxyPort", "9"),
)

_FONTS = (
    '<item oor:path="/org.openoffice.Office.Common/Font/Substitution/FontPairs"><node oor:name="_0" oor:op="replace">'
    '<prop oor:name="Always"><value>true</value></prop><prop oor:name="OnScreenOnly"><value>false</value></prop>'
    '<prop oor:name="ReplaceFont"><value>Times New Roman</value></prop>'
    '<prop oor:name="SubstituteFont"><value>Tinos</value></prop></node></item>'
)
"""Tinos, where it is installed, has the widths of Times New Roman and every Vietnamese letter. Liberation Serif,
which LibreOffice takes by itself, lacks most of them: they come from another font, and copied text falls apart."""


def find_libreoffice() -> str | None:
    """The program's path, null where it is not installed."""
    return next((found for place in _PLACES if (found := shutil.which(place))), None)


def convert(data: bytes, suffix: str, target: str, time_limit: float = TIME_LIMIT) -> bytes:
    """`data` in the format `suffix` (".doc") as a file of the format `target` (".docx" or ".xlsx").

    Raises:
        PlanFileError: LibreOffice is not installed, cannot open the file, or takes longer than `time_limit` seconds.
    """
    program = find_libreoffice()
    if program is None:
        raise PlanFileError(
            "Để đọc tệp này cần cài LibreOffice (lệnh: sudo apt-get install libreoffice-writer libreoffice-calc); "
            f"hoặc xin lưu tệp lại dạng {target} rồi nạp."
        )
    # A killed program may still be writing while the folder goes.
    with tempfile.TemporaryDirectory(prefix="kehoach-office-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        source = home / f"paper{suffix}"
        source.write_bytes(data)
        _write_profile(home / "profile")
        log = _run(_command(program, home, source, target), home, time_limit)
        made = home / "out" / f"paper{target}"
        if not made.is_file():
            raise PlanFileError(f"LibreOffice không mở được tệp này; xin mở tệp rồi lưu lại dạng {target}.", log)
        return made.read_bytes()


def to_pdf(word: bytes) -> bytes:
    """A Word file of our own as a PDF; two seconds of a core for a report of six pages.

    Raises:
        KehoachError: LibreOffice is not installed, or does not do it.
    """
    try:
        return convert(word, ".docx", ".pdf", _SOON)
    except PlanFileError as error:
        needs = (
            ""
            if find_libreoffice()
            else " (cần cài LibreOffice: sudo apt-get install libreoffice-writer fonts-croscore)"
        )
        detail = f"{error.sentence} {error.detail}"
        raise KehoachError(f"Chưa làm được bản PDF{needs}; xin lấy bản Word.", detail) from error


def _command(program: str, home: Path, source: Path, target: str) -> list[str]:
    return [
        program,
        f"-env:UserInstallation={(home / 'profile').as_uri()}",
        "--headless",
        "--norestore",
        "--nolockcheck",
        "--nodefault",
        "--convert-to",
        _FILTERS[target],
        "--outdir",
        str(home / "out"),
        str(source),
    ]


def _write_profile(profile: Path) -> None:
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, name, value in _SETTINGS
    )
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}{_FONTS}</oor:items>',
        encoding="utf-8",
    )


def _run(command: list[str], home: Path, time_limit: float) -> str:
    """What the program said.

    It stays in our process group, so that who ends us ends it too.
    """
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "TMPDIR": str(home),
        "LANG": "C.UTF-8",
        "SAL_USE_VCLPLUGIN": "svp",
    }
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 (a fixed program with arguments of our own)
            command, env=environment, cwd=home, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )
        _limit(process.pid)
        try:
            process.wait(time_limit)
        except subprocess.TimeoutExpired as error:
            raise PlanFileError(
                f"LibreOffice không chuyển đổi xong tệp trong {time_limit:.0f} giây; xin mở tệp rồi lưu lại "
                "dạng .docx hoặc .xlsx."
            ) from error
        finally:
            _kill_tree(process)
    return (home / "log").read_text("utf-8", "replace")[-2_000:]


def _limit(pid: int) -> None:
    """Bound memory, processor time and file sizes of the program and all it starts (Linux)."""
    try:
        from resource import RLIMIT_AS, RLIMIT_CPU, RLIMIT_FSIZE, prlimit
    except ImportError:
        return
    for limit, value in ((RLIMIT_AS, _MEMORY), (RLIMIT_CPU, int(TIME_LIMIT)), (RLIMIT_FSIZE, _FILE_SIZE)):
        try:
            prlimit(pid, limit, (value, value))
        except (OSError, ValueError):  # it has ended, or a lower limit stands already
            continue


def _kill_tree(process: subprocess.Popen[bytes]) -> None:
    """End the program and what it started; soffice is a script that starts a starter that starts the program."""
    for pid in [*_descendants(process.pid), process.pid]:
        if pid != process.pid or process.poll() is None:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
    process.wait()


def _descendants(pid: int) -> Iterator[int]:
    """Processes that `pid` started, innermost first, where the system shows them."""
    for child in _children(pid):
        yield from _descendants(child)
        yield child


def _children(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = stat.read_text().rpartition(")")[2].split()
        except (OSError, UnicodeDecodeError):  # it has ended
            continue
        if after_name[1] == str(pid):
            found.append(int(stat.parent.name))
    return found
