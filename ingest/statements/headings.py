"""Which offices a clause is for: those of the heading, or of the line over its items, that it stands under.

3. Sở Nội vụ                                              <- heading that names an office
b) Giao Sở Y tế chủ trì, phối hợp với Sở Tài chính:       <- line that gives what follows to an office
- Rà soát ...                                             <- its duty
"""

from __future__ import annotations

import re

from ingest.context import Assigned, Context
from ingest.layout.outline import Node
from ingest.statements.predicates import begins_with_verb
from ingest.statements.subjects import Subject, read_subject
from knowledge.text import CAPITAL

_OPENING = re.compile(r"^(?:trách nhiệm|nhiệm vụ)\s+của\s+", re.IGNORECASE)
_LAST_SENTENCE = re.compile(rf"(?<=\.)\s+(?={CAPITAL})")


def assigned_over(node: Node, context: Context) -> Assigned | None:
    """What the nearest heading or announcing line above gives `node` to (or `node` itself when it is one)."""
    above: Node | None = node if announces(node) else node.parent
    while above is not None and above.parent is not None:
        if id(above) not in context.assigned:
            context.assigned[id(above)] = _assigns(above, context)
        found = context.assigned[id(above)]
        if found is not None:
            return found
        above = above.parent
    return None


def _assigns(above: Node, context: Context) -> Assigned | None:
    """What one heading or announcing line gives what stands below it to."""
    subject = _announced(above, context)
    found = context.heading_agency(above.printed)
    # "UBND xã A có nhiệm vụ:" is a name and more; what is only a name is one whole.
    if found and not (subject is not None and subject.obliged and found.startswith(subject.offices)):
        return _assigned(found, "", context)
    if subject is not None:
        return _assigned(subject.offices, subject.helpers, context)
    if _OPENING.match(above.text) and above.is_heading:
        return Assigned(_OPENING.sub("", above.text).strip(" .:"), known=False)
    name = above.text.strip(" .:")
    if above.is_heading and _names_body(name, context):
        return _assigned(name, "", context)
    return None


def agency_over(node: Node, context: Context) -> str | None:
    """The offices of `assigned_over`, as printed."""
    found = assigned_over(node, context)
    return found.offices if found else None


def announces(node: Node) -> bool:
    """Whether `node` only introduces what stands under it."""
    return (node.is_heading and not node.text.endswith((".", ";"))) or node.text.endswith(":")


def _assigned(offices: str, helpers: str, context: Context) -> Assigned:
    return Assigned(offices, helpers, known=bool(context.resolve(context.split(offices))))


def _announced(node: Node, context: Context) -> Subject | None:
    """The office of a line that ends in a colon over its items: "... Giao Sở X chủ trì, phối hợp với Y:"."""
    if not (node.text.endswith(":") or node.is_heading):
        return None
    subject = read_subject(_LAST_SENTENCE.split(node.text)[-1], context)
    if subject is None or (node.is_heading and not node.text.endswith(":") and subject.rest):
        return None
    return subject


def _names_body(text: str, context: Context) -> bool:
    """Whether a heading is the name of a body that the directory lacks: "Trung tâm Giống cây trồng"."""
    if begins_with_verb(text) or not any(c.isupper() for c in text[1:]) or not context.directory.may_be_office(text):
        return False
    return read_subject(text, context) is None
