"""Long text in pieces: at line ends, within the limit, with nothing lost."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.splitting import split_text, utf16_length

LINES = st.text(st.sampled_from("aăầ đ.\n\U0001f44d\u0301"), max_size=200)


@pytest.mark.parametrize(
    ("text", "limit", "pieces"),
    [
        ("", 10, ()),
        (" \n\n ", 10, ()),
        ("Sở Nội vụ", 10, ("Sở Nội vụ",)),
        ("một\nhai\nba", 7, ("một\nhai", "ba")),
        ("một\n\nhai\nba", 8, ("một", "hai\nba")),  # the empty line is past the half
        ("a\n\nhai\nbốn", 7, ("a\n\nhai", "bốn")),  # an empty line too early is no reason
        ("một\n\n\nhai", 5, ("một", "hai")),
        ("một hai ba bốn", 8, ("một hai", "ba bốn")),
        ("không_có_dấu_cách", 8, ("không_có", "_dấu_các", "h")),
        ("ngắn\ndòng dài hơn\nhết", 8, ("ngắn", "dòng dài", "hơn\nhết")),
        ("  - thụt dòng\n  - nữa", 14, ("- thụt dòng", "  - nữa")),
        ("Sở", 5, ("Sở",)),  # counted after NFC
    ],
)
def test_cuts(text: str, limit: int, pieces: tuple[str, ...]) -> None:
    assert split_text(text, limit) == pieces


@pytest.mark.parametrize(("text", "length"), [("", 0), ("Sở", 2), ("👍", 2), ("đ👍👍", 5)])
def test_utf16_length(text: str, length: int) -> None:
    assert utf16_length(text) == length


def test_cuts_where_the_platform_counts() -> None:
    assert split_text("👍👍👍", 4, utf16_length) == ("👍👍", "👍")


def test_a_letter_keeps_its_marks() -> None:
    assert split_text("xq\u0301\u0323yz", 3) == ("x", "q\u0323\u0301", "yz")


@given(LINES, st.integers(min_value=4, max_value=40))
def test_nothing_is_lost_and_every_piece_fits(text: str, limit: int) -> None:
    pieces = split_text(text, limit, utf16_length)
    assert all(utf16_length(piece) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(unicodedata.normalize("NFC", text).split())
