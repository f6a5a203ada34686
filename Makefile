# Everything one does with the course. `make` alone prints the list; README.md explains the variables.
# The recipes are one line each: what they do stands in tools/*.py.

PYTHON ?= python3
ifeq ($(OS),Windows_NT)
VENV_PYTHON = .venv/Scripts/python.exe
else
VENV_PYTHON = .venv/bin/python
endif

# Named on the command line or in the environment, it has to be this Python; else an existing .venv keeps its own.
NAMED = $(if $(filter file,$(origin PYTHON)),,--explicit)
SET_UP = @command -v "$(PYTHON)" >/dev/null || { echo 'There is no "$(PYTHON)" here. Install Python 3.11 to 3.13, \
	or name it: make lab PYTHON=/path/to/python3' >&2; exit 1; }; "$(PYTHON)" $(FLAGS) tools/environment.py $(NAMED)

# The tools themselves are deaf to PYTHON… variables and to the user's site folder. What they start gets an environment
# that tools/surroundings.py makes; make hands them the variables of its command line.
FLAGS = -E -s -X utf8
TOOL = @$(VENV_PYTHON) $(FLAGS) tools

.PHONY: help lab test test-browser test-knobs refresh bench bands rows index backends lock clean

help:
	@echo 'make lab                  set up .venv, then open the course in JupyterLab   [PORT=8888] [LESSON=04] [GPU=1]'
	@echo 'make test                 prove it: lint, unit tests, documents, every notebook'
	@echo '                          [LESSON=04] [BACKEND=jax|torch] [SEED=3] [ARITHMETIC=noise|tf32] [WORKERS=2]'
	@echo 'make test-browser         drive JupyterLab in a real browser (needs Chromium)'
	@echo 'make test-knobs           turn the constants that a lesson names as knobs    [LESSON=05] [WORKERS=2]'
	@echo 'make refresh              execute the notebooks in place and normalize them  [LESSON=04]'
	@echo 'make bench                seconds, memory and the share of imports per lesson  [LESSON=04]'
	@echo 'make bands                measure the bands of the numbers after ≈           [LESSON=04] [WORKERS=2]'
	@echo 'make rows                 which rows of the course are proved, and where'
	@echo 'make index                write the table and the picture of the lessons in README.md anew'
	@echo 'make backends             install JAX and PyTorch, for BACKEND=jax and BACKEND=torch'
	@echo 'make lock                 pin the newest versions that pyproject.toml allows'
	@echo 'make clean                remove .venv and all that was made'
	@echo 'LESSON=05b                is one lesson, LESSON=05 all lessons of the chapter, LESSON="05 13a" several'
	@echo 'PYTHON=python3.12         names the Python of .venv, in any of these; it has to be 3.11, 3.12 or 3.13'

lab:
	$(SET_UP) $(if $(filter 1 yes true,$(GPU)),--extra gpu)
	$(TOOL)/lab.py

test:
	$(SET_UP)
	$(TOOL)/run_tests.py

test-browser:
	$(SET_UP) --extra browser
	$(TOOL)/surroundings.py -m pytest tests/browser -q

test-knobs:
	$(SET_UP)
	$(TOOL)/knobs.py $(LESSON)

refresh:
	$(SET_UP)
	$(TOOL)/refresh.py $(LESSON)

bench:
	$(SET_UP)
	$(TOOL)/bench.py $(LESSON)
	$(if $(filter-out 9% 09%,$(LESSON)),,$(TOOL)/bench_convolution.py)
	$(if $(filter-out 13%,$(LESSON)),,$(TOOL)/bench_boxes.py)

bands:
	$(SET_UP)
	$(TOOL)/bands.py $(LESSON)

rows:
	$(SET_UP)
	$(TOOL)/rows.py

index:
	$(SET_UP)
	$(TOOL)/index.py

backends:
	$(SET_UP) --extra backends

lock:
	$(SET_UP) --uv-only
	$(TOOL)/lock.py

clean:
	rm -rf .venv build *.egg-info .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find . -name .ipynb_checkpoints -type d -prune -exec rm -rf {} +
