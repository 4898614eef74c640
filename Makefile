# Everything runs from a clean checkout with Python 3.11 or later and make; see README.md.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
PYTEST_ARGS ?=
TEST_PROCESSES ?= 2
DATA_ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help install data today test images digests lint format lock clean

help: ## Show the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

install: $(INSTALLED) ## Make .venv with the locked dependencies and, linked, this checkout

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed; set PYTHON=") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	@echo "Installing what requirements.lock names; this takes a minute or two."
	$(BIN)/python -m pip install --disable-pip-version-check --only-binary=:all: --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation --editable .
	touch $@

today: install ## As data, up to the last day that has passed
	$(MAKE) data DATA_ARGS="--until today $(DATA_ARGS)"

data: install ## Generate ten years with the demo profile into the embedded PostgreSQL (DATA_ARGS: more flags)
	$(BIN)/python manage.py migrate --verbosity 0
	$(BIN)/python manage.py runscript data_generation --resume $(DATA_ARGS)
	$(BIN)/python manage.py runscript data_generation --mode=sequential $(DATA_ARGS)
	$(BIN)/python manage.py runscript data_generation --validate-only
	$(BIN)/python manage.py runscript data_generation --generate-report
	$(BIN)/python manage.py runscript data_generation --status
	@if [ -z "$$DATABASE_URL" ]; then $(BIN)/python manage.py embedded_postgres status; fi

test: install ## Run all tests (PYTEST_ARGS: more flags, such as --long)
	PYTHONHASHSEED=random $(BIN)/python -m pytest -n $(TEST_PROCESSES) --dist worksteal $(PYTEST_ARGS)

images: install ## Make docs/images from a demo run (needs Chromium)
	$(BIN)/python -m docs.make_images

digests: install ## Keep the digests of the data anew, after GENERATOR_VERSION was raised
	$(BIN)/python -m tests.golden

lint: install ## Check style, types, imports, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python manage.py check
	$(BIN)/python manage.py makemigrations --check --dry-run

format: install ## Reformat the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: ## Renew requirements.lock from pyproject.toml (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --all-extras --group dev pyproject.toml \
		--no-emit-index-url --custom-compile-command "make lock" -o requirements.lock

clean: ## Stop the embedded server; remove its data, .venv and what runs wrote
	if [ -e $(INSTALLED) ]; then $(BIN)/python manage.py embedded_postgres destroy --yes; fi
	rm -rf $(VENV) .aquamind .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
	rm -f checkpoints/*.json logs/run*-*.jsonl reports/run-*.html reports/run-*.json reports/batches.* \
		reports/validation-run-*.json
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
