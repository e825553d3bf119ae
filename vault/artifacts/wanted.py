"""Which member of an archive holds the metadata, and that there is exactly one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vault.packages.reading import UnacceptableError

LARGEST = 4 * 1024 * 1024
"""Most bytes of metadata; it may hold a long readme, or list every file of a package."""

_DRIVE = re.compile(r"[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an archive.

    Attributes:
        path: Where it would be unpacked, parts joined by `/`.
        data: Its bytes.
    """

    path: str
    data: bytes


class Wanted:
    """The one metadata file of a kind of package.

    Every member's path is held against it. A second one is refused, and so is one that differs
    only in case: which of the two counts, registries and clients decide differently.

    Attributes:
        called: What it is called, e.g. `PKG-INFO`.
    """

    def __init__(self, called: str, path: str) -> None:
        """The file of this name whose whole path a regular expression matches."""
        self.called = called
        self._path = re.compile(path)
        self._any_case = re.compile(path, re.IGNORECASE)

    def at(self, raw: str) -> str | None:
        """The path of a member if it is the one wanted, else None.

        Raises:
            UnacceptableError: The path leaves the archive, cannot be written, or is the wanted
                one in another case.
        """
        path = _plain(raw)
        if not self._any_case.fullmatch(path):
            return None
        if not self._path.fullmatch(path):
            raise UnacceptableError(f"it spells {self.called} as {path!r}")
        return path

    def one(self, found: list[Member]) -> Member:
        """The only member found.

        Raises:
            UnacceptableError: None was found, or several.
        """
        if not found:
            raise UnacceptableError(f"it holds no {self.called} where one belongs")
        if len(found) > 1:
            places = f"{found[0].path!r} and {found[1].path!r}"
            raise UnacceptableError(f"it holds more than one {self.called}: {places}")
        return found[0]


def _plain(raw: str) -> str:
    path = raw.replace("\\", "/")
    parts = [part for part in path.split("/") if part not in {"", "."}]
    if "\0" in path or path.startswith("/") or ".." in parts or _DRIVE.match(path):
        raise UnacceptableError(f"it holds a path that leads out of it: {raw[:200]!r}")
    return "/".join(parts)
