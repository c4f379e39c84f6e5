"""Accents that OCR misread ("thành phô", "Thị hành án"), put right by how the words are written elsewhere.

Two words that stand together are compared without accents with the same two elsewhere in the
paper, in the names of the directory and in the verbs of duties. Where nearly all of those are
accented in one way, an odd one read by OCR is a slip. Printed text is never touched.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ingest.documents import Block, Cell, Line, Table
from knowledge.text import Folded, fold

_PAIR = re.compile(r"(?=(?<![^\W\d_])([^\W\d_]+) ([^\W\d_]+)(?![^\W\d_]))")
_LISTED = 3
"""How often a listed name counts: it outweighs two slips of the paper itself."""
_MAJORITY = 3
"""The usual form must be this many times as frequent as the odd one; in a short paper both may stand once."""


def restore_accents(blocks: Sequence[Block], names: Iterable[str]) -> list[Block]:
    """`blocks` with the misread accents of what OCR gave put right.

    Args:
        names: texts that are surely written right: offices, verbs of duties.
    """
    if all(confidence >= 1 for _, confidence in _texts(blocks)):
        return list(blocks)
    usual = _usual_forms([text for text, _ in _texts(blocks)], names)
    return [_restored(block, usual) for block in blocks]


def _texts(blocks: Sequence[Block]) -> Iterator[tuple[str, float]]:
    for block in blocks:
        if isinstance(block, Line):
            yield block.text, block.confidence
        else:
            yield from ((cell.text, cell.confidence) for row in block.rows for cell in row.cells)


_Forms = dict[Folded, Counter[str]]


def _usual_forms(texts: Iterable[str], names: Iterable[str]) -> _Forms:
    forms: _Forms = defaultdict(Counter)
    for weight, group in ((1, texts), (_LISTED, names)):
        for text in group:
            for found in _PAIR.finditer(text):
                pair = f"{found[1]} {found[2]}".lower()
                forms[fold(pair)][pair] += weight
    return forms


def _restored(block: Block, forms: _Forms) -> Block:
    if isinstance(block, Table):
        rows = (replace(row, cells=tuple(_restored_cell(cell, forms) for cell in row.cells)) for row in block.rows)
        return replace(block, rows=tuple(rows))
    return block if block.confidence >= 1 else replace(block, text=_restore(block.text, forms))


def _restored_cell(cell: Cell, forms: _Forms) -> Cell:
    return cell if cell.confidence >= 1 else replace(cell, text=_restore(cell.text, forms))


def _restore(text: str, forms: _Forms) -> str:
    letters = list(text)
    for found in _PAIR.finditer(text):
        pair = f"{found[1]} {found[2]}"
        known = forms.get(fold(pair))
        if known is None:
            continue
        (best, count), own = known.most_common(1)[0], known[pair.lower()]
        if best != pair.lower() and len(best) == len(pair) and count >= _MAJORITY * own:
            start = found.start(1)
            letters[start : start + len(pair)] = (
                b.upper() if p.isupper() else b for p, b in zip(pair, best, strict=True)
            )
    return "".join(letters)
