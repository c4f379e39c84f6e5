"""What agencies are called and what abbreviations mean, as they are now: the one owner of both.

The shipped files come first, the files of the settings over them, and over those what the organisation's
administrators keep in the database. A change is one transaction that counts up the edition; whoever asks for the
directory or the lexicon is given the ones of that edition, in this process and in every other. One answer, one
planning or one reading goes on with the directory that it was given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from threading import Lock

from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.people import rows as people
from knowledge.agencies import Directory
from knowledge.agencies.directory import read_files
from knowledge.agencies.entries import Contents
from knowledge.agencies.own import Own, OwnAgency, check_agency, check_not_needed, own_directory, tidied
from knowledge.errors import NamingError, NamingMovedError
from knowledge.qa.query.lexicon import Lexicon, load_lexicon, with_abbreviations
from knowledge.store import naming
from knowledge.store.audit import OPERATOR
from knowledge.store.database import Store
from knowledge.store.naming import Abbreviation, Kept, NamingChange, printed_offices
from knowledge.syllables import is_folded_syllable
from knowledge.text import Folded, cut, fold, nfc, squeeze, syllables

LONGEST_SHORT, LONGEST_WORDS = 20, 120
"""Characters of an abbreviation and of what it stands for."""
_QUOTED = 60

By = int | None
"""A member's number; None for the operator at the command line."""


@dataclass(frozen=True)
class Names:
    """One edition of what things are called.

    Attributes:
        own: what the organisation lays over the files.
        agencies, lexicon_of_files: those of the files.
    """

    own: Own
    agencies: Contents
    lexicon_of_files: Callable[[], Lexicon]

    @property
    def edition(self) -> int:
        """Another one after each change."""
        return self.own.edition

    @cached_property
    def directory(self) -> Directory:
        """The agencies."""
        return own_directory(self.agencies, self.own)

    @cached_property
    def lexicon(self) -> Lexicon:
        """How people type."""
        return with_abbreviations(self.lexicon_of_files(), self.own.words)


@dataclass(frozen=True, slots=True)
class Unknown:
    """An office of live plans that the directory does not know.

    Attributes:
        tasks: in how many it stands.
    """

    printed: str
    tasks: int


@dataclass
class Naming:
    """The names in use, and their keeping; safe to use from many threads.

    Args:
        agencies, lexicon: the files of the settings.
    """

    store: Store
    clock: Clock
    agencies: Path | None = None
    lexicon: Path | None = None
    _names: Names | None = None
    _lock: Lock = field(default_factory=Lock)

    def now(self) -> Names:
        """The names in use.

        Raises:
            DirectoryError, KehoachError: a file of the settings is wrong.
        """
        with self.store.read() as session:
            return self.within(session)

    def within(self, session: Session) -> Names:
        """Those that the session sees."""
        number = naming.edition(session)
        names = self._names
        if names is None or names.edition != number:
            names = self._made(_read_own(session))
            with self._lock:
                if self._names is None or self._names.edition < number:
                    self._names = names
        return names

    # --- what is kept -----------------------------------------------------------------------

    def own_agencies(self) -> dict[str, tuple[OwnAgency, Kept]]:
        """The organisation's own agencies, by name."""
        with self.store.read() as session:
            return naming.read_agencies(session)

    def own_abbreviations(self) -> dict[str, tuple[Abbreviation, Kept]]:
        """Its own abbreviations, by the folded short form."""
        with self.store.read() as session:
            return naming.read_abbreviations(session)

    def history(self, limit: int = 50) -> list[NamingChange]:
        """The latest changes, newest first."""
        with self.store.read() as session:
            return naming.read_changes(session, limit)

    def unknown(self) -> list[Unknown]:
        """Offices of live plans in which the directory knows no agency, those of most tasks first."""
        with self.store.read() as session:
            directory, printed = self.within(session).directory, printed_offices(session)
        found = [
            Unknown(office, count)
            for office, count in printed.items()
            if directory.resolve(office) is None and not directory.particular(office) and not directory.find(office)
        ]
        return sorted(found, key=lambda each: (-each.tasks, fold(each.printed)))

    # --- changing it ------------------------------------------------------------------------

    def keep_agencies(self, agencies: Sequence[OwnAgency], by: By, expected: Mapping[str, int] | None = None) -> int:
        """Keeps agencies, all or none; how many of them were not kept so already.

        Args:
            expected: by name the edition of the row that the person saw, 0 for none; whatever is there where a
                name is not in it.

        Raises:
            NotAllowedError: the member is no administrator.
            NamingMovedError: somebody has changed one of them meanwhile.
            NamingError: one of them cannot be kept so.
        """
        with self.store.write() as session:
            people.check_admin(session, by)
            own = naming.read_agencies(session)
            words = self.within(session).own.words
            changed = 0
            given = [tidied(each) for each in agencies]
            for at, agency in enumerate(given):
                before = own.get(agency.name)
                _check_seen(agency.name, before, (expected or {}).get(agency.name))
                # Of the same file a later one may take an earlier one over.
                later = {each.name: replace(each, successor="", successor_from=None) for each in given[at + 1 :]}
                beside = {name: each for name, (each, _) in own.items()} | later
                others = [each for name, each in beside.items() if name != agency.name]
                try:
                    check_agency(self.files, others, words, agency)
                except NamingError as error:
                    if len(agencies) == 1:
                        raise
                    raise NamingError(f"{cut(agency.name, _QUOTED) or 'Một dòng'}: {error.sentence}") from error
                if before is None or before[0] != agency:
                    naming.put_agency(session, agency, _actor(by), self.clock())
                    own = naming.read_agencies(session)
                    changed += 1
            self._apply(session, changed)
        return changed

    def remove_agency(self, name: str, by: By, expected: int | None = None) -> None:
        """Takes an own agency, or what was added to one of the files, out again; otherwise as `keep_agencies`."""
        with self.store.write() as session:
            people.check_admin(session, by)
            own = naming.read_agencies(session)
            _check_seen(name, own.get(name), expected)
            if name not in own:
                raise NamingError(f"Cơ quan không tự thêm “{cut(name, _QUOTED)}”, nên không có gì để bỏ.")
            in_files = name in self.files.entries
            if not in_files:
                check_not_needed([each for other, (each, _) in own.items() if other != name], name)
            naming.remove_agency(session, name, _actor(by), self.clock())
            self._apply(session, 1)

    def keep_abbreviation(self, short: str, words: str, by: By, expected: int | None = None) -> tuple[str, ...]:
        """Keeps an abbreviation; sentences on what it meant before.

        Args:
            expected: the edition of the row that the person saw, 0 for none; None for whatever is there.

        Raises:
            NotAllowedError, NamingMovedError, NamingError: as `keep_agencies`.
        """
        made = Abbreviation(squeeze(nfc(short)), squeeze(nfc(words)))
        with self.store.write() as session:
            people.check_admin(session, by)
            own = naming.read_abbreviations(session)
            before = own.get(made.folded)
            _check_seen(made.short, before, expected)
            _check_abbreviation(made)
            others = {key: each.words for key, (each, _) in own.items() if key != made.folded}
            warnings = self._check_meaning(session, made, others)
            if before is None or before[0] != made:
                naming.put_abbreviation(session, made, _actor(by), self.clock())
                self._apply(session, 1)
        return warnings

    def remove_abbreviation(self, short: str, by: By, expected: int | None = None) -> None:
        """Takes an own abbreviation out again; otherwise as `keep_abbreviation`."""
        with self.store.write() as session:
            people.check_admin(session, by)
            folded = str(fold(short))
            before = naming.read_abbreviations(session).get(folded)
            _check_seen(short, before, expected)
            if before is None:
                raise NamingError(f"Cơ quan không tự thêm chữ viết tắt “{cut(short, _QUOTED)}”.")
            naming.remove_abbreviation(session, folded, _actor(by), self.clock())
            self._apply(session, 1)

    @cached_property
    def files(self) -> Contents:
        """The agencies of the files."""
        return read_files(self.agencies)

    @cached_property
    def _lexicon_of_files(self) -> Lexicon:
        return load_lexicon(self.lexicon)

    def _made(self, own: Own) -> Names:
        return Names(own, self.files, lambda: self._lexicon_of_files)

    def _apply(self, session: Session, changed: int) -> None:
        """Whatever is stored by the names before follows in the same transaction."""
        if changed:
            naming.resolve_again(session, own_directory(self.files, _read_own(session)))

    def _check_meaning(self, session: Session, made: Abbreviation, others: Mapping[str, str]) -> tuple[str, ...]:
        """Whether the short form means something else already; told where that is only another wording."""
        own = _read_own(session)
        without = self._made(replace(own, words=others))
        there = without.directory.resolve(made.short)
        meant = without.directory.resolve(made.words)
        if there is not None and (meant is None or meant.names != there.names):
            raise NamingError(f"“{made.short}” đang là tên gọi của {', '.join(there.names)}.")
        lexicon, short = without.lexicon, Folded(made.folded)
        before = lexicon.abbreviations.get(short) or lexicon.chat.get(short)
        if short in lexicon.folded_stopwords:
            raise NamingError(
                f"“{made.short}” là cách người ta hay gõ khi hỏi, nên không dùng làm chữ viết tắt được."
            )
        if before is not None and tuple(before) != tuple(syllables(made.words)):
            meaning = " ".join(lexicon.spelled_abbreviations.get(short, before))
            return (f"Trước đây “{made.short}” được hiểu là “{meaning}”; từ nay hiểu là “{made.words}”.",)
        return ()


def _read_own(session: Session) -> Own:
    agencies = tuple(each for each, _ in naming.read_agencies(session).values())
    words = {key: each.words for key, (each, _) in naming.read_abbreviations(session).items()}
    return Own(agencies, words, naming.edition(session))


def _check_abbreviation(made: Abbreviation) -> None:
    """Whether it is one by its form.

    Raises:
        NamingError: it is not, or it reads as an ordinary word once typed without accents.
    """
    if not made.short or not made.words:
        raise NamingError("Cần cả chữ viết tắt và nghĩa của chữ ấy.")
    if not made.short.isalnum() or len(made.short) > LONGEST_SHORT or made.short.isdigit():
        raise NamingError(f"Chữ viết tắt là một chữ liền, nhiều nhất {LONGEST_SHORT} ký tự, không có dấu cách.")
    if len(made.folded) < 2:
        raise NamingError("Chữ viết tắt cần ít nhất hai chữ cái.")
    if len(made.words) > LONGEST_WORDS or not syllables(made.words):
        raise NamingError(f"Nghĩa của chữ viết tắt dài nhất {LONGEST_WORDS} chữ.")
    if made.folded in syllables(made.words):
        raise NamingError("Nghĩa của chữ viết tắt không thể có lại chính chữ ấy.")
    if is_folded_syllable(Folded(made.folded)):
        raise NamingError(
            f"“{made.short}” trùng một tiếng thông thường khi gõ không dấu, nên không dùng làm chữ viết tắt được. "
            "Nếu đó là tên viết tắt của một cơ quan, hãy thêm vào tên gọi khác của cơ quan ấy, viết hoa."
        )


def _check_seen(name: str, before: tuple[object, Kept] | None, expected: int | None) -> None:
    there = before[1].edition if before is not None else 0
    if expected is None or expected == there:
        return
    if before is None:
        raise NamingMovedError(f"“{cut(name, _QUOTED)}” vừa được người khác bỏ; xin xem lại.")
    told = "có rồi" if expected == 0 else f"vừa được {before[1].by} thay đổi"
    raise NamingMovedError(f"“{cut(name, _QUOTED)}” {told}; xin xem lại rồi sửa.")


def _actor(by: By) -> int:
    return OPERATOR if by is None else by
