"""Without the real papers nothing here is collected, so that nothing shows as skipped."""

from __future__ import annotations

from tests.shared import SHARED

collect_ignore_glob = [] if SHARED else ["test_*.py"]
