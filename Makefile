# Two commands matter: `make demo` and `make test`. Each makes .venv and installs what it needs.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# Stock clients that the tests run against the lab; without root the tests that need them say so and are skipped.
APT    := snmp openssh-client busybox sshpass

.PHONY: demo test test-full check bench fmt clean system
.DEFAULT_GOAL := help
.PHONY: help

help:
	@echo "make demo       a district from CSV to running devices, with a report to open at the end"
	@echo "make test       the test suite"
	@echo "make test-full  all of it, every fault and every stock client; writes docs/results.md"
	@echo "make check      every gate: ruff, mypy, pyright, import-linter, tests with coverage"
	@echo "make bench      speed and memory, as ratios and CPU seconds (bench.json)"

# Installed once, and again whenever pyproject.toml is newer than the mark.
$(VENV)/run: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/dev: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@ $(VENV)/run

# ... and the stock clients of the whole suite.
$(VENV)/full: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev,full]'
	touch $@ $(VENV)/dev $(VENV)/run

system:
	@sh tests/system.sh $(APT)

demo: $(VENV)/run
	$(BIN)/homeroom demo

test: $(VENV)/dev system
	$(BIN)/python -m pytest -m "not full" -q

test-full: $(VENV)/full system
	$(BIN)/python -m pytest -q -rs --durations=20 --write-results
	$(BIN)/python -m pytest -q tests/docs/test_results.py

check: $(VENV)/dev system
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -m "not full" -q --cov --cov-report=term:skip-covered --cov-fail-under=95

bench: $(VENV)/dev
	$(BIN)/python tests/bench/run.py

fmt: $(VENV)/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) dist build .coverage .pytest_cache .mypy_cache .ruff_cache
