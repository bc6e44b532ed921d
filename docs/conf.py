"""How the pages become a site (`just docs`): plain Markdown, and the reference from docstrings; nothing is fetched."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from numpydoc.xref import DEFAULT_LINKS
from sphinx.application import Sphinx
from sphinx.domains.python import PyXRefRole

import pace

project = html_title = "pace"
author = "The pace authors"
version = release = pace.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "numpydoc"]

# The whole project is the source, so that a link leads to the same page here, on a forge and in an editor.
root_doc = "docs/index"
include_patterns = ["docs/**.md", "benchmarks/README.md", "sample_activities/README.md", "CHANGELOG.md", "SECURITY.md"]
exclude_patterns = ["build", "dist", "**/.*"]
highlight_language = "none"
smartquotes = False
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_typehints = "none"  # docstrings say them, with shapes and units
default_role = "named"
numpydoc_show_class_members = False
numpydoc_xref_param_type = True
numpydoc_xref_aliases = {word: word for word in DEFAULT_LINKS} | {  # no link to other sites, one to every class here
    name.rpartition(".")[2]: name
    for page in sorted(Path(__file__).parent.glob("api/*.md"), reverse=True)
    for name in re.findall(r"^\.\. auto\w+:: (\S+)$", page.read_text("utf-8"), flags=re.M)
    if name.rpartition(".")[2][0].isupper()
}
numpydoc_xref_ignore = "all"

html_theme = "furo"
html_additional_pages = {"index": "front.html"}
html_copy_source = html_show_copyright = False
html_css_files = ["pace.css"]
html_static_path = ["static"]
html_theme_options = {"top_of_page_buttons": []}
templates_path = ["templates"]


class Named(PyXRefRole):
    """What stands between single backticks: a link where it is a name that is documented, else as it is written."""

    def run(self) -> tuple[list[Any], list[Any]]:
        """Return the node."""
        if not re.fullmatch(r"[A-Za-z_][\w.]*", self.text):
            return [nodes.literal(self.rawtext, self.text)], []
        self.name, self.target = "py:obj", numpydoc_xref_aliases.get(self.text, self.target)
        return super().run()


def without_what_nobody_types(
    _app: Sphinx, what: str, _name: str, found: Any, _options: Any, signature: str | None, returned: str | None
) -> tuple[str | None, str | None]:
    """Leave out the arguments of values that are made by a function: their attributes are told below."""
    made = what == "class" and re.search(r"[MmBb](?:ake|uild) it with `|made by", found.__doc__ or "")
    return ("", None) if made else (signature, returned)


def setup(app: Sphinx) -> None:
    """Add the role and the rule."""
    app.add_role("named", Named())
    app.connect("autodoc-process-signature", without_what_nobody_types)
