# Everything a developer types. Each target sets up .venv by itself (python3 >= 3.11 and make are enough).
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
# pages that hold real output of the program, written by cog
COGGED = $(shell grep -rl '\[\[\[cog' --include=*.md README.md README.zh-CN.md docs)
.DEFAULT_GOAL := check

# Installs exactly the versions of constraints.txt; whatever pip is configured with stays in force.
$(READY): constraints.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r constraints.txt -e .
	@touch $@

.PHONY: demo test check bench wheel docs format clean

demo: $(READY)  ## the whole job on the shipped samples, in ./demo
	rm -rf demo
	$(BIN)/cmledger demo --folder demo

test: $(READY)  ## every test but those of the wheel
	$(BIN)/pytest -q -n auto -m "not wheel"

check: $(READY)  ## all that must hold before a commit
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/cog --check $(COGGED)
	$(MAKE) test

bench: $(READY)  ## ratios against the floor and against pandas
	$(BIN)/python bench/run.py

wheel: $(READY)  ## build dist/*.whl, install it in a clean place and use it there
	rm -rf dist
	$(BIN)/python -m build --wheel --outdir dist
	$(BIN)/pytest -q -m wheel

docs: $(READY)  ## write the real output in the pages anew
	$(BIN)/cog -r $(COGGED)

format: $(READY)  ## put the code in order
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:  ## all that can be made again, but not .venv
	rm -rf dist build demo bench-data .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
