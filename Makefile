# Everything works on a fresh machine with Python 3.11+, git and make.
PYTHON ?= python3
BIN := .venv/bin
.PHONY: run test test-postgres check install dev smoke pictures bench chaos audit requirements clean

run: .venv/run
	$(BIN)/hromada-bridge run

test: .venv/dev
	$(BIN)/pytest -n auto --dist loadgroup

# The same stories on PostgreSQL: a server of our own, or the one TEST_DATABASE_URL names.
test-postgres: .venv/dev
	$(BIN)/pytest -n auto --dist loadgroup --engine postgres tests/machine tests/services tests/story tests/chaos

check: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/locales.py check

# Whether a visitor's first minute works. On a fresh clone: before anything of `make dev` is installed.
smoke: .venv/run
	$(BIN)/python tools/smoke.py

# The pictures of the README and of docs/, taken by the browser test of the golden path.
pictures: .venv/dev
	PICTURES=docs/pictures $(BIN)/pytest -n 0 tests/story/test_golden_path.py -k page

.venv/bin/python:
	$(PYTHON) -m venv .venv

# The build needs setuptools alone; it stands in the hashed requirements too.
.venv/run: .venv/bin/python requirements.txt pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev: .venv/bin/python requirements-dev.txt pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@ .venv/run

install: .venv/run
dev: .venv/dev

# Whether a library we ship has a hole that is known: asks the advisories of the registry that pip uses.
audit: .venv/audit
	.venv/audit/bin/pip-audit --require-hashes --disable-pip -r requirements.txt

.venv/audit: .venv/bin/python requirements-audit.txt
	$(PYTHON) -m venv $@
	$@/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-audit.txt
	@touch $@

# After a change in pyproject.toml: the same versions as before where they still fit, with the hashes of every file.
COMPILE := uv pip compile --universal --generate-hashes --no-header --allow-unsafe --python $(BIN)/python --quiet
requirements:
	$(COMPILE) pyproject.toml -o requirements.txt
	$(COMPILE) pyproject.toml --extra dev -o requirements-dev.txt
	$(COMPILE) pyproject.toml --extra bench -o requirements-bench.txt
	$(COMPILE) requirements-audit.in -o requirements-audit.txt

clean:
	rm -rf .venv build *.egg-info

# The figures behind docs/performance.md: all of them, or BENCH="sender morning"; QUICK=1 for a short form.
bench: .venv/dev requirements-bench.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.txt
	$(BIN)/python -m bench $(BENCH)

# The crash laboratory in full: 200 kills at random and chosen moments, faults on the line all along.
chaos: .venv/dev
	KILLS=$${KILLS:-200} $(BIN)/pytest -n 0 -s tests/chaos
