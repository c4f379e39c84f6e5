"""The lexicon: abbreviations, synonyms, courtesy and cue phrases, read from a data file.

Owns the reading of `data/lexicon.yaml` and of an administrator's file of the same
shape. What the cues mean together is `question`'s business.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from knowledge.errors import KehoachError
from knowledge.qa.query.spelling import folded, spelled, word_signs, words_of
from knowledge.text import Folded, fold, nfc, syllables
from knowledge.yaml_text import parse_yaml

Phrase = tuple[Folded, ...]
KEPT_SPELLINGS = 50_000


@dataclass(frozen=True, eq=False)
class Lexicon:
    """How people type. Every entry is folded.

    Attributes:
        abbreviations: one meaning only; read so in papers as well.
        spelled_abbreviations: the same with accents.
        chat: abbreviations of chat and notes, for questions only.
        readings: abbreviations with several meanings, the most usual first.
        synonyms: phrase to the phrases that mean nearly the same.
        stopwords: phrases without a topic, accented and lower case.
        cues: name to the pattern that shows it in a folded question.
    """

    abbreviations: Mapping[str, Phrase]
    spelled_abbreviations: Mapping[str, tuple[str, ...]]
    chat: Mapping[str, Phrase]
    readings: Mapping[str, tuple[Phrase, ...]]
    synonyms: Mapping[Phrase, tuple[Phrase, ...]]
    stopwords: frozenset[str]
    cues: Mapping[str, re.Pattern[str]]

    def has(self, cue: str, text: str) -> bool:
        """True when the folded `text` shows `cue`."""
        return self.cues[cue].search(text) is not None

    def canonical(self, text: str) -> tuple[Folded, ...]:
        """Folded syllables of a paper's text with its one-meaning abbreviations written out."""
        return tuple(folded(word) for word in self.spelled(text))

    def spelled(self, text: str) -> tuple[str, ...]:
        """The same syllables with their accents."""
        words: list[str] = []
        known = self._spellings
        for word in word_signs(text):
            spelling = known.get(word)
            if spelling is None:
                if len(known) > KEPT_SPELLINGS:
                    known.clear()
                one = spelled(word)
                spelling = known[word] = self.spelled_abbreviations.get(folded(one), (one,))
            words.extend(spelling)
        return tuple(words)

    @cached_property
    def _spellings(self) -> dict[str, tuple[str, ...]]:
        """What a word of a text is read as; words repeat."""
        return {}

    @cached_property
    def written(self) -> Mapping[str, Phrase]:
        """What abbreviations with one meaning stand for, in a question."""
        return {**self.chat, **self.abbreviations}

    @cached_property
    def vocabulary(self) -> frozenset[Folded]:
        """Syllables of asking and of the abbreviations written out."""
        phrases = [
            *self.abbreviations.values(),
            *self.chat.values(),
            *(p for ps in self.readings.values() for p in ps),
        ]
        words = {word for phrase in phrases for word in phrase}
        words.update(Folded(w) for phrase in self.folded_stopwords for w in phrase.split())
        words.update(Folded(w) for short in (self.abbreviations, self.chat, self.readings) for w in short)
        words.update(Folded(w) for cue in self.cues.values() for w in re.findall(r"[a-z]{2,}", cue.pattern))
        return frozenset(words)

    @cached_property
    def spelled_vocabulary(self) -> frozenset[str]:
        """Those of them whose accents are known."""
        phrases = [*self.spelled_abbreviations.values(), *(phrase.split() for phrase in self.stopwords)]
        return frozenset(spelled(word) for phrase in phrases for word in phrase)

    @cached_property
    def folded_stopwords(self) -> frozenset[str]:
        """`stopwords` as they look typed without accents."""
        return frozenset(fold(phrase) for phrase in self.stopwords)

    @cached_property
    def longest_stopword(self) -> int:
        """Syllables in the longest phrase without a topic."""
        return max((phrase.count(" ") + 1 for phrase in self.stopwords), default=0)

    @cached_property
    def longest_synonym(self) -> int:
        """Syllables in the longest phrase that has synonyms."""
        return max((len(phrase) for phrase in self.synonyms), default=0)


def load_lexicon(extra: Path | None = None) -> Lexicon:
    """The built-in lexicon with an administrator's file laid over it.

    Raises:
        KehoachError: the file is missing or is not of the lexicon's shape.
    """
    text = resources.files(__package__).joinpath("data/lexicon.yaml").read_text("utf-8")
    data: dict[str, Any] = parse_yaml(text)
    if extra is None:
        return _build(data)
    try:
        more = parse_yaml(extra.read_text("utf-8")) or {}
        return _build({key: _joined(data[key], more.get(key)) for key in data})
    except (OSError, yaml.YAMLError, TypeError, AttributeError, KeyError, ValueError, re.error) as error:
        sentence = f"Không đọc được tệp từ điển {extra.name}."
        raise KehoachError(sentence, detail=str(error)) from error


def with_abbreviations(lexicon: Lexicon, own: Mapping[str, str]) -> Lexicon:
    """The lexicon with an organisation's own abbreviations, each of one meaning, over it."""
    if not own:
        return lexicon
    return replace(
        lexicon,
        abbreviations={**lexicon.abbreviations, **_phrases(own)},
        spelled_abbreviations={**lexicon.spelled_abbreviations, **_spelled(own)},
    )


def _joined(built_in: Any, more: Any) -> Any:
    if more is None:
        return built_in
    if isinstance(built_in, dict):
        return built_in | {
            key: _joined(built_in[key], value) if isinstance(built_in.get(key), list) else value
            for key, value in more.items()
        }
    return [*built_in, *more]


def _build(data: Mapping[str, Any]) -> Lexicon:
    parts = {name: _fold_pattern(pattern) for name, pattern in data["parts"].items()}
    for name, pattern in parts.items():
        parts[name] = _filled(pattern, parts)
    return Lexicon(
        abbreviations=_phrases(data["abbreviations"]),
        spelled_abbreviations=_spelled(data["abbreviations"]),
        chat=_phrases(data["chat"]),
        readings={
            fold(key): tuple(tuple(syllables(value)) for value in values) for key, values in data["readings"].items()
        },
        synonyms=_synonyms(data["synonyms"]),
        stopwords=frozenset(
            phrase.strip().lower() for line in data["stopwords"] for phrase in nfc(line).split(",") if phrase.strip()
        ),
        cues={name: _pattern(patterns, parts) for name, patterns in data["cues"].items()},
    )


def _phrases(entries: Mapping[str, str]) -> dict[str, Phrase]:
    return {str(fold(key)): tuple(syllables(value)) for key, value in entries.items()}


def _spelled(entries: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    return {str(fold(key)): tuple(words_of(value)) for key, value in entries.items()}


def _synonyms(groups: Iterable[Iterable[str]]) -> dict[Phrase, tuple[Phrase, ...]]:
    found: dict[Phrase, tuple[Phrase, ...]] = {}
    for group in groups:
        phrases = [tuple(syllables(phrase)) for phrase in group]
        for phrase in phrases:
            others = tuple(other for other in phrases if other != phrase)
            found[phrase] = found.get(phrase, ()) + others
    return found


def _fold_pattern(pattern: str) -> str:
    r"""`pattern` without accents; `\W` and the like keep their case, so only letters after no backslash fold."""
    pieces = re.split(r"(\\.)", pattern)
    return "".join(piece if piece.startswith("\\") else _fold_keeping_spaces(piece) for piece in pieces)


def _fold_keeping_spaces(piece: str) -> str:
    inner = fold(piece)
    if not inner:
        return " " if piece.isspace() else piece
    lead = " " if piece[0] == " " else ""
    tail = " " if piece[-1] == " " else ""
    return f"{lead}{inner}{tail}"


def _filled(pattern: str, parts: Mapping[str, str]) -> str:
    for name, part in parts.items():
        pattern = pattern.replace("{" + name + "}", part)
    return pattern


def _pattern(patterns: Iterable[str], parts: Mapping[str, str]) -> re.Pattern[str]:
    joined = "|".join(f"(?:{_filled(_fold_pattern(pattern), parts)})" for pattern in patterns)
    return re.compile(rf"(?<!\w)(?:{joined})(?!\w)")
