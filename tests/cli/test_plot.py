"""`pace plot`: pictures as files, the same every time; the one that opens the README is drawn by a command."""

import re
import stat

import pytest

from corpus import ROOT

WORDS = ("-", "-", "--client-walk", "10:30", "--client-chat", "7:45/km")


@pytest.mark.parametrize("suffix", [".svg", ".png"])
@pytest.mark.parametrize(
    "words",
    [("profile", "--walk", "10:30"), ("match", *WORDS), ("match", *WORDS, "--plain", "--dark"), ("plan", *WORDS)],
)
def test_a_picture_is_written_and_nothing_else(command, tmp_path, words, suffix):
    """The file is there for its owner only, twice the same; standard output stays empty, the rest says where it is."""
    if suffix == ".png":
        pytest.importorskip("resvg_py")
    drawn = []
    for name in ("one", "two"):
        out = tmp_path / f"{name}{suffix}"
        ran = command("plot", *words, "-o", str(out))
        assert (ran.code, ran.out) == (0, "")
        assert f"the picture is in {out}" in ran.err
        assert stat.S_IMODE(out.stat().st_mode) == 0o600
        drawn.append(out.read_bytes())
    assert drawn[0] == drawn[1]
    assert len(list(tmp_path.iterdir())) == 2


def test_a_review_is_drawn_from_its_recordings(command, tmp_path, sample):
    """One recording is a picture of one line."""
    out = tmp_path / "review.svg"
    ran = command("plot", "review", str(sample("fit")), "-o", str(out))
    assert ran.code == 0
    assert out.read_text(encoding="utf-8").count('class="curve first"') == 2


def test_another_kind_of_file_is_a_slip(command, tmp_path):
    """What is neither SVG nor PNG is refused before anything is read, as is a profile of nobody."""
    ran = command("plot", "match", *WORDS, "-o", str(tmp_path / "match.jpg"))
    assert ran.code == 2
    assert ".svg" in ran.err
    assert command("plot", "profile", "-o", str(tmp_path / "x.svg")).code == 2
    assert list(tmp_path.iterdir()) == []


def test_without_what_draws_a_png_the_error_says_what_to_install(command, tmp_path, monkeypatch):
    """One line that names the extra and the other way."""
    monkeypatch.setitem(__import__("sys").modules, "resvg_py", None)
    ran = command("plot", "match", *WORDS, "-o", str(tmp_path / "match.png"))
    assert ran.code == 1
    assert "pace-match[plot]" in ran.err
    assert ".svg" in ran.err


@pytest.mark.parametrize(("name", "dark"), [("picture.svg", ()), ("picture-dark.svg", ("--dark",))])
def test_the_picture_of_the_readme_is_drawn_from_the_sample_people(command, tmp_path, golden, monkeypatch, name, dark):
    """`docs/picture.svg` is, byte for byte, what the command that the README names draws today."""
    monkeypatch.chdir(ROOT)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    typed = "plot match sample_activities/therapist sample_activities/client --plain"
    assert f"`pace {typed} -o docs/picture.svg`" in readme
    assert f"docs/{name}" in readme
    out = tmp_path / name
    assert command(*typed.split(), *dark, "-o", str(out)).code == 0
    golden.file(ROOT / "docs" / name, out.read_text(encoding="utf-8"))


def test_the_readme_opens_with_the_picture():
    """It comes before the first heading of a part, in both themes, with words for those who do not see it."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    head = readme[: readme.index("## ")]
    assert 'media="(prefers-color-scheme: dark)" srcset="docs/picture-dark.svg"' in head
    alt = re.search(r'<img src="docs/picture.svg" width="\d+" alt="([^"]{80,})"', head)
    assert alt is not None
