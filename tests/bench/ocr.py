"""`python -m tests.bench.ocr`: how well and how fast made-up scans are read."""

from __future__ import annotations

import os
import resource
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from ingest.documents import Table
from ingest.readers import read_document
from tests.pdfs import write_pdf
from tests.scans import Scanner, long_table, scan

SCANNERS = {
    "200 dpi, turned by 1 degree, noisy": Scanner(),
    "200 dpi, turned by -1 degree, very noisy": Scanner(turned=-1, noise=25, specks=0.005),
    "150 dpi": Scanner(dpi=150),
    "300 dpi, turned by 0.3 degrees": Scanner(dpi=300, turned=0.3),
}


def cells_of(path: Path) -> list[str]:
    """The texts of all table cells, white space single."""
    tables = [block for block in read_document(path).blocks if isinstance(block, Table)]
    return [" ".join(cell.text.split()) for table in tables for row in table.rows for cell in row.cells]


def _processor_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def main() -> None:
    """Print a line for each scanner: cells right, seconds a page on the clock and of one core."""
    out = sys.stdout
    with tempfile.TemporaryDirectory() as folder:
        printed, scanned = Path(folder, "printed.pdf"), Path(folder, "scanned.pdf")
        pages = long_table()
        write_pdf(printed, pages)
        wanted = cells_of(printed)
        out.write(f"table of 40 rows on {len(pages)} pages, {len(wanted)} cells; {os.cpu_count()} cores\n")
        for name, scanner in SCANNERS.items():
            scan(printed, scanned, scanner)
            begun, used = perf_counter(), _processor_seconds()
            read = cells_of(scanned)
            seconds, used = perf_counter() - begun, _processor_seconds() - used
            right = sum(a == b for a, b in zip(wanted, read, strict=False))
            out.write(
                f"{name}: {right / len(wanted):.1%} of cells right, "
                f"{seconds / len(pages):.1f} s a page, {used / len(pages):.1f} s of one core\n"
            )


if __name__ == "__main__":
    main()
