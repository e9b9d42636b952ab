# The commands of the network. `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TRANSLATIONS := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po))
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
	@$(BIN)/uv pip install -q --python $(BIN)/python -r requirements.txt -r requirements-dev.txt
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

.PHONY: test
test: setup ## Run every test; the browser tests want Chromium
	@$(BIN)/python -m tests.services.chromium
	$(BIN)/pytest -q -n 2 -m "not browser"
	$(BIN)/pytest -q -m browser
