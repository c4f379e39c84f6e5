"""One reader per file format; each gives the same `Document` with positions."""
