"""Duties in running text: a sentence that tells who must do what, and by when where it says so.

Who: the sentence's own subject, or the offices that its heading or the line above its items
names ("3. Sở Nội vụ", "Giao Sở X:"). When: a time phrase of the sentence, or the sentence
that follows it and says nothing but a time ("Hoàn thành trước ngày 20/12/2025."). Aims,
targets, legal bases and what is told of the past state no duties.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.candidates import NOTHING, Candidate, Role, Stated, Whence
from ingest.context import Assigned, Context
from ingest.layout.labels import KINDS
from ingest.layout.outline import Node, Outline, number_of, section_of
from ingest.layout.paragraphs import Paragraph
from ingest.statements.headings import assigned_over
from ingest.statements.label_lines import read_field
from ingest.statements.predicates import begins_with_circumstance, begins_with_verb, has_verb
from ingest.statements.subjects import LINKED, Subject, read_helpers, read_subject, subject_at
from knowledge.deadlines import FoundDeadline
from knowledge.records import Deadline, DeadlineKind, Doubt, Origin, Source
from knowledge.text import CAPITAL, Folded, cut, fold, squeeze

_NO_DUTIES = re.compile(
    r"^(?:muc dich|yeu cau(?: chung)?\s*:?$|muc tieu|quan diem|chi tieu|pham vi|doi tuong|can cu|nguyen tac|"
    r"dinh huong|tam nhin|"
    r"ket qua dat duoc|danh gia chung|thanh phan|dia diem|tinh hinh|ton tai|han che(?! va)|nguyen nhan)"
)
"""Headings of parts that give nothing to do: Nghị định 30/2020/NĐ-CP names the parts of a plan so."""
_SENTENCE = re.compile(rf"(?<=[.!?…])\s+(?={CAPITAL}|[“\"(\d])(?<!\bTP\. )(?<!\bv\.v\. )(?<!\bst\. )")
_SAYS = re.compile(r"[^\W\d_]{2}")
"""A sentence has a word; "1024." is the number of one that was joined to it."""
_NEW_SUBJECT = re.compile(r";\s+|,\s+(?=(?:giao|yêu cầu|đề nghị)\s)", re.IGNORECASE)
_PAST = re.compile(
    r"\b(?:đã|đang|vừa) (?!được (?:giao|phân công)|ký|ban hành|đề ra|phê duyệt|công bố)", re.IGNORECASE
)
_STRIVES = re.compile(r"^(?:phan dau|muc tieu|den nam \d{4},? )")
_CALLS = re.compile(
    r"(?:(?:trong )?quá trình|nếu|trường hợp|khi có) [^.]{0,160}(?:khó khăn|vướng mắc|phát sinh)", re.IGNORECASE
)
_NO_DUTY = re.compile(r"trân trọng ", re.IGNORECASE)
_EXECUTES = re.compile(
    rf"(?:\S+ ){{0,4}}(?:thực hiện|thi hành) (?:[^,;.]{{0,40}} )?(?:{'|'.join(KINDS.values())}|văn bản) này[\s./]*$",
    re.IGNORECASE,
)
"""Calls that close a paper ("... chịu trách nhiệm thi hành Quyết định này"): nothing of them can be followed up."""
# Every time phrase has a figure or one of these words; most sentences have neither, and the grammar is dear.
_TIMED = re.compile(
    r"\d|h[àằaă]ng |mỗi |moi |định kỳ|dinh ky|thường niên|tháng|thang|quý|quí|quy |năm|nam |tuần|ngày|rằm",
    re.IGNORECASE,
)
_REPORTS = re.compile(r"\bbáo cáo\b|\bgửi\b|\bcông bố\b|\bsơ kết\b|\btổng kết\b|\bđịnh kỳ\b", re.IGNORECASE)
_ONLY_TIME = re.compile(
    r"^(?:(?:yêu cầu|phải|việc này|nội dung này|nhiệm vụ này|các nội dung trên|công việc này)\s+)*"
    r"(?:hoàn thành|thời gian|thời hạn|tiến độ|hạn|xong|kết thúc)(?!\w)",
    re.IGNORECASE,
)
_STANDING = re.compile(r"^(?:\S+ ){0,3}?(thường xuyên)(?!\w)", re.IGNORECASE)
_CONDITION = re.compile(r"^((?:ngay )?(?:sau khi|khi)\s[^,;.]{5,200}),\s", re.IGNORECASE)


@dataclass(slots=True)
class _Duty:
    """A sentence read as a duty, before its time is settled."""

    sentence: str
    title: str
    lead: Stated
    helpers: Stated
    found: list[FoundDeadline] = field(default_factory=list)
    more: list[str] = field(default_factory=list)
    """Sentences behind it that add its time."""


@dataclass(frozen=True, slots=True)
class _Clause:
    node: Node
    paragraph: Paragraph
    text: str


@dataclass(frozen=True, slots=True)
class Duties:
    """Candidates of running text, and dated sentences that name no office."""

    candidates: list[Candidate]
    doubts: list[Doubt]


def duties_of(outline: Outline, used: set[int], context: Context, *, told: bool = False) -> Duties:
    """The duties that sentences of running text state.

    Args:
        used: `id` of nodes and paragraphs that are told already (label lines).
        told: the paper reports what was (a "Báo cáo"); then only what is addressed to somebody is a duty.
    """
    duties = Duties([], [])
    for clause in _clauses(outline, used, context):
        found = _ClauseReader(clause, context, told).read()
        duties.candidates.extend(_candidate(duty, clause, context) for duty in found.duties)
        duties.doubts.extend(found.doubts)
    return duties


def _clauses(outline: Outline, used: set[int], context: Context) -> Iterator[_Clause]:
    for paragraph in outline.root.body:  # a short paper has no outline; what introduces one ends in a colon
        if id(paragraph) not in used and not paragraph.text.endswith(":"):
            yield _Clause(outline.root, paragraph, paragraph.text)
    for node in outline.nodes():
        if id(node) in used or node.paragraph is None or _states_no_duties(node):
            continue
        if not _heads_items(node, context):
            yield _Clause(node, node.paragraph, node.text)
        for paragraph in node.body:
            if id(paragraph) not in used:
                yield _Clause(node, paragraph, paragraph.text)


def _heads_items(node: Node, context: Context) -> bool:
    """Whether a node only introduces what stands under it."""
    if node.is_heading and not node.text.endswith((".", ";")):
        return True
    return node.text.endswith(":") and any(
        begins_with_verb(child.text) or read_subject(child.text, context) is not None for child in node.children
    )


def _states_no_duties(node: Node) -> bool:
    return any(_NO_DUTIES.match(fold(n.text)) for n in (node, *node.ancestors()) if n.is_heading)


class _ClauseReader:
    def __init__(self, clause: _Clause, context: Context, told: bool) -> None:
        self.clause = clause
        self.context = context
        self.told = told
        self.duties: list[_Duty] = []
        self.doubts: list[Doubt] = []
        self._assigned: Assigned | None = None
        self._asked = False

    def read(self) -> _ClauseReader:
        """All duties of the clause, sentence after sentence."""
        for sentence in filter(_SAYS.search, _SENTENCE.split(self.clause.text)):
            for part in self._parts(sentence):
                for share, first in self._shares(part):
                    self._sentence(share, goes_on=not first)
        return self

    def _shares(self, part: str) -> Iterator[tuple[str, bool]]:
        """A part cut where its office has a second thing to do with a time of its own: "... trước ngày 5/3; lập ...".

        With each piece, whether it is the first.
        """
        start = 0
        for cut_at in re.finditer(r";\s+", part):
            before, behind = part[start : cut_at.start()], part[cut_at.end() :].split(";", 1)[0]
            if begins_with_verb(behind) and self._whole_times(before) and self._whole_times(behind):
                yield before, not start
                start = cut_at.end()
        yield part[start:], not start

    def _whole_times(self, part: str) -> list[FoundDeadline]:
        return self._times(part) if self._is_whole(part) else []

    def _parts(self, sentence: str) -> Iterator[str]:
        """A sentence cut where another office is given something else to do: "...; giao Sở Y ..."."""
        start = 0
        for cut_at in _NEW_SUBJECT.finditer(sentence):
            own = subject_at(sentence[cut_at.end() :], self.context)
            part = sentence[start : cut_at.start()]
            if own is not None and (own.addressed or own.obliged) and self._is_whole(part):
                yield part
                start = cut_at.end()
        yield sentence[start:]

    def _is_whole(self, part: str) -> bool:
        """Whether a part of a sentence gives a duty by itself, and is no condition or list of offices before one."""
        return begins_with_verb(part) or read_subject(part, self.context) is not None

    def _sentence(self, sentence: str, *, goes_on: bool) -> None:
        """One sentence, or a piece that `goes_on` with the office of the piece before it."""
        found = self._times(sentence)
        if _STRIVES.match(fold(sentence)) or (not found and _CALLS.match(sentence)):
            return
        duty = self._own(sentence, found)
        only_time = _ONLY_TIME.match(sentence) or not begins_with_verb(_main_clause(sentence, found))
        if duty is None and found and only_time and self._adds_time(sentence, found):
            return
        if duty is None and goes_on and self.duties:
            last = self.duties[-1]
            duty = _Duty(sentence, sentence, last.lead, last.helpers, found)
        duty = duty or self._assigned_duty(sentence, found) or self._carried_on(sentence, found)
        if duty is not None:
            self.duties.append(duty)
        elif found and has_verb(sentence) and not _PAST.search(sentence) and not self.told:
            phrase = found[0].deadline.phrase
            self.doubts.append(Doubt(f"Có thời hạn “{phrase}” nhưng không rõ cơ quan nào", cut(sentence, 120)))

    def _times(self, sentence: str) -> list[FoundDeadline]:
        if not _TIMED.search(sentence):
            return []
        named = read_field(sentence)
        if named is not None and named[0] is Role.DEADLINE and named[1]:
            return [FoundDeadline(0, len(sentence), self.context.deadline(named[1].strip(" .;")))]
        found = self.context.find_deadlines(sentence)
        begins = any(DeadlineKind.OPEN_START in f.deadline.kinds for f in found)
        return [f for f in found if _counts(f, sentence, begins)]

    def _adds_time(self, sentence: str, found: list[FoundDeadline]) -> bool:
        """Whether a sentence that is only a time belongs to the duties before it in the clause."""
        undated = [duty for duty in self.duties if not duty.found]
        for duty in undated:
            duty.found = found
            duty.more.append(sentence)
        return bool(undated)

    def _own(self, sentence: str, found: list[FoundDeadline]) -> _Duty | None:
        """The duty of the office that the sentence itself names."""
        behind = _after_time(sentence, found)
        subject = read_subject(behind, self.context)
        if subject is None and behind != sentence:
            subject = read_subject(sentence, self.context)
        if (
            subject is None
            or not subject.rest.strip(" .;:,/")
            or _NO_DUTY.match(subject.rest)
            or (not found and _EXECUTES.match(subject.rest))
        ):
            return None
        if sentence.startswith(f"{subject.offices}:"):
            self._assigned, self._asked = Assigned(subject.offices, subject.helpers), True
        if self.told and not subject.addressed and not self._is_ahead(found):
            return None
        clear = found or subject.addressed or subject.obliged
        if not clear and not self._over() and self._is_everybody(subject):
            return None
        if self.clause.node.paragraph is None and not subject.addressed:
            # Outside the outline a paper also tells its grounds and its meeting: a duty begins with its office.
            plain = subject_at(sentence, self.context)
            if not clear or plain is None or plain.offices != subject.offices:
                return None
        return _Duty(sentence, subject.rest, self._lead(subject), Stated(subject.helpers), found)

    def _is_ahead(self, found: list[FoundDeadline]) -> bool:
        """Whether a time lies behind the paper's own day: what a report tells of it is still to be done."""
        issued = self.context.issued
        return any(day > issued for f in found for day in f.deadline.dates) if issued else False

    def _is_everybody(self, subject: Subject) -> bool:
        """Whether only "các cấp, các ngành" are spoken to: a call, not a duty that anybody could report on."""
        return all(self.context.is_everybody(part) for part in self.context.split(subject.offices))

    def _lead(self, subject: Subject) -> Stated:
        """The subject, told as its heading tells it where both are the same office."""
        above = self._over()
        if above is not None and fold(above.offices).startswith(fold(subject.offices)):
            return Stated(above.offices, Whence.HEADING)
        return Stated(subject.offices)

    def _assigned_duty(self, sentence: str, found: list[FoundDeadline]) -> _Duty | None:
        """The duty of the office that the heading names, told by a sentence without a subject."""
        above = self._over()
        if above is None:
            return None
        loose = self.clause.paragraph is not self.clause.node.paragraph
        if not (found or above.known) and loose:
            return None  # a sentence under what may be a body's name, undated and no item of a list
        main = _main_clause(sentence, found)
        if not begins_with_verb(main):
            main = sentence
            if not found or _PAST.search(sentence):
                return None
        helpers, title = read_helpers(main, self.context)
        lead = Stated(above.offices, Whence.HEADING)
        return _Duty(sentence, title or main, lead, Stated(helpers or above.helpers), found)

    def _carried_on(self, sentence: str, found: list[FoundDeadline]) -> _Duty | None:
        """A dated sentence without a subject goes on with the office of the sentence before: a guess."""
        if not found or not self.duties or _PAST.search(sentence):
            return None
        lead = self.duties[-1].lead
        return _Duty(sentence, _main_clause(sentence, found), Stated(lead.text, Whence.NEARBY), NOTHING, found)

    def _over(self) -> Assigned | None:
        if not self._asked:
            self._assigned, self._asked = assigned_over(self.clause.node, self.context), True
        return self._assigned


def _counts(found: FoundDeadline, sentence: str, begins: bool) -> bool:
    """Whether a time phrase is a deadline: "hằng năm" behind a noun ("đánh giá hằng năm") is none.

    Args:
        begins: the sentence says from when on; then what recurs in it is meant.
    """
    kinds = set(found.deadline.kinds)
    if found.deadline.unread and kinds <= {DeadlineKind.UNSPECIFIED}:
        return True  # a time that no calendar has ("trước ngày 31/2"): told, and doubted
    if begins and kinds & {DeadlineKind.RECURRING, DeadlineKind.OPEN_START}:
        return True
    if not kinds & {DeadlineKind.ONE_OFF, DeadlineKind.RECURRING}:
        return False
    if DeadlineKind.RECURRING not in kinds or any(c.isdigit() for c in found.deadline.phrase):
        return True
    before = sentence[: found.start].rstrip()
    if not before or before.endswith((":", ";")):
        return True
    phrase = fold(found.deadline.phrase)
    return bool(phrase.startswith("moi ") or "dinh ky" in phrase or _REPORTS.search(before))


def _after_time(sentence: str, found: list[FoundDeadline]) -> str:
    """What follows a time that opens the sentence."""
    if found and len(sentence[: found[0].start].split()) <= 2:
        return sentence[found[0].end :].lstrip(" ,:;")
    return sentence


def _main_clause(sentence: str, found: list[FoundDeadline]) -> str:
    """The sentence behind the time or circumstance that opens it."""
    main = _after_time(sentence, found)
    main = LINKED.sub("", main)
    if begins_with_verb(main) or not begins_with_circumstance(main):
        return main
    for comma in re.finditer(r",\s+", main[:400]):
        if begins_with_verb(main[comma.end() :]):
            return main[comma.end() :]
    return main


def _candidate(duty: _Duty, clause: _Clause, context: Context) -> Candidate:
    node = clause.node
    section = section_of(node) or (node if node.is_heading else None)
    number = number_of(node, section)
    return Candidate(
        origin=Origin.CLAUSE,
        title=duty.title.strip(" .;:,/"),
        section=section.text.rstrip(" :") if section else None,
        number=number,
        lead=_with_confidence(duty.lead, clause),
        coordinating=duty.helpers,
        due=_together(duty.found, context) if duty.found else _undated(duty, context),
        source=Source(
            section_path=node.full_path if node.is_heading else node.path,
            clause=number or (node.label.mark if node.label else None),
            page=clause.paragraph.page,
            quote=squeeze(" ".join([duty.sentence, *duty.more])),
        ),
    )


def _with_confidence(stated: Stated, clause: _Clause) -> Stated:
    return Stated(stated.text, stated.whence, min(stated.confidence, clause.paragraph.confidence))


def _undated(duty: _Duty, context: Context) -> Deadline | None:
    """ "Thường xuyên ..." and "Sau khi ..., ..." say when without a day."""
    standing = _STANDING.match(duty.sentence) or _STANDING.match(duty.title)
    condition = _CONDITION.match(duty.sentence)
    phrase = standing[1] if standing else condition[1] if condition else ""
    return context.deadline(phrase) if phrase else None


def _together(found: list[FoundDeadline], context: Context) -> Deadline:
    """One deadline of all that a sentence states; a day counts more than a bare "hằng năm"."""
    if any(DeadlineKind.OPEN_START in f.deadline.kinds for f in found):
        # What recurs and from when on are one phrase that the sentence parts.
        return context.deadline(", ".join(dict.fromkeys(f.deadline.phrase for f in found)))
    dated = [f.deadline for f in found if f.deadline.dates or any(c.isdigit() for c in f.deadline.phrase)]
    firsts: dict[Folded, Deadline] = {}
    for deadline in dated or [found[0].deadline]:
        firsts.setdefault(fold(deadline.phrase), deadline)
    chosen = list(firsts.values())
    if len(chosen) == 1:
        return chosen[0]
    kinds = tuple(k for k in DeadlineKind if any(k in d.kinds for d in chosen))
    return Deadline(
        phrase="; ".join(d.phrase for d in chosen),
        kinds=kinds,
        start=next((d.start for d in chosen if d.start), None),
        dates=tuple(sorted({day for d in chosen for day in d.dates})),
        rules=tuple(dict.fromkeys(rule for d in chosen for rule in d.rules)),
        unread=tuple(dict.fromkeys(part for d in chosen for part in d.unread)),
    )
