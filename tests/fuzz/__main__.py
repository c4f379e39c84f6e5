"""`python -m tests.fuzz [COUNT] [--seed N] [--keep FOLDER]`: prints what came of so many mutated files."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.fuzz.running import fuzz


def main() -> None:
    """Exit code 1 where a file ended its reader, or broke out of it.

    Defects that the person is told in one sentence are listed: they are to be mended, and do no harm.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("count", nargs="?", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=0, help="the first one")
    parser.add_argument("--keep", type=Path, help="where files that did harm are kept")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = fuzz(Path(folder), range(given.seed, given.seed + given.count), given.keep)
    lines = [f"{outcome}: {count}" for outcome, count in sorted(found.outcomes.items())]
    lines += [f"slowest: {found.slowest:.1f} s", *found.ended]
    lines += [f"defect: {what}: {len(files)} files, such as {files[0]}" for what, files in found.defects.items()]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.exit(1 if found.ended else 0)


if __name__ == "__main__":
    main()
