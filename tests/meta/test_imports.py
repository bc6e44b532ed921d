"""No module needs one that needs it: the program can be read from the bottom up."""

import ast
from graphlib import TopologicalSorter

from corpus import ROOT

PLACES = (("pace", ROOT), ("pace_cli", ROOT / "cli"))


def _modules():
    """Return each module's name with its parsed text."""
    found = {}
    for package, root in PLACES:
        for path in (root / package).rglob("*.py"):
            name = ".".join(path.relative_to(root).with_suffix("").parts)
            found[name.removesuffix(".__init__")] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def _only_for_types(tree):
    """Return the nodes that only a type checker reads."""
    blocks = [node for node in ast.walk(tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)]
    return {id(inner) for block in blocks for inner in ast.walk(block)}


def _needs(tree, known):
    """Return the modules that one imports, at once or inside a function."""
    for_types = _only_for_types(tree)
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in known else node.module for name in names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_no_modules_import_each_other():
    """Imports inside functions count too: a circle that is only put off is a circle."""
    modules = _modules()
    graph = {name: set(_needs(tree, modules)) & set(modules) - {name} for name, tree in modules.items()}
    assert len(list(TopologicalSorter(graph).static_order())) == len(modules) > 150
