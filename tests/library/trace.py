"""What a run wrote to the disk, out of a strace log, and what is left of it after a power cut."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

SECTOR = 512
CALL = re.compile(r"^\d+ +(\w+)\((.*)\) += \d+")
ON = re.compile(r"^(\d+)<((?:\\x[0-9a-f]{2})*|[^>]*)>")


def unescaped(text: str) -> bytes:
    r"""Return the bytes of a string in which every one is written as \x2f."""
    return bytes.fromhex(text.replace("\\x", ""))


def strings(arguments: str) -> list[bytes]:
    """Return the quoted strings among arguments."""
    return [unescaped(found) for found in re.findall(r'"((?:\\x[0-9a-f]{2})*)"', arguments)]


def steps(log: str, folder: Path) -> Iterator[tuple]:
    """Yield what happened to the files of a folder, and what was acknowledged on standard output, in order.

    `("write", name, offset, data)`, `("sync", name)`, `("size", name, size)`, `("gone", name)`, `("link", old, new)`,
    `("ack", what)`.
    """
    for line in log.splitlines():
        if call := CALL.match(line):
            on = ON.match(call[2])
            if on is None:
                yield from _named(call[1], strings(call[2]), folder)
            else:
                yield from _open(call[1], call[2], int(on[1]), Path(_path(on[2])), folder)


def _named(name: str, found: list[bytes], folder: Path) -> Iterator[tuple]:
    """Yield what happened to a name."""
    paths = [Path(one.decode()) for one in found]
    if name in ("unlink", "link", "rename") and paths[0].parent == folder:
        yield ("gone" if name == "unlink" else name, *(path.name for path in paths))


def _open(name: str, arguments: str, number: int, where: Path, folder: Path) -> Iterator[tuple]:
    """Yield what happened to an open file."""
    if name == "write" and number == 1:
        yield from (("ack", data.split()[1].decode()) for data in strings(arguments) if data.startswith(b"ack "))
    elif where.parent != folder:
        return
    elif name == "pwrite64":
        (data,) = strings(arguments)
        yield "write", where.name, int(arguments.rsplit(",", 1)[1]), data
    elif name in ("fsync", "fdatasync"):
        yield "sync", where.name
    elif name == "ftruncate":
        yield "size", where.name, int(arguments.rsplit(",", 1)[1])


def _path(text: str) -> str:
    """Return the path of a file descriptor, escaped or not."""
    return unescaped(text).decode() if text.startswith("\\x") else text


class Disk:
    """Files of which some writes are on the disk for good and others are not yet."""

    def __init__(self) -> None:
        self.files: dict[str, tuple[bytearray, list[tuple]]] = {}

    def take(self, step: tuple) -> None:
        """Let one step happen."""
        kind, name, *rest = step
        if kind == "ack":
            return
        safe, pending = self.files.setdefault(name, (bytearray(), []))
        if kind == "write":
            pending.append(("write", *rest))
        elif kind == "size":
            pending.append(("size", *rest))
        elif kind == "sync":
            for change in pending:
                apply(safe, change)
            pending.clear()
        elif kind == "gone":
            del self.files[name]
        elif kind == "link":
            self.files[rest[0]] = self.files[name]  # one file of two names
        elif kind == "rename":
            self.files[rest[0]] = self.files.pop(name)

    def crash(self, place, rng, how: str) -> None:
        """Write into a folder what a power cut leaves; of what was not synced: nothing, some, torn parts, or all."""
        for name, (safe, pending) in self.files.items():
            if name.endswith("-shm"):
                continue  # the index of the journal is in memory
            left = bytearray(safe)
            for change in pending:
                if how == "kept" or (how == "some" and rng.random() < 0.5):
                    apply(left, change)
                elif how == "torn":
                    for part in sectors(change):
                        if rng.random() < 0.5:
                            apply(left, part)
            (place / name).write_bytes(bytes(left))


def apply(content: bytearray, change: tuple) -> None:
    """Make a change to the content of a file."""
    kind, at, *data = change
    if kind == "size":
        del content[at:]
        content.extend(bytes(at - len(content)))
        return
    content.extend(bytes(max(0, at - len(content))))
    content[at : at + len(data[0])] = data[0]


def sectors(change: tuple) -> Iterator[tuple]:
    """Yield a change in parts that reach a disk as a whole or not at all."""
    kind, at, *data = change
    if kind == "size":
        yield change
        return
    for start in range(0, len(data[0]), SECTOR):
        yield "write", at + start, data[0][start : start + SECTOR]
