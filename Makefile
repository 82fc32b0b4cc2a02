# Two commands on a machine that has Python 3.11 or newer, make, and a package registry:
#   make demo    install into .venv, train on a real table and on the planar flower, say where the results are
#   make test    install what the checks need, then run all of them
# `make benchmark` prints the speed tables; `make clean` removes what these made.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
RESULTS ?= barreleye-results

.PHONY: demo test benchmark clean

demo: $(VENV)/installed
	@echo
	$(BIN)/barreleye train wine --out $(RESULTS)/wine
	@echo
	$(BIN)/barreleye train flower --out $(RESULTS)/flower
	@echo
	@echo "Models and pictures are in $(RESULTS)/wine and $(RESULTS)/flower; look at $(RESULTS)/flower/boundary.png."
	@echo "Next: $(BIN)/barreleye train --help"

test: $(VENV)/installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n auto --maxprocesses 4

benchmark: $(VENV)/installed-benchmark
	$(BIN)/python -m benchmarks

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/installed-test: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@ $(VENV)/installed

$(VENV)/installed-benchmark: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[benchmark]'
	@touch $@ $(VENV)/installed

clean:
	rm -rf $(VENV) $(RESULTS) .pytest_cache .mypy_cache .ruff_cache .hypothesis
