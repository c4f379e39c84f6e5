"""`kehoach remind`: what is to be sent to whom, and one pass of sending."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.clock import HANOI
from tests.bot.papers import write_plan  # noqa: F401
from tests.bot.running import call
