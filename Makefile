# `make demo` runs the main job, `make test` passes the tests; both need only Python 3.11 and pip.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCES := pyproject.toml constraints.txt README.md $(shell find core cli connectors -type f -not -path '*/__pycache__/*')

.PHONY: demo test lint types tests soak clean

demo: $(VENV)/demo
	$(BIN)/gongdan demo

test: lint types tests

lint: $(VENV)/test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/test
	$(BIN)/mypy

tests: $(VENV)/test
	$(BIN)/python -m pytest -q -n 2 --dist worksteal --ignore=tests/simulation
	$(BIN)/python -m pytest -q -n 2 --dist worksteal tests/simulation

# What is too long for every change; docs/proof.md holds the last result.
SOAK_SEEDS ?= 10000
SOAK_KILLS ?= 100
soak: $(VENV)/test
	$(BIN)/python -m tests.simulation.reading --seeds $(SOAK_SEEDS)
	$(BIN)/python -m tests.simulation.sending --seeds $(SOAK_SEEDS)
	GONGDAN_KILLS=$(SOAK_KILLS) $(BIN)/python -m pytest -q tests/simulation/test_kill.py tests/simulation/test_kill_sending.py

# The wheel is built and installed, so that what is tested is what is shipped.
PIP := $(BIN)/python -m pip --disable-pip-version-check -q
$(VENV)/demo: $(SOURCES) | $(VENV)/bin/python
	$(PIP) uninstall -y gongdan 2>/dev/null
	$(PIP) install -c constraints.txt .
	touch $@

$(VENV)/test: $(SOURCES) | $(VENV)/bin/python
	$(PIP) uninstall -y gongdan 2>/dev/null
	$(PIP) install -c constraints.txt '.[dev]'
	touch $@ $(VENV)/demo

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
