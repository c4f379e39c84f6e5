"""Any drawing of a table to rows of tasks."""
