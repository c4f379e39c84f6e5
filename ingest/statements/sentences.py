"""Dated duties in running text: a sentence that tells who must do what by when.

The agency is the sentence's subject or the heading that the clause stands under;
the time is a phrase that `knowledge.deadlines` finds. Aims, targets and legal bases
state no duties, and "hằng năm" behind a noun ("đánh giá hằng năm") is no deadline.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.context import Context
from ingest.layout.outline import Node, Outline, number_of, section_of
from ingest.layout.paragraphs import Paragraph
from ingest.statements.headings import agency_over
from ingest.statements.subjects import VERB, split_subject
from knowledge.answers.wording import cut
from knowledge.deadlines import FoundDeadline
from knowledge.records import Deadline, DeadlineKind, Doubt, Origin, Source, Task
from knowledge.text import fold, squeeze

_NO_DUTIES = re.compile(
    r"^(?:muc dich|yeu cau|muc tieu|quan diem|chi tieu|pham vi|doi tuong|can cu|nguyen tac|dinh huong|tam nhin|"
    r"kinh phi)"
)
_SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=[A-ZÀ-ỸĐ“\"(])(?<!\bTP\. )(?<!\bv\.v\. )")
_ADDRESSED = re.compile(r"^(?:đề nghị|yêu cầu|giao|thủ trưởng)\s+", re.IGNORECASE)
_OBLIGED = re.compile(r"^(?:có trách nhiệm|chịu trách nhiệm|phải)\s+", re.IGNORECASE)
_LEADS = re.compile(r"^(?:là cơ quan )?chủ trì\s*,?\s*(?:(?:và\s+)?phối hợp\s+(?:với|cùng)?\s*)?", re.IGNORECASE)
_JOINTLY = re.compile(r"^(?:là cơ quan )?chủ trì\s*,?\s*(?:và\s+)?phối hợp\s+(?:với|cùng)?\s*", re.IGNORECASE)
_OPENING = re.compile(r"^(?:căn cứ|trên cơ sở|theo(?! dõi)|để|nhằm|khi|trong quá trình)\s", re.IGNORECASE)
_ACTS = re.compile(
    rf"(?:(?:theo|trong) (?:chức năng|phạm vi|nhiệm vụ)[^.;]{{0,60}}?\s)?{VERB.pattern}", re.IGNORECASE
)
# A body that no directory knows is told by its first word and by being made responsible.
_TOLD = re.compile(
    r"^((?:các|bộ phận|ban|hội|tổ|trung tâm|cơ quan|đơn vị|phòng|người đứng đầu|thủ trưởng|giám đốc|chủ tịch|công ty|"
    r"doanh nghiệp|trường|chi cục|quỹ|thành viên)\s[^.;:]{2,140}?)\s+(?:có|chịu) trách nhiệm\b",
    re.IGNORECASE,
)
_REPORTS = re.compile(r"\bbáo cáo\b|\bgửi\b|\bcông bố\b|\bsơ kết\b|\btổng kết\b", re.IGNORECASE)
_STRIVES = re.compile(r"^(?:phan dau|muc tieu|den nam \d{4},? )")
# Every time phrase has a figure or one of these words; most sentences have neither, and the grammar is dear.
_TIMED = re.compile(r"\d|h[àằaă]ng |mỗi |moi |định kỳ|dinh ky|thường niên|tháng|quý|quí|quy |năm|nam ", re.IGNORECASE)
_EACH = re.compile(r"^moi (?:nam|quy|thang|tuan)")


@dataclass(frozen=True, slots=True)
class _Clause:
    node: Node
    paragraph: Paragraph
    text: str


def duties_of(outline: Outline, used: set[int], context: Context) -> tuple[list[Task], list[Doubt]]:
    """Tasks that sentences of running text state, and dated sentences with no agency.

    Args:
        used: `id` of nodes whose dates are already tasks (label lines).
    """
    tasks: list[Task] = []
    doubts: list[Doubt] = []
    for clause in _clauses(outline, used):
        agency: str | None = None
        asked = False
        sentences = _SENTENCE.split(clause.text)
        for i, sentence in enumerate(sentences):
            if not _TIMED.search(sentence):
                continue
            found = [f for f in context.find_deadlines(sentence) if _counts(f, sentence)]
            if not found or _STRIVES.match(fold(sentence)):
                continue
            if not asked:
                agency, asked = agency_over(clause.node, context), True
            task = _duty(sentence, found, agency or _told_before(sentences[:i], context), clause, context)
            if task is not None:
                tasks.append(task)
            elif VERB.search(sentence):
                doubts.append(
                    Doubt(f"Có thời hạn “{found[0].deadline.phrase}” nhưng không rõ cơ quan nào", cut(sentence, 120))
                )
    return tasks, doubts


def _clauses(outline: Outline, used: set[int]) -> Iterator[_Clause]:
    for node in outline.nodes():
        if id(node) in used or node.paragraph is None or _states_no_duties(node):
            continue
        if not node.is_heading or node.text.endswith((".", ";")):
            yield _Clause(node, node.paragraph, node.text)
        for paragraph in node.body:
            yield _Clause(node, paragraph, paragraph.text)


def _states_no_duties(node: Node) -> bool:
    return any(_NO_DUTIES.match(fold(n.text)) for n in (node, *node.ancestors()) if n.is_heading)


def _counts(found: FoundDeadline, sentence: str) -> bool:
    kinds = set(found.deadline.kinds)
    if not kinds & {DeadlineKind.ONE_OFF, DeadlineKind.RECURRING}:
        return False
    if DeadlineKind.RECURRING not in kinds or any(c.isdigit() for c in found.deadline.phrase):
        return True
    before = sentence[: found.start].rstrip()
    if not before or before.endswith((":", ";")):
        return True
    return bool(_EACH.match(fold(found.deadline.phrase)) or _REPORTS.search(before))


def _duty(
    sentence: str, found: list[FoundDeadline], agency: str | None, clause: _Clause, context: Context
) -> Task | None:
    main = _after_opening(sentence, found[0])
    subject, rest = _subject(main, context)
    lead = subject or agency
    if not lead:
        return None
    rest = _OBLIGED.sub("", rest)
    helpers, rest = _helpers(rest, context)
    title = rest.strip(" .;:,") or main.strip(" .;:,")
    if not title:
        return None
    offices = context.split(lead.strip(" .;:"))
    section = section_of(clause.node) or (clause.node if clause.node.is_heading else None)
    number = number_of(clause.node, section)
    return Task(
        origin=Origin.CLAUSE,
        section=section.text.rstrip(" :") if section else None,
        number=number,
        title=title,
        activity=None,
        product=None,
        lead=offices,
        coordinating=helpers,
        deadline=_together(found),
        source=Source(
            section_path=clause.node.full_path if clause.node.is_heading else clause.node.path,
            clause=number or (clause.node.label.mark if clause.node.label else None),
            page=clause.paragraph.page,
            quote=squeeze(sentence),
        ),
        lead_agencies=context.resolve(offices),
    )


def _after_opening(sentence: str, found: FoundDeadline) -> str:
    """The main clause: what follows a deadline that opens the sentence, or opens it after a colon."""
    before = sentence[: found.start].rstrip()
    if not before or before.endswith(":"):
        return sentence[found.end :].lstrip(" ,:;")
    return sentence


def _subject(main: str, context: Context) -> tuple[str | None, str]:
    """The agency that a main clause begins with, as printed, and the words behind it."""
    text = _ADDRESSED.sub("", main)
    found = split_subject(text, context) or _behind_opening(text, context)
    if found is not None:
        return found
    told = _TOLD.match(text)
    return (told[1], text[told.end() :].lstrip()) if told else (None, main)


def _told_before(sentences: Sequence[str], context: Context) -> str | None:
    """The subject of the sentences before, for one that goes on without: "Định kỳ gửi báo cáo ..."."""
    for sentence in reversed(sentences):
        subject, _ = _subject(sentence, context)
        if subject is not None:
            return subject
    return None


def _behind_opening(text: str, context: Context) -> tuple[str, str] | None:
    """The subject behind an opening of circumstance: "Căn cứ Kế hoạch này, các sở xây dựng ..."."""
    if not _OPENING.match(text):
        return None
    for comma in re.finditer(r",\s+", text[:300]):
        found = split_subject(text[comma.end() :], context)
        if found is not None and _ACTS.match(found[1]):
            return found
    return None


def _helpers(rest: str, context: Context) -> tuple[tuple[str, ...], str]:
    """Coordinating offices of "Chủ trì, phối hợp với ... tổng hợp ..." and the words behind them."""
    joint = _JOINTLY.match(rest)
    if not joint:
        leads = _LEADS.match(rest)
        return (), rest[leads.end() :] if leads else rest
    text = rest[joint.end() :]
    found = split_subject(text, context)
    return (context.split(found[0]), found[1]) if found is not None else ((), text)


def _together(found: list[FoundDeadline]) -> Deadline:
    """One deadline of all that a sentence states; a day counts more than a bare "hằng năm"."""
    dated = [f.deadline for f in found if f.deadline.dates or any(c.isdigit() for c in f.deadline.phrase)]
    chosen: list[Deadline] = []
    for deadline in dated or [found[0].deadline]:
        if all(fold(deadline.phrase) != fold(c.phrase) for c in chosen):
            chosen.append(deadline)
    if len(chosen) == 1:
        return chosen[0]
    kinds = tuple(k for k in DeadlineKind if any(k in d.kinds for d in chosen))
    return Deadline(
        phrase="; ".join(d.phrase for d in chosen),
        kinds=kinds,
        start=next((d.start for d in chosen if d.start), None),
        dates=tuple(sorted({day for d in chosen for day in d.dates})),
        rules=tuple(dict.fromkeys(rule for d in chosen for rule in d.rules)),
    )
