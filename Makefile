# Commands for a machine that has Python 3.11 or newer, make, and a package registry:
#   make demo    install into .venv, train on a real table and on the planar flower, say where the results are
#   make check   install what the checks need, then run the quick ones: lint, types and the tests of the mathematics
#   make test    all of them
# `make benchmark` prints the speed tables; `make clean` removes what these made.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
RESULTS ?= barreleye-results
NEEDED := $(shell sed -n 's/^requires-python = ">=\(.*\)"/\1/p' pyproject.toml)
QUICK := tests/test_architecture.py tests/nn tests/files src/barreleye/nn src/barreleye/files

.PHONY: demo check test benchmark clean

demo: $(VENV)/installed
	@echo
	$(BIN)/barreleye train wine --out $(RESULTS)/wine
	@echo
	$(BIN)/barreleye train flower --out $(RESULTS)/flower
	@echo
	@echo "Models and pictures are in $(RESULTS)/wine and $(RESULTS)/flower; look at $(RESULTS)/flower/boundary.png."
	@echo "Next: $(BIN)/barreleye train --help"

check test: $(VENV)/installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n auto --maxprocesses 4 --dist worksteal $(if $(filter check,$@),$(QUICK))

benchmark: $(VENV)/installed-benchmark
	$(BIN)/python -m benchmarks

# A Python that is too old is refused before anything is made.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.version_info >= tuple(map(int, "$(NEEDED)".split("."))) or sys.exit("Barreleye needs Python $(NEEDED) or newer, and $(PYTHON) is %d.%d: name another one, as in  make $(or $(MAKECMDGOALS),demo) PYTHON=python$(NEEDED)" % sys.version_info[:2])'
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[all]'
	@touch $@

$(VENV)/installed-test: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@ $(VENV)/installed

$(VENV)/installed-benchmark: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[benchmark]'
	@touch $@ $(VENV)/installed

clean:
	rm -rf $(VENV) $(RESULTS) .pytest_cache .mypy_cache .ruff_cache .hypothesis
