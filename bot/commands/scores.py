"""How a scored question set is printed."""

from __future__ import annotations

from collections.abc import Mapping

from knowledge.qa.evaluation import EvalResult


def scores_text(result: EvalResult, *, misses: bool = True) -> str:
    """Right and total by category and style, then each miss with why."""
    lines = [f"Đúng {result.right}/{result.total}"]
    lines += _part("Theo loại câu hỏi", result.by_category) + _part("Theo cách gõ", result.by_style)
    if misses:
        for miss in result.misses:
            lines += [f"✗ {miss.id}: {miss.question}", f"    vì: {miss.why}"]
            lines += [f"    | {line}" for line in miss.answer.splitlines()]
    return "\n".join(lines)


def _part(title: str, counts: Mapping[str, tuple[int, int]]) -> list[str]:
    return [title, *(f"  {name:<18} {right}/{total}" for name, (right, total) in counts.items())]
