"""Mutated files through the isolated reader: `python -m tests.fuzz [COUNT] [--seed N]`.

materials   papers of every kind, small ones
mutations   what is done to them, by chance
running     reads them, and looks for what is left behind
"""
