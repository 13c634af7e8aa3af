# Two commands matter: `make demo` and `make test`. Each makes .venv and installs what it needs.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# Stock clients that the tests run against the lab, the central services' daemons, and what reads or keeps what is
# observed; without root the tests that need them say so and are skipped.
APT    := snmp openssh-client busybox sshpass dnsutils openssl unbound python3-unbound \
          freeradius freeradius-utils eapoltest kea-dhcp4-server kea-dhcp6-server rsyslog rsyslog-gnutls nftables iproute2 \
          prometheus snmpd postgresql poppler-utils
# ... and what only the whole suite needs: it is large.
APT_FULL := libreoffice-calc-nogui chromium
# More words for pytest: `make test PYTEST="-x tests/policy"`.
PYTEST :=
# Processes that share the tests.
WORKERS := 2
COVERAGE := --cov --cov-report=term:skip-covered --cov-fail-under=95

.PHONY: demo test test-full chaos check lint bench fmt clean system
.DEFAULT_GOAL := help
.PHONY: help

help:
	@echo "make demo       a district from CSV to running devices, with a report to open at the end"
	@echo "make test       the test suite"
	@echo "make test-full  all of it, every fault and every stock client; writes docs/results.md"
	@echo "make chaos      a thousand devices changed while they fail and the process is killed (SEED= repeats a run)"
	@echo "make lint       ruff, mypy, pyright, import-linter"
	@echo "make check      every gate: lint, and the tests with coverage"
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
	$(PYTHON) -m venv $(VENV)/snmpsim   # it needs pysmi, with which pysnmp warns; it names neither that nor AES
	$(VENV)/snmpsim/bin/pip install --quiet --disable-pip-version-check snmpsim pysmi cryptography
	$(PYTHON) -m venv $(VENV)/trestle   # reads OSCAL; it pins libraries that we leave open
	$(VENV)/trestle/bin/pip install --quiet --disable-pip-version-check 'compliance-trestle>=5.2'
	touch $@ $(VENV)/dev $(VENV)/run

# ... and what is measured beside ours; what cannot be had is left out of the figures, with the reason.
$(VENV)/bench: $(VENV)/dev
	-$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev,bench]'
	-sh tests/system.sh prometheus-snmp-exporter
	touch $@

system:
	@sh tests/system.sh $(APT)

demo: $(VENV)/run
	$(BIN)/homeroom demo

test: $(VENV)/dev system
	$(BIN)/python -m pytest -m "not full" -q -n $(WORKERS) --dist loadfile $(PYTEST)

test-full: $(VENV)/full system
	@sh tests/system.sh $(APT_FULL)
	$(BIN)/python -m pytest -q -rs --durations=20 --write-results
	$(BIN)/python -m pytest -q tests/docs/test_results.py

chaos: $(VENV)/dev
	SEED=$(SEED) SITES=$(SITES) KILLS=$(KILLS) $(BIN)/python tests/chaos/trial.py

check: lint
	$(MAKE) test PYTEST="$(COVERAGE)"

lint: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports

bench: $(VENV)/bench
	$(BIN)/python tests/bench/run.py

fmt: $(VENV)/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) dist build .coverage .pytest_cache .mypy_cache .ruff_cache
