# Trợ lý Kế hoạch. `make run` and `make test` do all set-up on a fresh machine with Python 3.11+ and make.
.DEFAULT_GOAL := run
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# Tests start hundreds of commands; each would compile the whole package again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup run test test-quick check bench eval fuzz clean

setup: $(READY)

# torch first and pinned: an unpinned torch pulls gigabytes of CUDA packages that nothing here uses.
$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("Cần Python 3.11 trở lên.") if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --retries 0 \
		--extra-index-url https://download.pytorch.org/whl/cpu torch==2.13.0
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $(READY)

# Loads the bundled sample plans if nothing is loaded yet. With a token of Telegram or Zalo in .env
# it serves there until it is stopped; without one it opens a chat, and with standard input not a
# terminal it answers one question a line and ends.
run: setup
	@exec $(BIN)/kehoach run

# Two to four at once; one by one: .venv/bin/python -m pytest
test: setup
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal

# Without those that take seconds each.
test-quick: setup
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal -m 'not slow'

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: setup
	$(BIN)/python -m tests.bench

# Figures on the real plans and question sets beside the checkout, where they are there.
eval: setup
	$(BIN)/python -m tests.evaluate

# So many files spoiled by chance: make fuzz COUNT=200
COUNT ?= 2000
fuzz: setup
	$(BIN)/python -m tests.fuzz $(COUNT)

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
