"""Everything that is said, out of one file; checked when it is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Formatter

import yaml

from knowledge.errors import KehoachError
from knowledge.text import syllables
from knowledge.yaml_text import parse_yaml

BUNDLED = Path(__file__).with_name("texts.yaml")


class TextsError(KehoachError):
    """The file of texts is not usable; the sentence names the text."""


class Texts:
    """Sentences by their names."""

    def __init__(self, sentences: Mapping[str, str], words: Mapping[str, Sequence[str]] | None = None) -> None:
        """
        Args:
            words: what else may be typed for a choice, by the name of its label.
        """
        self._sentences = dict(sentences)
        self._words = {name: tuple(given) for name, given in (words or {}).items()}
        self._by_label: dict[str, tuple[str, ...]] = {}
        for name, given in self._words.items():
            label = self._sentences[name]
            self._by_label[label] = (*self._by_label.get(label, ()), *given)

    @property
    def placeholders(self) -> dict[str, frozenset[str]]:
        """What each sentence has to be given."""
        return {name: _placeholders(name, sentence) for name, sentence in self._sentences.items()}

    def say(self, key: str, /, **values: object) -> str:
        """The sentence `key` with its placeholders filled; values go in as they are."""
        return self._sentences[key].format(**values)

    def words_of(self, label: str) -> tuple[str, ...]:
        """What may be typed for a choice: its label, and what else the file says."""
        return (label, *self._by_label.get(label, ()))

    def words_for(self, key: str) -> tuple[str, ...]:
        """The same by the name of its label."""
        return (self._sentences[key], *self._words.get(key, ()))

    def typed(self, label: str) -> str:
        """How a choice is best typed: as it is called, or in words where it is a sign."""
        return next(word.lower() for word in (*self.words_of(label), label) if syllables(word))


def load_texts(path: Path = BUNDLED) -> Texts:
    """The sentences of a file: `placeholders` (name: meaning) and `texts` (name: sentence).

    Raises:
        TextsError: unreadable, an empty sentence, or a placeholder that is not declared.
    """
    try:
        raw = parse_yaml(path.read_text(encoding="utf-8"))
        known, sentences = set(raw["placeholders"]), dict(raw["texts"])
        words = {name: [each.strip() for each in given.split(";")] for name, given in raw.get("words", {}).items()}
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise TextsError(f"Tệp lời văn {path.name} không đọc được.", str(error)) from error
    for name, sentence in sentences.items():
        if not isinstance(sentence, str) or not sentence.strip():
            raise TextsError(f"Lời văn “{name}” trong {path.name} để trống.")
        for placeholder in sorted(_placeholders(name, sentence) - known):
            raise TextsError(f"Lời văn “{name}” trong {path.name} dùng {{{placeholder}}}, không có tên này.")
    if strange := words.keys() - sentences.keys():
        raise TextsError(f"Tệp lời văn {path.name} có từ để gõ của “{min(strange)}”, không có lời văn nào tên này.")
    return Texts({name: sentence.rstrip("\n") for name, sentence in sentences.items()}, words)


def _placeholders(name: str, sentence: str) -> frozenset[str]:
    try:
        return frozenset(field for _, field, _, _ in Formatter().parse(sentence) if field is not None)
    except ValueError as error:
        raise TextsError(f"Lời văn “{name}” có dấu ngoặc nhọn không khép.", str(error)) from error
