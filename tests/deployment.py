"""What is delivered beside the program: docker-compose.yml, read."""

from __future__ import annotations

from typing import Any

import yaml

from tests.bot.running import ROOT


def load_compose() -> dict[str, Any]:
    """The Compose file, its anchors and merges resolved."""
    read: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return read
