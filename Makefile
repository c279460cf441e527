# setup: install; demo: serve a demonstration county; test, check, bench: what they say.
# Files of tests run as they stand: left to itself, loadfile keeps the few long stories for the end,
# when one worker waits for the other.
# lock: write the lock files anew (`make lock UPGRADE=1` takes newer versions).

SHELL := /bin/bash
BIN := .venv/bin
WORKERS ?= 2

.PHONY: setup setup-tests setup-bench demo test check bench lock

setup:
	@tools/setup.sh

setup-tests:
	@tools/setup.sh tests

setup-bench:
	@tools/setup.sh bench

demo: setup
	@tools/demo.sh

test: setup-tests
	@$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tools.lockfiles

bench: setup-bench
	@$(BIN)/python -m benchmarks $(ARGS)

lock: setup
	@tools/lock.sh $(if $(UPGRADE),upgrade)
