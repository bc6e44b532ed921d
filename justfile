# What is done often, each in one line. https://just.systems

lock := "uv --no-config pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate" + \
    " --default-index https://pypi.org/simple --custom-compile-command 'just lock'"

# Install everything for development into the current environment, as CI has it
setup:
    bash .ci/install

# Bring the locks up to date with pyproject.toml; with --upgrade, take the newest of everything
lock *ARGS:
    {{lock}} {{ARGS}} --group pyproject.toml:build -o locks/build.txt
    {{lock}} {{ARGS}} pyproject.toml -c locks/build.txt -o locks/pace.txt
    {{lock}} {{ARGS}} pyproject.toml --all-extras -c locks/build.txt -c locks/pace.txt -o locks/dev.txt

# Look up known vulnerabilities of what is locked (asks pypi.org)
audit:
    pip-audit --strict --disable-pip --require-hashes -r locks/pace.txt
    pip-audit --strict --disable-pip --require-hashes -r locks/dev.txt

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

# Disarm each guard in a copy of the tree and see which test notices; --new, --only WORD, --jobs N
guards *ARGS:
    python tests/trust/guards.py {{ARGS}}

# Style, types and layers
lint:
    ruff check .
    ruff format --check .
    mypy
    lint-imports

# Docstring coverage and function lengths, room by room
house:
    python tests/meta/house.py

# The pages as a site: build/site/index.html
docs:
    sphinx-build -W --keep-going -q -c docs . build/site

# Every benchmark at full size, each beside its peer, as one table; `--middle` takes a minute
bench *ARGS:
    python -m benchmarks --out benchmarks/results {{ARGS}}

# Has a ratio been lost since the baseline was measured?
gate:
    python -m benchmarks --middle --gate

# How often the intervals hold the truth, and how near the medians are
accuracy:
    python benchmarks/accuracy.py

# Draw the sample activities anew
samples:
    python -m pace.simulate sample_activities

# Everything that a change must pass
ci:
    bash .ci/run

# What a release consists of, in a new folder: sdist, wheel, SBOM, sums
release FOLDER="dist":
    bash .ci/release {{FOLDER}}
