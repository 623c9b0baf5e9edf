# One definition of "green": people, hooks and CI call the same targets. `make help` lists them.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
TESTS ?= tests
.DEFAULT_GOAL := help
.PHONY: help install demo tour serve test test-stores test-all check format lint types imports sdl dependencies compose bench explorer lock clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

# The locks are complete: --no-deps keeps pip from looking for a newer release of what one of them asks for with an extra.
$(VENV)/.product: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.tools: requirements-dev.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes --requirement requirements-dev.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@ $(VENV)/.product

install: $(VENV)/.product ## Install the product into .venv

demo: $(VENV)/.product ## Seed a demo and serve it on http://127.0.0.1:8000
	$(BIN)/python -m kopru demo

tour: $(VENV)/.product ## Play the main job against the running demo and print each step
	$(BIN)/python -m kopru tour

serve: $(VENV)/.product ## Serve what the settings say
	$(BIN)/python -m kopru serve

test: $(VENV)/.tools ## Run the whole suite
	$(BIN)/python -m pytest -n 2 --dist loadgroup $(TESTS)

test-stores: $(VENV)/.tools ## Run the suite on the services of docker-compose.yml
	docker compose --file docker-compose.yml --file docker-compose.test.yml up --detach --wait mongodb meilisearch
	set -a; . ./.env; set +a; \
	KOPRU_TEST_MONGODB_URL="mongodb://kopru:$$KOPRU_MONGODB_PASSWORD@127.0.0.1:27017/?authSource=admin" \
	KOPRU_TEST_MEILISEARCH_URL=http://127.0.0.1:7700 KOPRU_TEST_MEILISEARCH_KEY="$$KOPRU_MEILISEARCH_KEY" \
	$(MAKE) test

test-all: ## Run the suite on Python 3.11 and 3.13, each on every store there is an address for
	$(MAKE) test PYTHON=python3.11 VENV=.venv-3.11
	$(MAKE) test PYTHON=python3.13 VENV=.venv-3.13

check: ## Everything that must hold before a commit lands
	$(MAKE) -j2 format lint types imports dependencies sdl compose
	$(MAKE) test

format: $(VENV)/.tools ## Check the format (`make format FIX=1` mends it)
	$(BIN)/ruff format $(if $(FIX),,--check) .

lint: $(VENV)/.tools ## Lint, and measure sizes
	$(BIN)/ruff check .

types: $(VENV)/.tools ## Check types, tests too
	$(BIN)/mypy .

imports: $(VENV)/.tools ## Check who may import whom
	$(BIN)/lint-imports

dependencies: $(VENV)/.tools ## Check that what is imported is declared and the other way round
	$(BIN)/deptry .

sdl: $(VENV)/.tools ## Check that the exported schemas are the code's (`make sdl FIX=1` writes them)
	$(BIN)/python -m kopru export-schema $(if $(FIX),,--check)

compose: $(VENV)/.tools ## Check docker-compose.yml against the compose specification
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml docker-compose.test.yml

bench: $(VENV)/.tools ## Measure, beside a peer, in one run
	$(BIN)/python -m bench.first

explorer: ## Build the explorer's files anew (needs Node.js 20 and npm)
	npm ci --prefix api/explorer_source
	npm run build --prefix api/explorer_source

lock: $(VENV)/.tools ## Resolve the dependencies anew
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" pyproject.toml --group build --output-file requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" pyproject.toml --group dev --output-file requirements-dev.lock

clean: ## Remove what was built, not what was stored
	rm -rf $(VENV) .venv-3.11 .venv-3.13 .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info
