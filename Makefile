# What a person does with a checkout. `make` alone lists it.
#
#     make setup PYTHON=python3.12      with a Python of your choice (3.11, 3.12 or 3.13)
#     make demo SEGUE_HOME=my/folder    in a home of your choice; else in .demo
#     make slack-demo SERVE=0           print the conversation and end
#     make lock UPGRADE=yes             take the newest versions that pyproject.toml allows

PYTHON ?=
PREFLIGHT ?= yes
UPGRADE ?= no
export PYTHON PREFLIGHT

RUN := .venv/bin/python -m
UV := $(RUN) uv
# Three processes, for many tests wait for others (two take a third longer on two cores); a file's
# tests stay together, so that what a file shares is made once, in the order of tests/conftest.py.
PYTEST := $(RUN) pytest -n 3 --dist loadfile --no-loadscope-reorder
# One file fits every supported Python and system: where they differ, a pin carries a marker.
LOCK := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --annotation-style line --custom-compile-command "make lock" \
    $(if $(filter yes,$(UPGRADE)),--upgrade)

# Tests of the service state: they run on SQLite and, in the full tier, on PostgreSQL too.
ON_STATE := tests/stores $(addprefix tests/api/test_,digests.py runner.py push_sending.py moving.py) \
    $(addprefix tests/tools/test_,erasing.py audiences.py snapshots.py catalog.py streaming.py)

.DEFAULT_GOAL := help
.PHONY: help setup demo slack-demo stream-demo test check check-all format lint types layers licences full lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

setup: ## install everything into .venv (about 3 GB); at once when nothing changed
	@sh requirements/install.sh

demo: setup ## from a sample shop's CSV to an answer, then serve the page (SERVE=0: do not serve)
	@$(RUN) evals.demo
	@[ "$(SERVE)" = 0 ] || .venv/bin/segue serve

slack-demo: setup ## a conversation with Segue in a fake Slack, to look at; SERVE=0 ends it at once
	@$(RUN) evals.slack_demo

stream-demo: setup ## orders over Kafka into a sample shop; the worker is killed, nothing is lost
	@$(RUN) evals.stream_demo

test: setup ## the tests, without those that need a peer of the full tier
	$(PYTEST)

check: format lint types layers licences test ## form, types, layers, licences, tests: what a change must pass

check-all: check full ## check and the full tier

format: setup
	$(RUN) ruff format --check .

lint: setup
	$(RUN) ruff check .

types: setup
	$(RUN) mypy

layers: setup
	.venv/bin/lint-imports

licences: setup ## whether every library may be part of a service for money
	@.venv/bin/python requirements/licences.py

full: setup ## only the full tier: tests that need a built package, a browser, a broker, a server
	@sh requirements/peers.sh
	$(PYTEST) -m full
	$(PYTEST) --database postgres $(ON_STATE)

lock: setup ## pin all libraries anew from pyproject.toml, with hashes, and install them
	$(LOCK) pyproject.toml -o requirements/main.txt
	$(LOCK) pyproject.toml -c requirements/main.txt --extra test --group build -o requirements/test.txt
	$(LOCK) --group build -c requirements/test.txt -o requirements/build.txt
	@sh requirements/install.sh

clean: ## remove .venv, the demo's home and all caches
	rm -rf .venv .demo .cache build dist .mypy_cache .ruff_cache .pytest_cache \
	    .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
