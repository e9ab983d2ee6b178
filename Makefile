# Everything a person does with a clone. Windows: see CONTRIBUTING.md for the same steps without make.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
TESTS ?= tests
# one more than a small machine has cores: while one test waits for a line or a window, another may compute
WORKERS ?= 3
ARGS ?=
# without a display the demo runs offscreen and leaves a screenshot and a report
HEADLESS := $(if $(or $(DISPLAY),$(WAYLAND_DISPLAY),$(filter Darwin,$(shell uname -s))),,--headless)

.DEFAULT_GOAL := help
.PHONY: help demo test test-long test-api check check-style check-format check-types check-layers check-workflows coverage format lock map bench screenshots sensor-screenshots conflict-screenshots people-screenshots contact-screenshots dispatch-screenshots gallery approve-images wheel \
	clean prepare prepare-dev

help: ## show these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-20s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

prepare:
	@$(PYTHON) scripts/prepare.py --venv $(VENV)

prepare-dev:
	@$(PYTHON) scripts/prepare.py --venv $(VENV) --dev

demo: prepare ## server, simulated sensors and console; ARGS="--seconds 60" passes options on
	$(BIN)/tabuah demo $(HEADLESS) $(ARGS)

test: prepare-dev ## all tests; TESTS=tests/gis ARGS="-k name" run some
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(TESTS) $(ARGS)

test-long: prepare-dev ## ten thousand random histories, and many more examples of every property; takes hours
	QT_QPA_PLATFORM=offscreen HYPOTHESIS_PROFILE=long $(BIN)/python -m pytest -n 2 --dist worksteal \
		-o faulthandler_timeout=7200 \
		$$(grep -rlE "^from (hypothesis|histories)" --include="test_*.py" $(TESTS)) $(ARGS)

test-api: prepare-dev ## 5,000 generated requests compared with the OpenAPI; ARGS="--cases N" changes the number
	$(BIN)/python scripts/api_conformance.py $(ARGS)

check: check-style check-format check-types check-layers ## style, types and the direction of imports

check-style: prepare-dev
	$(BIN)/ruff check .

check-format: prepare-dev
	$(BIN)/ruff format --check .

check-types: prepare-dev
	$(BIN)/mypy
	$(BIN)/mypy --strict scripts

check-layers: prepare-dev
	$(BIN)/lint-imports

check-workflows: prepare-dev ## validate the workflows and issue forms against their schemas
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-forms .github/ISSUE_TEMPLATE/*_re*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml

coverage: prepare-dev ## line and branch coverage of all tests, as text and as HTML in out/coverage
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --cov=tabuah --cov-branch \
		--cov-report=term --cov-report=html:out/coverage $(TESTS) $(ARGS)

format: prepare-dev ## let ruff fix style and format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: prepare-dev ## write requirements/ again; ARGS=--upgrade takes the newest versions
	$(BIN)/python scripts/lock.py $(ARGS)

map: prepare ## build the shipped regency map from tabuah/resources/sources
	$(BIN)/python -m tabuah.gis.regency_map $(ARGS)

bench: prepare-dev ## all benchmarks, one after the other; make bench-map runs one
	@for file in benchmarks/bench_*.py; do \
		name=$${file##*/bench_}; name=$${name%.py}; case $$name in sync|sensors) continue;; esac; \
		$(MAKE) --no-print-directory bench-$$name || exit 1; \
	done
	@$(MAKE) --no-print-directory bench-sync ARGS=--kept
	@$(MAKE) --no-print-directory bench-sensors ARGS=--kept

bench-%: benchmarks/bench_%.py prepare-dev
	QT_QPA_PLATFORM=offscreen PYTHONPATH=. $(BIN)/python $< $(ARGS)

screenshots: prepare-dev ## take the pictures of docs/screenshots again
	QT_QPA_PLATFORM=offscreen $(BIN)/python scripts/screenshots.py $(ARGS)

sensor-screenshots: prepare-dev ## take the pictures of sensors, rules, alarms and feeds again
	QT_QPA_PLATFORM=offscreen $(BIN)/python scripts/sensor_screenshots.py $(ARGS)

conflict-screenshots: prepare-dev ## take the pictures of conflicts and trays again
	QT_QPA_PLATFORM=offscreen $(BIN)/python scripts/conflict_screenshots.py $(ARGS)

people-screenshots: prepare-dev ## take the pictures of lock screen, administration, shifts, roster and incident list again
	QT_QPA_PLATFORM=offscreen $(BIN)/python scripts/people_screenshots.py $(ARGS)
	QT_QPA_PLATFORM=offscreen $(BIN)/python scripts/duty_screenshots.py

contact-screenshots: prepare-dev ## take the pictures of the directory of contacts again
	QT_QPA_PLATFORM=offscreen $(BIN)/python scripts/contact_screenshots.py $(ARGS)

dispatch-screenshots: prepare-dev ## take the pictures of tasks and dispatch again
	QT_QPA_PLATFORM=offscreen $(BIN)/python scripts/dispatch_screenshots.py $(ARGS)

gallery: prepare-dev ## show widgets with sample values; ARGS="--shot FILE.png" saves a picture
	PYTHONPATH=scripts $(BIN)/python -m gallery $(ARGS)

approve-images: prepare-dev ## take the approved pictures of map and chart again; ARGS=--look only shows what differs
	QT_QPA_PLATFORM=offscreen $(BIN)/python scripts/approve_images.py $(ARGS)

wheel: prepare-dev ## build the wheel into dist/ and look inside it
	$(BIN)/python -m hatchling build -t wheel
	$(BIN)/python scripts/check_wheel.py

clean: ## remove everything that was made, the virtual environment too
	rm -rf $(VENV) build dist out .coverage* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find tabuah -name '*.mo' -delete
