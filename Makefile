# `make demo` runs the main job, `make test` passes the tests; both need only Python 3.11 and pip.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCES := pyproject.toml constraints.txt README.md $(shell find core cli connectors -type f -not -path '*/__pycache__/*')

.PHONY: demo test lint types tests clean

demo: $(VENV)/demo
	$(BIN)/gongdan demo

test: lint types tests

lint: $(VENV)/test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/test
	$(BIN)/mypy

tests: $(VENV)/test
	$(BIN)/python -m pytest -q

# The wheel is built and installed, so that what is tested is what is shipped.
$(VENV)/demo: $(SOURCES) | $(VENV)/bin/python
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt --force-reinstall --no-deps .
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt .
	touch $@

$(VENV)/test: $(VENV)/demo
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt '.[dev]'
	touch $@

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
