"""Telephone numbers as people and platforms write them. Personal data: nothing here is ever logged."""

from __future__ import annotations

import re

_SIGNS = re.compile(r"[\s.\-()–]+")
_COUNTRY = re.compile(r"(?:\+|00)?84(?=[235789])")
_NUMBER = re.compile(r"0(?:[35789]\d{8}|2\d{8,9})")
_WITHIN = re.compile(r"(?<![\w:+-])(?:\+?84|0)[ .-]?\d(?:[ .-]?\d){7,9}(?!\w)")
_EXCEL = re.compile(r"[35789]\d{8}")
"""A mobile number whose 0 a sheet has dropped."""


def read_phone(text: str) -> str:
    """The number with its 0 and nothing else: "0912345678"; empty where the text is none of Việt Nam."""
    digits = _COUNTRY.sub("0", _SIGNS.sub("", text), count=1)
    if _EXCEL.fullmatch(digits):
        digits = f"0{digits}"
    return digits if _NUMBER.fullmatch(digits) else ""


def find_phone(text: str) -> tuple[str, str]:
    """The number in what somebody typed, and the text without it; no number where there is none."""
    found = _WITHIN.search(text)
    number = read_phone(found[0]) if found else ""
    if found is None or not number:
        return "", text
    return number, f"{text[: found.start()].strip(' ,;:-')} {text[found.end() :].strip(' ,;:-')}".strip()


def told_phone(number: str) -> str:
    """As people read it: "0912 345 678"."""
    return f"{number[:4]} {number[4:7]} {number[7:]}" if number else ""
