"""The schema's history: numbered steps that are only ever added to.

Everything in a step is written out as it was on that day; nothing here may import the
models, which go on changing.
"""

from __future__ import annotations

HEAD = "0030"
"""The newest step. Written here so that opening a store needs no look at the steps."""
