"""`kehoach` and `python -m bot`: one plain line and exit code 1 for whatever goes wrong."""

from __future__ import annotations

import logging
import os
import signal
import sys

from bot.log import hold_log
from knowledge.errors import KehoachError

_TERMINATED = 128 + signal.SIGTERM
"""The exit code by which a shell knows it."""

_log = logging.getLogger(__name__)


def main() -> None:
    """Runs the command.

    Exit codes: 0 done, 1 failed with one plain line on standard error, 2 bad usage.
    """
    # Before numpy is there: our matrices are small, and on a busy machine its threads wait for each other ten times
    # as long as they compute (a step of training: 0.02 s with one, 0.1 to 0.5 s with two on two cores).
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from bot.cli import make_cli

    hold_log()
    # As Ctrl-C does: what is under way is put in order. `serve` has its own way.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(_TERMINATED))
    try:
        make_cli()()
    except KehoachError as error:
        _log.warning("%s: %s %s", type(error).__name__, error.sentence, error.detail)
        sys.stderr.write(f"{error.sentence}\n")
        sys.exit(1)
    except BrokenPipeError:
        # The reader (head, less) has gone: nothing is wrong, and nothing more can be written.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception:  # noqa: BLE001 - the outermost edge: a defect is logged whole, the person gets one sentence
        _log.exception("unexpected failure")
        sys.stderr.write("Có lỗi ngoài dự kiến; chi tiết ở kehoach.log trong thư mục dữ liệu.\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
