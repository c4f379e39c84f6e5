"""What the reader of questions was trained on, and how: `python -m tests.training.wanted` makes its weights anew."""
