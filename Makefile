# Trợ lý Kế hoạch. `make run` and `make test` do all set-up on a fresh machine with Python 3.11+ and make.
.DEFAULT_GOAL := run
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEV_READY := $(VENV)/.ready-dev
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --retries 0
# Only files whose digests stand in locks/, which name everything that is needed.
LOCKED := $(PIP) --require-hashes --no-deps
CONSTRAINED := $(PIP) --constraint constraints.txt
UV ?= uv
LOCK := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url \
	--constraint constraints.txt --custom-compile-command 'make lock'

# Tests start hundreds of commands; each would compile the whole package again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup models run test test-quick check bench eval soak fuzz lock clean

setup: $(READY)

# What serving needs and no more. Python compiles what is used when it is first used: a quarter of the size.
$(READY): pyproject.toml locks/serving.txt
	$(PYTHON) -c 'import sys; sys.exit("Cần Python 3.11 trở lên.") if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(LOCKED) --no-compile --requirement locks/serving.txt
	$(PIP) --no-compile --no-deps --no-build-isolation --editable .
	touch $(READY)

# torch first and pinned: an unpinned torch pulls gigabytes of CUDA packages that nothing here uses.
# Not by digests: torch comes from an index of its own, and what it needs differs from machine to machine.
models: $(READY)
	$(CONSTRAINED) --extra-index-url https://download.pytorch.org/whl/cpu torch==2.13.0
	$(CONSTRAINED) --editable '.[models]'

$(DEV_READY): $(READY) constraints.txt locks/test.txt
	$(LOCKED) --requirement locks/test.txt
	$(CONSTRAINED) --extra-index-url https://download.pytorch.org/whl/cpu torch==2.13.0
	$(CONSTRAINED) --editable '.[dev]'
	touch $(DEV_READY)

# The digests anew, of every file of each version that constraints.txt names, for all platforms: after a change of
# pyproject.toml or constraints.txt. Needs uv (pip install uv).
lock:
	$(LOCK) pyproject.toml locks/build.in --output-file locks/serving.txt
	$(LOCK) pyproject.toml locks/build.in --extra test --output-file locks/test.txt
	echo 'psycopg[binary]' | $(LOCK) - --output-file locks/postgresql.txt

# Loads the bundled sample plans if nothing is loaded yet. With a token of Telegram or Zalo in .env
# it serves there until it is stopped; without one it opens a chat, and with standard input not a
# terminal it answers one question a line and ends.
run: setup
	@exec $(BIN)/kehoach run

# Two to four at once; one by one: .venv/bin/python -m pytest
test: $(DEV_READY)
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal

# Without those that take seconds each.
test-quick: $(DEV_READY)
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal -m 'not slow'

check: $(DEV_READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: $(DEV_READY)
	$(BIN)/python -m tests.bench

# Figures on the real plans and question sets beside the checkout, where they are there.
eval: $(DEV_READY)
	$(BIN)/python -m tests.evaluate

# Processes killed under load for ten minutes; how much of each: make soak SOAK="--minutes 2 --per-second 5"
SOAK ?=
soak: $(DEV_READY)
	$(BIN)/python -m tests.soak $(SOAK)

# So many files spoiled by chance: make fuzz COUNT=200
COUNT ?= 2000
fuzz: $(DEV_READY)
	$(BIN)/python -m tests.fuzz $(COUNT)

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
