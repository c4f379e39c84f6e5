"""What must hold for any task table, through the real readers: its words, order, lines and pages do not matter."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from tests.ingest.tables.made_tables import DRAWINGS, UNKNOWN, make_table, read_fields, wrap_cells

SEEDS = range(4)
BY_TABLES = ("docx", "xlsx", "Markdown", "tabs")
"""The other drawings go through the same code from the grid on and are slower to make."""


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("drawing", DRAWINGS)
def test_the_same_table_in_every_drawing(tmp_path: Path, drawing: str, seed: int) -> None:
    rng = random.Random(seed)
    made = make_table(rng, rng.randint(3, 12))
    assert read_fields(DRAWINGS[drawing](tmp_path, made.grid)) == made.fields


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("drawing", BY_TABLES)
def test_columns_in_any_order(tmp_path: Path, drawing: str, seed: int) -> None:
    rng = random.Random(100 + seed)
    made = make_table(rng, rng.randint(3, 12)).permuted(rng)
    assert read_fields(DRAWINGS[drawing](tmp_path, made.grid)) == made.fields


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("drawing", BY_TABLES)
def test_header_words_that_nobody_knows(tmp_path: Path, drawing: str, seed: int) -> None:
    rng = random.Random(200 + seed)
    made = make_table(rng, rng.randint(4, 12), UNKNOWN).permuted(rng, helpers_last=True)
    assert read_fields(DRAWINGS[drawing](tmp_path, made.grid)) == made.fields


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("drawing", BY_TABLES)
def test_no_header_at_all(tmp_path: Path, drawing: str, seed: int) -> None:
    rng = random.Random(300 + seed)
    made = replace(make_table(rng, rng.randint(4, 12)), names=())
    assert read_fields(DRAWINGS[drawing](tmp_path, made.grid)) == made.fields


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("drawing", ["docx", "xlsx", "pdf"])
def test_lines_of_cells_wrapped_anew(tmp_path: Path, drawing: str, seed: int) -> None:
    rng = random.Random(400 + seed)
    made = make_table(rng, rng.randint(3, 10))
    assert read_fields(DRAWINGS[drawing](tmp_path, wrap_cells(made.grid, rng))) == made.fields


@pytest.mark.parametrize("seed", SEEDS)
def test_a_row_taken_out_changes_no_other_row(tmp_path: Path, seed: int) -> None:
    rng = random.Random(500 + seed)
    made = make_table(rng, rng.randint(5, 12))
    left = made.without(rng.randrange(len(made.rows)))
    assert read_fields(DRAWINGS["Markdown"](tmp_path, left.grid)) == left.fields


@pytest.mark.parametrize("drawing", ["docx", "xlsx", "pdf"])
def test_forty_rows_over_pages(tmp_path: Path, drawing: str) -> None:
    made = make_table(random.Random(600), 40)
    assert read_fields(DRAWINGS[drawing](tmp_path, made.grid)) == made.fields
