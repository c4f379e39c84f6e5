"""Which agency a clause is for: the one whose heading it stands under.

3. Sở Nội vụ                      <- heading that names an agency
b) Chủ trì, phối hợp với ...      <- its duty
"""

from __future__ import annotations

import re

from ingest.context import Context
from ingest.layout.outline import Node

_OPENING = re.compile(r"^(?:trách nhiệm|nhiệm vụ)\s+của\s+", re.IGNORECASE)
_ROLE_MOST = 200


def agency_over(node: Node, context: Context) -> str | None:
    """The agency of the nearest heading above (or of `node` itself when it is a heading), as printed.

    A heading that the directory does not know still names who is meant when most
    headings beside it name agencies; the clause is then never given to one further out.
    """
    for above in (node, *node.ancestors()):
        if above is node and not node.is_heading:
            continue
        found = context.heading_agency(above.printed)
        if found:
            return found
        if _stands_among_agencies(above, context):
            return _OPENING.sub("", above.text).strip(" .:")
    return None


def _stands_among_agencies(node: Node, context: Context) -> bool:
    if node.parent is None or not node.is_heading or len(node.text) > _ROLE_MOST:
        return False
    beside = [n for n in node.parent.children if n is not node and n.is_heading]
    named = sum(1 for n in beside if context.heading_agency(n.printed))
    return named >= 2 and named >= len(beside) * 0.5
