# Thin lines over ordinary tools. `make run` and `make test` need nothing but python3 (>= 3.11)
# and a package index; `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
PIP := $(VENV)/bin/pip install --quiet --disable-pip-version-check --constraint constraints.txt
DATA ?= ../shared/data
MEASURED := sroie wildreceipt invoices_fr ad_invoices zugferd funsd
LABELLED := sroie wildreceipt invoices_fr ad_invoices

.DEFAULT_GOAL := help
.PHONY: help run serve test check bench examples train clean

help:  ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(VENV)/.core: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.core
	$(PIP) --editable '.[dev]'
	@touch $@

$(VENV)/.service: $(VENV)/.core
	$(PIP) --editable '.[service]'
	@touch $@

run: $(VENV)/.core  ## set up, then extract an example receipt: JSON here, words and evidence in build/overlay.png
	@mkdir -p build
	$(VENV)/bin/docai extract examples/receipt.jpg --overlay build/overlay.png

serve: $(VENV)/.service  ## set up, then run the whole service: http://127.0.0.1:8000
	$(VENV)/bin/docai serve

test: $(VENV)/.dev  ## set up, then run every test
	$(VENV)/bin/pytest

check: $(VENV)/.dev  ## format, lint, types, import directions
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports --no-cache

bench: $(VENV)/.dev  ## measure on the labelled sets in DATA (default ../shared/data)
	@mkdir -p build
	$(VENV)/bin/docai evaluate $(MEASURED:%=$(DATA)/%) --no-xml --predictions build/predictions.jsonl
	$(VENV)/bin/docai evaluate $(MEASURED:%=$(DATA)/%) --kinds
	$(VENV)/bin/docai evaluate $(DATA)/zugferd
	$(VENV)/bin/python benchmarks/ocr.py --data $(DATA)/sroie

examples: $(VENV)/.dev  ## render the example documents again
	$(VENV)/bin/python examples/render.py

train: $(VENV)/.dev  ## train the built-in model on the labelled sets in DATA, then calibrate it
	$(VENV)/bin/python -m docai.vlm.builtin.train $(LABELLED:%=--data $(DATA)/%)
	$(VENV)/bin/python -m docai.calibrate $(LABELLED:%=--data $(DATA)/%)

clean:  ## remove what was built; caches of readings stay
	rm -rf build dist *.egg-info $(VENV)
