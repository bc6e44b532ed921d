"""How the pages become a site (`just docs`): plain Markdown, and the reference from docstrings; nothing is fetched."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.domains.python import PyXRefRole

import pace

project = html_title = "pace"
author = "The pace authors"
version = release = pace.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]

# The whole project is the source, so that a link leads to the same page here, on a forge and in an editor.
root_doc = "docs/index"
include_patterns = ["docs/**.md", "benchmarks/README.md", "sample_activities/README.md", "CHANGELOG.md", "SECURITY.md"]
exclude_patterns = ["build", "dist", "**/.*"]
highlight_language = "none"
smartquotes = False
myst_heading_anchors = 3

add_module_names = False
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # docstrings say them, with shapes and units
default_role = "named"
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True

html_theme = "furo"
html_additional_pages = {"index": "front.html"}
html_copy_source = False
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
        self.name = "py:obj"
        return super().run()


def setup(app: Sphinx) -> None:
    """Add the role."""
    app.add_role("named", Named())
