# Two commands do all the set-up on a fresh Debian machine: `make demo` and `make test`.
# PYTHON chooses the interpreter (3.11 or newer) the virtual environment is made from.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CC ?= cc
JOBS ?= 2

.DEFAULT_GOAL := help
.PHONY: help demo test test-slow lint docs bench fuzz clean

help:
	@echo 'make demo       compile examples/gru_demo.onnx, link it into a C program, run and compare'
	@echo 'make test       linters, type checks and the test suite'
	@echo 'make test-slow  the long sweeps too'
	@echo 'make docs       regenerate docs/reference-*.md'
	@echo 'make bench      our speed beside ONNX Runtime (MODELS=folder of .onnx and .npz files)'
	@echo 'make fuzz       the full run over mutated ONNX files'

# The stamps hold what pyproject.toml asks for; a change of it installs anew.
$(VENV)/.demo: pyproject.toml .ci/setup
	PYTHON='$(PYTHON)' .ci/setup $(VENV) onnx
	@touch $@

$(VENV)/.test: pyproject.toml .ci/setup
	PYTHON='$(PYTHON)' .ci/setup $(VENV) test,lint
	@touch $@ $(VENV)/.demo

demo: $(VENV)/.demo
	$(BIN)/python examples/demo.py --cc '$(CC)'

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: lint
	$(BIN)/python -m pytest -q -n $(JOBS) -m 'not slow'

test-slow: lint
	$(BIN)/python -m pytest -q -n $(JOBS)

docs: $(VENV)/.test
	$(BIN)/python docs/generate.py

bench: $(VENV)/.test
	$(BIN)/python benchmarks/host_models.py $(MODELS)

fuzz: $(VENV)/.test
	$(BIN)/python benchmarks/fuzz_onnx.py

clean:
	rm -rf build dist *.egg-info .mypy_cache .ruff_cache .hypothesis
