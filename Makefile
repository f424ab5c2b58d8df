# One environment in .venv/, made when it is first needed and again when pyproject.toml changes.

PYTHON ?= python3
KILLS ?= 200
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help chat test check format model bench kill wheel clean opensearch opensearch-stop test-opensearch

help:            ## what there is
	@grep -hE '^[a-z-]+: .*##|^[a-z-]+:  *##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 17

chat: .venv/run  ## ask about the sample articles, in the terminal
	@$(BIN)/loccit index --quiet </dev/null
	@$(BIN)/loccit chat

test: .venv/dev  ## run the tests
	@$(BIN)/python -m pytest -q --numprocesses auto --dist worksteal

check: .venv/dev ## lint and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: .venv/dev ## put the code into its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

model: .venv/dev ## make the models that are shipped (SQUAD, SQUAD2=its files, CORPUS=folder of WikiExtractor files)
	rm -rf .models
	$(BIN)/python benchmarks/train_highlight.py $(SQUAD) --write --without .models
	OPENBLAS_NUM_THREADS=1 $(BIN)/loccit train $(SQUAD) $(SQUAD2) --closed --among $(CORPUS) --model src/loccit/models/answers.json \
	  $$(printf -- '--highlights %s ' .models/*.json)

bench: .venv/dev ## speed beside peers (CORPUS=folder of WikiExtractor files, QUESTIONS=JSON lines)
	@$(BIN)/python -m pip install --quiet --editable '.[bench]' </dev/null
	$(BIN)/python benchmarks/speed.py $(CORPUS) $(QUESTIONS) --write

opensearch: .venv/dev ## start a cluster of three nodes on loopback, downloaded when it is first needed (needs a JDK, Maven)
	$(BIN)/python -m tests.opensearch.cluster start

opensearch-stop: .venv/dev ## end it
	$(BIN)/python -m tests.opensearch.cluster stop

test-opensearch: .venv/dev ## run the tests that need the cluster; it is started and ended where it does not run
	$(BIN)/python -m pytest -q --timeout 600 tests/opensearch

kill: .venv/dev  ## kill writers of an index at random moments (KILLS=200 an engine) and see that it stays whole
	@for engine in memory tantivy; do \
	  $(BIN)/python -m tests.engines.killed $$engine --kills $(KILLS) && \
	  $(BIN)/python -m tests.engines.killed $$engine --kills 20 --workers 2 || exit 1; done

wheel: .venv/dev ## build the package into dist/
	$(BIN)/python -m build --outdir dist .

clean:           ## remove what was made
	rm -rf .venv .opensearch .models dist index/built .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "loccit needs Python 3.11 or newer; try: make PYTHON=python3.12 …")'
	@echo "Making an environment in .venv …" >&2
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }

.venv/run: .venv/bin/python pyproject.toml
	@echo "Installing what loccit needs …" >&2
	@$(BIN)/python -m pip install --quiet --editable . </dev/null
	@touch $@

.venv/dev: .venv/bin/python pyproject.toml
	@echo "Installing what the tests need …" >&2
	@$(BIN)/python -m pip install --quiet --editable '.[dev]' </dev/null
	@touch $@ .venv/run
