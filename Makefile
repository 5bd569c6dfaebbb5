# Everything a newcomer needs; `make help` lists it. Each target sets up what it needs by itself.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help demo test check bench run lock verifier

help: ## List what there is to make
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/\1|\2/' | \
		while IFS='|' read -r name says; do printf '  make %-8s %s\n' "$$name" "$$says"; done

demo: $(VENV)/run.stamp ## Show everything on one guided page, with fictional people
	$(BIN)/aboveboard demo

run: $(VENV)/run.stamp ## Serve the installation that lies in ABOVEBOARD_HOME
	$(BIN)/aboveboard serve

test: $(VENV)/dev.stamp ## Run the whole suite: on SQLite, then what touches a database on PostgreSQL
	$(BIN)/python -m tests.support.suite

check: $(VENV)/dev.stamp ## Style, types, the order of the rooms, the house's rules, migrations; under a minute
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest tests/house -q

bench: $(VENV)/dev.stamp ## Measure, on both databases where PostgreSQL is installed
	$(BIN)/python -m bench

verifier: $(VENV)/run.stamp ## Build the verifiers, dist/aboveboard-verify.pyz and -check.html; the same bytes each time
	$(BIN)/python -m verifier
	$(BIN)/python -m aboveboard.faces.check dist/aboveboard-check.html

LOCK := uv pip compile --quiet --upgrade --generate-hashes --universal --python-version 3.11 --no-annotate \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

lock: $(VENV)/dev.stamp ## Write the locks of requirements/ anew, with today's versions
	$(BIN)/$(LOCK) pyproject.toml requirements/build.in -o requirements/run.txt >/dev/null
	$(BIN)/$(LOCK) -c requirements/run.txt pyproject.toml requirements/build.in requirements/dev.in \
		-o requirements/dev.txt >/dev/null

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

# The stamps say which lock the environment was filled from; a newer lock fills it again.
$(VENV)/run.stamp: requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "Installing what Aboveboard runs on; once."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/run.stamp
	@echo "Installing what tests and checks need; once."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@
