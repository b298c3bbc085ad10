# One target per habit; CI calls the same ones. `make demo` and `make test` need only git, make and Python ≥ 3.10.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
WORKERS = $$(($$(getconf _NPROCESSORS_ONLN) + 1))  # some tests wait

.PHONY: demo test lint format golden bench picture lock lowest clean

demo: $(STAMP)
	$(BIN)/python scripts/demo.py --output demo

test: $(STAMP)
	$(BIN)/python -m pytest -n $(WORKERS)

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

golden: $(STAMP)
	UPDATE_GOLDEN=1 $(BIN)/python -m pytest tests/rendering -q

bench: $(STAMP)
	$(BIN)/python -m benchmarks.run

lock: $(STAMP)
	$(BIN)/uv pip compile -q --universal --python-version 3.10 --generate-hashes --no-header \
	    pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.10 --generate-hashes --no-header \
	    --group pyproject.toml:test --group pyproject.toml:lint -c requirements.lock -o requirements-dev.lock
	printf "uv==0.13.9\npyyaml==6.0.3\n" | $(BIN)/uv pip compile -q --universal --python-version 3.10 --generate-hashes --no-header \
	    --no-annotate - -o scripts/tools.lock

lowest: $(STAMP)
	$(BIN)/uv venv --quiet --allow-existing --python 3.10 $(VENV)-lowest
	$(BIN)/uv pip install --quiet --python $(VENV)-lowest --resolution lowest-direct \
	    -r pyproject.toml --group pyproject.toml:test
	$(VENV)-lowest/bin/python -m pytest -n auto -m "not slow" -W ignore::DeprecationWarning  # of old packages by new ones

$(STAMP): requirements.lock requirements-dev.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements.lock -r requirements-dev.lock
	touch $(STAMP)

SHOOT := chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=900,1610 --force-device-scale-factor=1.6

picture: demo
	$(SHOOT) --screenshot=docs/images/report.png file://$(CURDIR)/demo/report.html
	$(SHOOT) --blink-settings=preferredColorScheme=0 --screenshot=docs/images/report-dark.png file://$(CURDIR)/demo/report.html

clean:
	rm -rf $(VENV) $(VENV)-lowest demo
