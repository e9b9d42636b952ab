# The commands of the network. `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PACKAGES := alumni_site profiles messaging search notifications privacy tests/services assets locale/compile.py
# Whatever services the environment names: what is embedded is tested by itself.
EMBEDDED := env -u DATABASE_URL -u REDIS_URL -u ELASTICSEARCH_URL
TRANSLATIONS := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po))
# Compiled code is kept, whatever the machine says: every process would else compile all of it, which takes longer than to begin.
unexport PYTHONDONTWRITEBYTECODE
# Settings given on the command line reach every command below: make run PORT=8123 DATA_DIR=/somewhere
ifdef DATA_DIR
export DATA_DIR
endif
ifdef PORT
export PORT
endif

.PHONY: help
help: ## Show what can be made
	@grep -hE '^[a-z][a-z-]*:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

.PHONY: setup
setup: $(VENV)/.installed translations assets ## Make .venv/, styles and translations; quick when they are there

$(VENV)/.installed: requirements.txt requirements-dev.txt
	@$(PYTHON) -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "The network needs Python 3.11 or newer with venv (on Debian: apt-get install python3 python3-venv)."; exit 1; }
	@[ -x $(BIN)/python ] || { echo "Making $(VENV)/ ..."; $(PYTHON) -m venv $(VENV); }
	@[ -x $(BIN)/uv ] || $(BIN)/python -m pip install -q --disable-pip-version-check "$$(grep '^uv==' requirements-dev.txt)"
	@echo "Installing packages ..."
	@$(BIN)/uv pip install -q --compile-bytecode --python $(BIN)/python -r requirements.txt -r requirements-dev.txt
	@touch $@

.PHONY: translations
translations: $(TRANSLATIONS)

%.mo: %.po locale/compile.py | $(VENV)/.installed
	@$(BIN)/python locale/compile.py $<

.PHONY: assets
assets: $(VENV)/.installed
	@$(BIN)/python assets/build.py

.PHONY: run
run: setup ## Make the demo if there is none, and serve it: make run PORT=8123 DATA_DIR=/somewhere
	@exec $(BIN)/python manage.py run_demo

.PHONY: check check-types check-rest
check: check-types check-rest ## Lint, format, types, layers, migrations, translations, production settings

check-types: $(VENV)/.installed
	$(BIN)/mypy $(PACKAGES)

check-rest: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/lint-imports --no-cache
	$(BIN)/python manage.py makemigrations --check --dry-run
	@$(BIN)/python -m tests.services.debian xgettext gettext "The check of translations needs gettext."
	$(BIN)/python manage.py check_translations
	@$(BIN)/python -m tests.services.production check --deploy --fail-level WARNING

.PHONY: test
test: setup ## Run the tests on the embedded parts, the browser's last (Elasticsearch has make test-services)
	@$(BIN)/python -m tests.services.chromium
	@$(BIN)/python -m tests.services.debian xgettext gettext "The tests of translations need gettext."
	$(EMBEDDED) $(BIN)/pytest -q -n 3 --dist loadgroup --no-loadscope-reorder -m "not browser and not elasticsearch"
	$(EMBEDDED) $(BIN)/pytest -q -n 2 --dist loadgroup --no-loadscope-reorder tests/browser

.PHONY: test-services
test-services: setup ## Run the tests on PostgreSQL, Redis and Elasticsearch, which are started for it
	@$(BIN)/python -m tests.services.debian xgettext gettext "The tests of translations need gettext."
	$(BIN)/python -m tests.services $(BIN)/pytest -q -n 3 --dist loadgroup --no-loadscope-reorder -m "not browser" $(TESTS)

.PHONY: bench
bench: setup ## Measure, each beside a baseline: make bench BENCH=search for one
	@$(BIN)/python -m tests.bench $(BENCH)

.PHONY: screenshots
screenshots: setup ## Take pictures of every main page into docs/screenshots/
	@$(BIN)/python -m tests.services.chromium
	@$(BIN)/python -m tests.browser.screenshots

.PHONY: format
format: setup ## Put the code in form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: messages
messages: setup ## Put new texts into locale/, for you to translate, and drop unused ones
	@$(BIN)/python -m tests.services.debian xgettext gettext "Collecting texts needs gettext."
	-$(BIN)/python manage.py check_translations --write

.PHONY: lock
lock: setup ## Pin requirements.in and requirements-dev.in
	$(BIN)/uv pip compile -q requirements.in -o requirements.txt --no-header --no-emit-index-url --python-version 3.11
	$(BIN)/uv pip compile -q requirements-dev.in -o requirements-dev.txt --no-header --no-emit-index-url --python-version 3.11
