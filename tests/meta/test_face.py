"""What users meet, the names on the pages of `docs/api`, says what goes in and comes out, in which shape and unit.

Left out of numpydoc's rules, with the reason:

- SA01, ES01, EX01: names in backticks are links already; a long text and an example are for what needs one.
- PR07, RT03: a name with its type, shape and unit may say it all (`speed : (n,) float64, m/s`).
- RT01, YD01: a sentence that begins with “Return” or “Yield” is that section; here, one of the two must be there.
- PR01 of classes: what a value holds is in `Attributes`, which is looked at here.
"""

from __future__ import annotations

import ast
import builtins
import dataclasses
import inspect
import re
import textwrap
from importlib import import_module
from typing import Any, get_type_hints

import pytest

import pace
import pace.errors
import pace.formats
import pace.library
import pace.simulate
from corpus import ROOT
from meta import house

LEFT_OUT = {"SA01", "ES01", "EX01", "PR07", "RT01", "RT03", "YD01"}
ARRAY = re.compile(r"\b(?:Array|NDArray|Index|Mask)\b")
NUMBER = re.compile(r"\bfloat\b|(?<!ND)\bArray\b")
SHAPE = re.compile(r"\((?:[\w…]+(?: [+-] \d)?)(?:, ?[\w…]+)*,?\)|\bshape\b|array_like")
UNIT = re.compile(
    r"\b(?:m|km|s|min|h|kg|px|W|m/s|s/km|ml/kg/min|(?:beats|steps|strides|breaths)/min|rise/run|degrees|semicircles)\b"
    r"|°C|\b(?:seconds|minutes|shares?|factor|times|probability|0 to 1|no unit|(?:its|same|the) unit)\b|as for `",
    re.IGNORECASE,
)
NAMED_WITH_UNIT = re.compile(r"(?:_(?:s|m|ms|mps|c|kg|years|min|percent|ml_kg_min)|minutes|probability\w*)$")
SAYS_WHAT_COMES = re.compile(r"(Return|Yield|Tell|Open|Check|Order|Add|Take in|Erase|Read|Name)\b")
"""How a sentence begins that says what is returned, or what was done to it."""
SOURCED = (
    "pace.match",
    "pace.Profile.talk",
    "pace.Profile.walk_run",
    "pace.Pairs.assign",
    "pace.activity.gait.Gait.from_motion",
    "pace.person.cost.walking_cost",
    "pace.person.cost.running_cost",
    "pace.person.cost.running_grade_factor",
    "pace.person.cost.speed_at_cost",
    "pace.person.cost.crossing_speed",
    "pace.person.talk.talk",
    "pace.person.talktest.talk_test",
    "pace.person.walk_run.walk_run",
    "pace.simulate.vo2",
    "pace.together.session.plan",
)
"""What rests on something published."""


def _listed() -> list[str]:
    """Return the names that the pages of the reference ask for."""
    pages = (page.read_text("utf-8") for page in sorted((ROOT / "docs" / "api").glob("*.md")))
    return [name for page in pages for name in re.findall(r"^\.\. auto(?!data)\w+:: (\S+)$", page, flags=re.M)]


def _found(name: str) -> Any:
    """Return what a name stands for, as it is written in its class."""
    found: Any = pace
    for n, part in enumerate(name.split(".")[1:], start=2):
        if inspect.isclass(found):
            found = inspect.getattr_static(found, part)
        else:
            found = getattr(found, part, None) or import_module(".".join(name.split(".")[:n]))
    return found


def _members(name: str) -> list[str]:
    """Return a name and, of a class, the public ones in it."""
    found = _found(name)
    inside = vars(found) if inspect.isclass(found) else {}
    kinds = (classmethod, staticmethod, property)
    return [name, *(f"{name}.{key}" for key, one in inside.items() if key[0] != "_" and _is_code(one, kinds))]


def _is_code(one: Any, kinds: tuple[type, ...]) -> bool:
    """Tell a method or property from a field."""
    return inspect.isfunction(one) or isinstance(one, kinds)


def _code(name: str) -> Any:
    """Return the class or the plain function behind a name."""
    found = _found(name)
    return getattr(found, "fget", None) or getattr(found, "__func__", None) or found


LISTED = _listed()
FACE = [member for name in LISTED for member in _members(name)]


def _doc(name: str) -> Any:
    """Return a docstring, parsed."""
    docscrape = pytest.importorskip("numpydoc.docscrape")
    return docscrape.NumpyDocString(inspect.getdoc(_code(name)) or "")


def _told(name: str) -> dict[str, str]:
    """Return what a docstring says of each parameter and attribute: type and text."""
    doc = _doc(name)
    return {
        one.strip().lstrip("*"): f"{told.type} {' '.join(told.desc)}"
        for told in (*doc["Attributes"], *doc["Parameters"])
        for one in told.name.split(",")
    }


def _hints(name: str) -> dict[str, str]:
    """Return what is written as the type of each field or parameter, and of what is returned."""
    code = _code(name)
    if dataclasses.is_dataclass(code):
        return {field.name: str(field.type) for field in dataclasses.fields(code) if field.name[0] != "_"}
    return {} if inspect.isclass(code) else {key: str(hint) for key, hint in code.__annotations__.items()}


def _spelt(hint: Any) -> str:
    """Return a type as it would be imported."""
    return f"{hint.__module__}.{hint.__qualname__}" if inspect.isclass(hint) else str(hint)


def test_type_checkers_know_which_names_there_are():
    """What imports a name when it is first used is hidden from them: they would take it to promise any name."""
    tree = ast.parse((ROOT / "pace" / "__init__.py").read_text())
    shown = [one.name for one in tree.body if isinstance(one, ast.FunctionDef)]
    hidden = [one for one in tree.body if isinstance(one, ast.If) and ast.unparse(one.test) == "not TYPE_CHECKING"]
    assert shown == ["__dir__"]
    assert [one.name for block in hidden for one in block.body if isinstance(one, ast.FunctionDef)] == ["__getattr__"]


def test_the_reference_holds_every_public_name():
    """What `import pace` and the public rooms offer is on a page, and so is every error."""
    errors = [name for name in vars(pace.errors) if name.endswith("Error")]
    assert len(FACE) > 200
    for room, names in {
        "pace": pace.__all__,
        "pace.formats": pace.formats.__all__,
        "pace.library": pace.library.__all__,
        "pace.simulate": pace.simulate.__all__,
        "pace.errors": errors,
    }.items():
        known = {id(_found(name)) for name in LISTED}
        assert [name for name in names if name != "Plan" and id(getattr(import_module(room), name)) not in known] == []


def test_what_the_reference_names_as_a_type_is_in_it_too():
    """Nobody is sent to a value that no page describes: the types of all attributes of its values are on a page."""
    known = {_found(name) for name in LISTED if inspect.isclass(_found(name))}
    values = [one for one in known if dataclasses.is_dataclass(one)]
    hints = [hint for one in values for key, hint in get_type_hints(one).items() if key[0] != "_"]
    named = {part for hint in hints for part in re.findall(r"pace\.[\w.]+", _spelt(hint))}
    described = {f"{one.__module__}.{one.__qualname__}" for one in known}
    assert len(described) > 60
    assert sorted(named - described) == []


@pytest.mark.parametrize("name", FACE)
def test_numpydoc_has_no_complaint(name):
    """Sections, their order, their names and their full stops are those of the NumPy style."""
    validate = pytest.importorskip("numpydoc.validate").validate
    code = _code(name)
    out = LEFT_OUT | ({"PR01"} if inspect.isclass(code) else set())
    errors = validate(f"{code.__module__}.{code.__qualname__}")["errors"]
    assert [error for error in errors if error[0] not in out] == []


@pytest.mark.parametrize("name", FACE)
def test_arrays_have_a_shape_and_numbers_a_unit(name):
    """Each field, parameter and result that is an array says its shape, each that is a real number its unit."""
    told, hints = _told(name), _hints(name)
    returned = hints.pop("return", "")
    whole = inspect.getdoc(_code(name)) or ""
    if inspect.isclass(_code(name)):
        assert [key for key in hints if key not in told] == []
    wrong = [key for key, hint in hints.items() if ARRAY.search(hint) and not SHAPE.search(told.get(key, ""))]
    wrong += [
        key
        for key, hint in hints.items()
        if NUMBER.search(hint) and not (UNIT.search(told.get(key, "")) or NAMED_WITH_UNIT.search(key))
    ]
    result = "" if "dict" in returned else returned
    wrong += ["the result's shape"] if ARRAY.search(result) and not SHAPE.search(whole) else []
    wrong += ["the result's unit"] if NUMBER.search(result) and not UNIT.search(f"{whole} {result}") else []
    assert wrong == []


@pytest.mark.parametrize("name", [name for name in FACE if not inspect.isclass(_code(name))])
def test_what_comes_out_and_what_goes_wrong_is_said(name):
    """A function says what it returns, and each error that it raises by itself; each that it names exists."""
    code, doc = _code(name), _doc(name)
    text, tree = inspect.getdoc(code) or "", ast.parse(textwrap.dedent(inspect.getsource(code)))
    calls = [node.exc.func for node in ast.walk(tree) if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)]
    named = {error.strip() for raised in doc["Raises"] for error in raised.type.split(",")}
    assert {call.id for call in calls if isinstance(call, ast.Name)} <= named
    assert [error for error in named if not (hasattr(pace.errors, error) or hasattr(builtins, error))] == []
    if not isinstance(_found(name), property) and code.__annotations__.get("return") != "None":
        assert doc["Returns"] or SAYS_WHAT_COMES.match(text)


@pytest.mark.parametrize("name", SOURCED)
def test_what_rests_on_something_published_says_on_what(name):
    """An author and a year, with a DOI or a place to find it, or the function that has them."""
    references = " ".join(_doc(name)["References"])
    assert re.search(r"(19|20)\d\d|ACSM|Strava|As for `", references)


def test_everything_public_has_its_sentence_and_no_function_is_long():
    """What has no leading underscore says what it is; no body is over sixty lines, and nine in ten are under thirty."""
    every = house.named()
    assert [one.where for one in every if one.public and not one.told] == []
    lines = sorted(one.lines for one in every if one.lines is not None)
    assert len(lines) > 1500
    assert lines[-1] <= 60
    assert lines[int(0.9 * len(lines))] <= 30
