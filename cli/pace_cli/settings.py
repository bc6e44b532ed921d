"""What somebody sets once instead of typing it every time: a small TOML file whose every key is checked."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import typer

from pace_cli.refusals import plain

VARIABLE = "PACE_CONFIG"
"""Environment variable with the path of the file; empty means none."""
KEYS = ("units", "minutes", "lead", "library")
"""What can be set for all commands, each under the name of its option."""
SELF = "therapist"
"""The table of what is true of whoever sits at the machine: the options that begin with `--therapist-`."""
WORDS = ("walk", "chat", "height", "age", "hr_rest", "hr_max", "manner")
"""What that table may hold."""
ANOTHER_MEANING = {"minutes": ("note",)}
"""Commands for which an option of a name means something else: for `note` it is how long a session was."""
MOST_BYTES = 65_536


def place() -> Path | None:
    """Return where the file is: where PACE_CONFIG says, else in this system's folder for settings; None for nowhere."""
    named = os.environ.get(VARIABLE)
    if named is not None:
        return Path(named) if named else None
    from platformdirs import user_config_path

    usual = user_config_path("pace", appauthor=False) / "config.toml"
    return usual if usual.is_file() else None


def defaults(group: Any) -> dict[str, Any]:
    """Return the defaults of each command of a group, as click takes them.

    Raises
    ------
    InputError
        When the file cannot be read, is no TOML, or holds a key or a value that means nothing; it says where.
    """
    path = place()
    if path is None:
        return {}
    options = named_options(read(path), path)
    _check(options, group, path)
    return _by_command(options, group)


def read(path: Path) -> dict[str, Any]:
    """Return what a file holds."""
    import tomllib

    from pace.errors import InputError

    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"the settings could not be read: {error.strerror}", path=str(path)) from None
    if len(data) > MOST_BYTES:
        raise InputError(f"settings have {MOST_BYTES} bytes at most, got {len(data)}", path=str(path))
    try:
        return tomllib.loads(data.decode())
    except (ValueError, RecursionError) as error:  # TOML and UTF-8 errors are ValueErrors
        raise InputError(f"settings must be TOML in UTF-8: {error}", path=str(path)) from None


def named_options(settings: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """Return settings under the names of their options.

    Raises
    ------
    InputError
        With the key that is not known, and the one that may have been meant.
    """
    given = {key.replace("-", "_"): value for key, value in settings.items()}
    own = given.pop(SELF, {})
    if not isinstance(own, dict):
        raise _refused(f"{SELF} is a table: put [{SELF}] on a line of its own above what is true of you", path)
    _known(given, (*KEYS, SELF), path)
    own = {key.replace("-", "_"): value for key, value in own.items()}
    _known(own, WORDS, path, inside=f" of [{SELF}]")
    return given | {f"{SELF}_{key}": value for key, value in own.items()}


def _known(given: Mapping[str, Any], keys: tuple[str, ...], path: Path, *, inside: str = "") -> None:
    """Refuse the first key that is not among `keys`."""
    from difflib import get_close_matches

    for key in given:
        if key not in keys:
            near = get_close_matches(key, keys, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(keys)}"
            raise _refused(f"{key!r} is no setting{inside}: {hint}", path)


def _refused(message: str, path: Path) -> Exception:
    """Return the error of a setting."""
    from pace.errors import InputError

    return InputError(message, path=str(path))


def _commands(group: Any, *above: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every command with the words that lead to it."""
    for name, command in group.commands.items():
        inside = getattr(command, "commands", None)
        if inside is None:
            yield (*above, name), command
        else:
            yield from _commands(command, *above, name)


def _takers(option: str, group: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the commands that have an option in the sense of the settings."""
    for words, command in _commands(group):
        if words[-1] not in ANOTHER_MEANING.get(option, ()):
            yield from ((words, parameter) for parameter in command.params if parameter.name == option)


def _check(options: dict[str, Any], group: Any, path: Path) -> None:
    """Refuse a value that its option would refuse, and make one answer a list where several can be given."""
    from pace.errors import InputError
    from pace.units import parse_speed

    for name, value in options.items():
        parameter = next(parameter for _, parameter in _takers(name, group))
        several = getattr(parameter, "multiple", False)
        options[name] = value = [value] if several and not isinstance(value, list) else value
        try:
            if isinstance(value, (bool, dict)):
                raise InputError(f"this is no place for a {type(value).__name__}")
            parameter.process_value(typer.Context(group), value)
            for pace in (value if several else [value]) if name.endswith(("_walk", "_chat")) else ():
                parse_speed(str(pace))
        except typer.BadParameter as error:
            raise _refused(f"{_shown(name)}: {plain(error.message)}", path) from None
        except InputError as error:
            raise _refused(f"{_shown(name)}: {error.message}", path) from None


def _shown(option: str) -> str:
    """Return the key of an option as it stands in the file."""
    return f"[{SELF}] {option.removeprefix(SELF + '_')}" if option.startswith(f"{SELF}_") else option


def _by_command(options: Mapping[str, Any], group: Any) -> dict[str, Any]:
    """Return each command's own defaults, nested as commands are."""
    found: dict[str, Any] = {}
    for name, value in options.items():
        for words, _ in _takers(name, group):
            inner = found
            for word in words:
                inner = inner.setdefault(word, {})
            inner[name] = value
    return found
