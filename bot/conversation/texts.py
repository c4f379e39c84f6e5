"""Everything that is said, out of one file; checked when it is read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from string import Formatter

import yaml

from knowledge.errors import KehoachError

BUNDLED = Path(__file__).with_name("texts.yaml")


class TextsError(KehoachError):
    """The file of texts is not usable; the sentence names the text."""


class Texts:
    """Sentences by their names."""

    def __init__(self, sentences: Mapping[str, str]) -> None:
        self._sentences = dict(sentences)

    @property
    def placeholders(self) -> dict[str, frozenset[str]]:
        """What each sentence has to be given."""
        return {name: _placeholders(name, sentence) for name, sentence in self._sentences.items()}

    def say(self, key: str, /, **values: object) -> str:
        """The sentence `key` with its placeholders filled; values go in as they are."""
        return self._sentences[key].format(**values)


def load_texts(path: Path = BUNDLED) -> Texts:
    """The sentences of a file: `placeholders` (name: meaning) and `texts` (name: sentence).

    Raises:
        TextsError: unreadable, an empty sentence, or a placeholder that is not declared.
    """
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        known, sentences = set(raw["placeholders"]), dict(raw["texts"])
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise TextsError(f"Tệp lời văn {path.name} không đọc được.", str(error)) from error
    for name, sentence in sentences.items():
        if not isinstance(sentence, str) or not sentence.strip():
            raise TextsError(f"Lời văn “{name}” trong {path.name} để trống.")
        for placeholder in sorted(_placeholders(name, sentence) - known):
            raise TextsError(f"Lời văn “{name}” trong {path.name} dùng {{{placeholder}}}, không có tên này.")
    return Texts({name: sentence.rstrip("\n") for name, sentence in sentences.items()})


def _placeholders(name: str, sentence: str) -> frozenset[str]:
    try:
        return frozenset(field for _, field, _, _ in Formatter().parse(sentence) if field is not None)
    except ValueError as error:
        raise TextsError(f"Lời văn “{name}” có dấu ngoặc nhọn không khép.", str(error)) from error
