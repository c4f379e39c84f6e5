"""A Chroma server of its own, as `docker-compose.yml` runs one, on the loopback."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

STARTED_SECONDS = 60.0


@contextmanager
def running_chroma(folder: Path) -> Iterator[str]:
    """Its address; what it keeps stands in `folder`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).parent / "chroma"), "run", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--path", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(f"http://127.0.0.1:{port}/api/v2/heartbeat")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def _wait(address: str) -> None:
    until = time.monotonic() + STARTED_SECONDS
    while True:
        try:
            httpx.get(address).raise_for_status()
        except httpx.HTTPError:
            assert time.monotonic() < until
            time.sleep(0.05)
        else:
            return
