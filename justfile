# What is done often, each in one line. https://just.systems

# Install everything for development into the current environment
setup:
    python -m pip install -e ".[dev]"

# The fast tests
test *ARGS:
    python -m pytest {{ARGS}}

# The heavier proofs
heavy:
    python -m pytest -m heavy

# The pages in a real browser (Chromium and its driver)
browser:
    python -m pytest -m browser tests/browser

# Every promise of docs/trust.md with what it measures; `--all` also what takes long
trust *ARGS:
    python tests/trust/run.py {{ARGS}}

# Style, types and layers
lint:
    ruff check .
    ruff format --check .
    mypy
    lint-imports

# The pages as a site: build/site/index.html
docs:
    sphinx-build -W --keep-going -q -c docs . build/site

# Every benchmark at full size, each beside its peer
bench:
    for benchmark in benchmarks/[!_]*.py; do python "$benchmark"; done

# How often the intervals hold the truth, and how near the medians are
accuracy:
    python benchmarks/accuracy.py

# Draw the sample activities anew
samples:
    python -m pace.simulate sample_activities

# Everything that a change must pass
ci:
    bash .ci/run
