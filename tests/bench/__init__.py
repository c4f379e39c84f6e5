"""`python -m tests.bench`: speed, memory and disk at 1, 10 and 100 times the sample plans.

Owns the measuring; nothing here passes or fails. `papers` makes the plans, `measure`
runs in processes of its own, `__main__` prints the table.
"""
