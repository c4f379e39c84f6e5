"""Prompt files: front matter that says what a prompt is for, and the text that is sent.

    ---
    name: word_answer            the file's stem
    purpose: ...                 one sentence, for the reader of the file
    placeholders:                each with what is put there
      question: ...
    ---
    The body, with {{question}} where the value goes. <!-- Why a phrase is there. -->

Comments are for people: they are cut out before anything is sent. What is filled in
is never looked through again, so a value that holds "{{question}}" stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

FOLDER = Path(__file__).parent

_FRONT = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)
_COMMENT = re.compile(r"[ \t]*<!--.*?-->\n?", re.DOTALL)
_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")
_BRACES = re.compile(r"\{\{|\}\}")
_KEYS = {"name", "purpose", "placeholders"}


class PromptError(Exception):
    """A prompt file is missing or wrong, or is filled with the wrong values: a defect, never a user's doing."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A text for a language model.

    Attributes:
        placeholders: name and meaning of each value that goes into the body.
        body: what is sent, comments cut out.
    """

    name: str
    purpose: str
    placeholders: Mapping[str, str]
    body: str

    def fill(self, **values: str) -> str:
        """The text to send, with every placeholder's value in its place.

        Raises:
            PromptError: a value is missing, or is for no placeholder.
        """
        _same_names(f"{self.name} is filled", set(values), set(self.placeholders))
        return _PLACEHOLDER.sub(lambda match: values[match[1]], self.body)


@cache
def load(name: str, folder: Path = FOLDER) -> Prompt:
    """The prompt of the file `folder`/`name`.md, checked.

    Raises:
        PromptError: no such file, unreadable front matter, or placeholders that are
            declared and not used, or used and not declared.
    """
    path = folder / f"{name}.md"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"prompt {name}: {path.name} cannot be read") from error
    match = _FRONT.match(text)
    if match is None:
        raise PromptError(f"prompt {name}: {path.name} has no front matter between two lines of ---")
    front = _front(name, match[1])
    body = _COMMENT.sub("", match[2]).strip()
    used = set(_PLACEHOLDER.findall(body))
    _same_names(f"prompt {name}: the body uses placeholders", used, set(front["placeholders"]))
    if not body or _BRACES.search(_PLACEHOLDER.sub("", body)):
        raise PromptError(f"prompt {name}: the body is empty or has a broken placeholder")
    return Prompt(name, front["purpose"], MappingProxyType(front["placeholders"]), body)


def _front(name: str, text: str) -> dict[str, Any]:
    try:
        front = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise PromptError(f"prompt {name}: the front matter is not YAML") from error
    if not isinstance(front, dict) or set(front) != _KEYS:
        raise PromptError(f"prompt {name}: the front matter must hold exactly {', '.join(sorted(_KEYS))}")
    if front["name"] != name:
        raise PromptError(f"prompt {name}: the front matter names it {front['name']}")
    if not isinstance(front["purpose"], str) or not front["purpose"].strip():
        raise PromptError(f"prompt {name}: the purpose is empty")
    meanings = front["placeholders"]
    if not isinstance(meanings, dict) or not all(isinstance(value, str) for value in meanings.values()):
        raise PromptError(f"prompt {name}: placeholders must be lines of name: meaning")
    return front


def _same_names(what: str, given: set[str], declared: set[str]) -> None:
    wrong = [f"unknown {one}" for one in sorted(given - declared)]
    wrong += [f"missing {one}" for one in sorted(declared - given)]
    if wrong:
        raise PromptError(f"{what}: {', '.join(wrong)}")
