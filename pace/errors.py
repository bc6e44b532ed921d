"""Every deliberate error of `pace`: one root, leaves that refine a builtin and carry what a machine needs."""

from __future__ import annotations

from typing import Any


class PaceError(Exception):
    """Say what must hold, what was found and where; the root of every deliberate error.

    Parameters
    ----------
    message : str
        One line: what must hold, what was found, what to do. Names files, never places.
    path : str or None
        The file (or archive member) it is about; shown in brackets behind the message.
    offset : int or None
        Byte offset in that file.
    expected, got : object
        What was wanted and what was found, for the machine.
    """

    def __init__(
        self,
        message: str,
        *,
        path: str | None = None,
        offset: int | None = None,
        expected: Any = None,
        got: Any = None,
    ) -> None:
        super().__init__(message)
        self.message, self.path, self.offset = message, path, offset
        self.expected, self.got = expected, got

    def at(self, path: str) -> PaceError:
        """Name the file that this error is about, unless it is named already, and return the error.

        Parameters
        ----------
        path : str
            The file's name, as it is to be shown.
        """
        self.path = self.path or path
        return self

    def __str__(self) -> str:
        """Return the message with the file and the byte offset, where they are known, in brackets."""
        byte = None if self.offset is None else f"byte {self.offset}"
        where = ", ".join(part for part in (self.path, byte) if part)
        return f"{self.message} ({where})" if where else self.message


class FormatError(PaceError, ValueError):
    """The bytes are not an activity file that can be read."""


class LimitError(FormatError):
    """The input is larger, deeper or denser than a documented limit allows."""


class OtherVersionError(FormatError):
    """The bytes are what another version of `pace` keeps of an activity."""


class InputError(PaceError, ValueError):
    """A value that a person or a program gave is not of the form asked for."""


class MissingFileError(PaceError, FileNotFoundError):
    """A path that was given does not exist or cannot be opened."""


class NothingUsableError(PaceError, LookupError):
    """None of what was given tells anything about walking or running."""


class LibraryError(PaceError, RuntimeError):
    """The file in which people are kept cannot be used: locked, full, read-only, of another kind or version."""


class DamagedLibraryError(LibraryError):
    """The file in which people are kept is not what was written."""


class PassphraseError(LibraryError):
    """The library is encrypted, and the passphrase is missing or wrong; or it is not, and there is one."""


class ConsentError(PaceError, PermissionError):
    """What a person agreed to has come to an end: they are not used any more."""


class UnknownPersonError(PaceError, LookupError):
    """Nobody in the library has this label."""
