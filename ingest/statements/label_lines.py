"""Tasks told by label lines instead of a table.

    2. Rà soát văn bản
    - Cơ quan chủ trì: Sở Tư pháp.          <- fields of the clause above
    - Thời gian thực hiện: Quý II/2026.

A field may also head a list ("a) Cơ quan chủ trì" and dashes below), stand inside
another field ("b) Cơ quan thực hiện:" over "- Đơn vị chủ trì: ..."), follow its duty
as a paragraph of its own, or close the duty's sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ingest.context import Context
from ingest.layout.outline import Node, Outline, number_of, section_of
from ingest.statements.headings import agency_over
from ingest.statements.subjects import VERB, split_subject
from ingest.tables.columns import Role
from knowledge.records import Origin, Source, Task
from knowledge.text import fold, squeeze

_WHO = r"(?:(?:cac )?(?:co quan|don vi|bo phan|to chuc|co quan, don vi)\s+)?"
_DOER = Role.OTHER
"""Who does or prepares it: the lead where no line names one, else a helper."""
_FIELDS: tuple[tuple[Role, re.Pattern[str]], ...] = (
    (Role.COORDINATING, re.compile(rf"^(?:{_WHO})(?:phoi hop)(?: thuc hien| tham muu)?$")),
    (
        Role.LEAD,
        re.compile(rf"^{_WHO}chu tri(?:,? thuc hien|,? tham muu|,? phoi hop(?: thuc hien)?)?$"),
    ),
    (
        _DOER,
        re.compile(
            rf"^(?:{_WHO}tham muu(?:,? thuc hien)?"
            r"|(?:co quan|don vi|bo phan)(?:, don vi)? (?:thuc hien|phu trach|dau moi)"
            r"|phan cong thuc hien|trach nhiem thuc hien)$"
        ),
    ),
    (
        Role.DEADLINE,
        re.compile(
            r"^(?:(?:du kien )?thoi (?:gian|han|diem)(?: thuc hien| hoan thanh| trien khai| to chuc)?(?: du kien)?"
            r"|tien do(?: thuc hien| hoan thanh)?|han hoan thanh|thoi han)$"
        ),
    ),
    (Role.PRODUCT, re.compile(r"^(?:san pham|ket qua|san pham du kien|ket qua, san pham|san pham, ket qua|dau ra)$")),
    (
        Role.ACTIVITY,
        re.compile(r"^(?:noi dung(?: thuc hien| cong viec)?|nhiem vu|hoat dong|noi dung, bien phap|cong viec)$"),
    ),
)
_ASIDE = re.compile(r"\s*\(([^()]*:[^()]*)\)\s*[.;]?\s*$")
_PART_END = re.compile(r"(?<=[.;,])\s+")
_CLAUSE_END = re.compile(r"[;.]\s+")
_UNSAID = re.compile(
    r"^(Thời (?:gian|hạn)(?: thực hiện| hoàn thành)?)\s+((?:sau khi|khi|trước|trong|từ|đến|quý|năm|tháng)\b.*)$",
    re.IGNORECASE,
)
_INLINE = re.compile(
    r"[.;]\s*\(?((?:Thời (?:gian|hạn)|Tiến độ)(?: thực hiện| hoàn thành)?)\s*:\s*([^.;]+(?:\.\d[^.;]*)*)\)?[.;]?\s*$",
    re.IGNORECASE,
)


@dataclass(slots=True, eq=False)
class _Group:
    """Fields that belong to one duty."""

    owner: Node
    fields: dict[Role, list[str]] = field(default_factory=dict)
    members: list[Node] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    """The lines that state the fields, as printed."""


@dataclass(frozen=True, slots=True)
class LabelTasks:
    """Tasks found, and the nodes whose text is only their fields or their title."""

    tasks: list[Task]
    used: set[int]
    """`id` of nodes that a task was made of: duties in running text leave them alone."""


def tasks_from_labels(outline: Outline, context: Context) -> LabelTasks:
    """Tasks that the label lines of `outline` give."""
    groups: dict[int, _Group] = {}
    for node in outline.nodes():
        _collect(node, groups)
    tasks: list[Task] = []
    used: set[int] = set()
    for group in groups.values():
        task = _task(group, context)
        if task is not None:
            tasks.append(task)
            used.add(id(group.owner))
            used.update(id(n) for n in group.members)
    return LabelTasks(tasks, used)


def read_field(text: str) -> tuple[Role, str] | None:
    """The field that a line states: its role and its value, empty where a list follows.

    >>> read_field("Đơn vị chủ trì: Sở Nội vụ.")
    (<Role.LEAD: 'lead'>, 'Sở Nội vụ.')
    """
    unsaid = _UNSAID.match(text)
    head, colon, value = (unsaid[1], ":", unsaid[2]) if unsaid else text.partition(":")
    if not colon and len(text) > 60:
        return None
    name = fold(head).strip(" .")
    for role, pattern in _FIELDS:
        if pattern.match(name):
            return role, squeeze(value)
    return None


def read_fields(text: str) -> list[tuple[Role, str]]:
    """The fields that a line states one behind another; none where it does not begin with one.

    >>> read_fields("Chủ trì: Sở Nội vụ; thời gian: Quý I.")
    [(<Role.LEAD: 'lead'>, 'Sở Nội vụ;'), (<Role.DEADLINE: 'deadline'>, 'Quý I.')]
    """
    first = read_field(text)
    if first is None:
        return []
    fields = [(first[0], "")]
    for part in _PART_END.split(first[1]):
        said = read_field(part) if ":" in part else None
        if said is not None:
            fields.append(said)
        else:
            fields[-1] = (fields[-1][0], squeeze(f"{fields[-1][1]} {part}"))
    return fields


def _aside(text: str) -> list[tuple[Role, str]]:
    """Fields in brackets at the end of a duty: "Rà soát văn bản (chủ trì: Sở Tư pháp; thời gian: Quý I)."."""
    found = _ASIDE.search(text)
    return read_fields(found[1]) if found else []


def _collect(node: Node, groups: dict[int, _Group]) -> None:
    found = read_field(node.text)
    if found is not None and not _is_topic(node, found[0], found[1]):
        owner = _owner(node)
        if owner is not None and owner.paragraph is not None:
            group = groups.setdefault(id(owner), _Group(owner))
            *before, (role, value) = read_fields(node.text)
            for earlier, said in before:
                _put(group, earlier, [said])
            _put(group, role, _values(node, value))
            group.members.extend(node.walk())
            group.told.extend(line for n in node.walk() for line in (n.printed, *(p.text for p in n.body)))
    for paragraph in node.body:
        stated = [f for f in read_fields(paragraph.text) if f[1]] if found is None else []
        if stated:
            owner = node.parent if _closes_list(node) and node.parent is not None else node
            group = groups.setdefault(id(owner), _Group(owner))
            for role, value in stated:
                _put(group, role, [value])
            group.members.append(node)
            group.told.append(paragraph.text)
    if found is None:
        inline = _INLINE.search(node.text)
        told = _aside(node.text) or ([(Role.DEADLINE, squeeze(inline[2]))] if inline else [])
        for role, value in told:
            _put(groups.setdefault(id(node), _Group(node)), role, [value])


def _closes_list(node: Node) -> bool:
    """Whether a field below the last item of a list speaks for the whole list: no other item has one."""
    siblings = _siblings(node)
    if not siblings or node.parent is None or node.parent.children[-1] is not node or node.parent.is_heading is False:
        return False
    inner = node.label is not None and node.label.kind == "plus"
    return inner and not any(read_field(p.text) for sibling in siblings for p in sibling.body)


def _is_topic(node: Node, role: Role, value: str) -> bool:
    """ "Nhiệm vụ" or "Nội dung" without a value is a heading of the outline, not a field."""
    return role is Role.ACTIVITY and not value and not any(_field_sibling(s) for s in _siblings(node))


def _siblings(node: Node) -> list[Node]:
    return [n for n in node.parent.children if n is not node] if node.parent else []


def _field_sibling(node: Node) -> bool:
    found = read_field(node.text)
    return found is not None and found[0] in {Role.LEAD, _DOER, Role.COORDINATING, Role.DEADLINE}


def _owner(node: Node) -> Node | None:
    """The nearest clause above that is not itself a field."""
    above = node.parent
    while above is not None and above.paragraph is not None and read_field(above.text) is not None:
        above = above.parent
    return above


def _values(node: Node, value: str) -> list[str]:
    """A field's value with the list below it, where the list holds no fields of its own."""
    values = [value] if value else []
    for paragraph in node.body:
        if read_field(paragraph.text) is None and not paragraph.text.startswith("("):
            values.append(paragraph.text)
    for child in node.children:
        if read_field(child.text) is None:
            values.append(child.text)
            values.extend(grand.text for grand in child.children)
    return values


def _put(group: _Group, role: Role, values: list[str]) -> None:
    if values:
        group.fields.setdefault(role, []).extend(values)


def _task(group: _Group, context: Context) -> Task | None:
    doers = group.fields.get(_DOER, [])
    leads = group.fields.get(Role.LEAD, []) or doers
    agency = None if leads else _doer(group.owner, context)
    if Role.DEADLINE not in group.fields and not leads:
        return None
    if not leads and agency is None:
        return None
    printed = _ASIDE.sub(".", group.owner.text) if _aside(group.owner.text) else group.owner.text
    title = _INLINE.sub(".", printed).strip(" :")
    if group.owner.label is None and not title:
        return None
    phrase = "; ".join(v.strip(" ;.") for v in group.fields.get(Role.DEADLINE, []))
    offices = _offices(leads or [agency or ""], context)
    helping = [] if leads is doers else doers
    helpers = _offices([*helping, *group.fields.get(Role.COORDINATING, [])], context)
    activity = _joined(group, Role.ACTIVITY)
    product = _joined(group, Role.PRODUCT)
    section = section_of(group.owner)
    return Task(
        origin=Origin.CLAUSE,
        section=section.text.rstrip(" :") if section else None,
        number=number_of(group.owner, section),
        title=title,
        activity=activity,
        product=product,
        lead=offices,
        coordinating=helpers,
        deadline=context.deadline(phrase, [t for t in (product, activity) if t]),
        source=Source(
            section_path=group.owner.path,
            clause=number_of(group.owner, section) or (group.owner.label.mark if group.owner.label else None),
            page=group.owner.paragraph.page if group.owner.paragraph else None,
            quote=squeeze(" ".join([group.owner.printed, *group.told]))[:1500],
        ),
        lead_agencies=context.resolve(offices),
    )


def _doer(owner: Node, context: Context) -> str | None:
    """Who does an owner's duty where no field says it: the subject of its sentence, or the heading above."""
    told = split_subject(owner.text, context)
    return told[0] if told is not None and told[1] else agency_over(owner, context)


def _offices(values: list[str], context: Context) -> tuple[str, ...]:
    return tuple(o for text in values for part in _subjects(text, context) for o in context.split(part.strip(" .;")))


def _subjects(value: str, context: Context) -> list[str]:
    """The offices of a field whose value goes on to say what each of them does; else the value."""
    told = [split_subject(part, context) for part in _CLAUSE_END.split(value)]
    doing = [found[0] for found in told if found is not None and VERB.match(found[1])]
    return doing if told[0] is not None and VERB.match(told[0][1]) else [value]


def _joined(group: _Group, role: Role) -> str | None:
    return " ".join(group.fields.get(role, [])).strip() or None
