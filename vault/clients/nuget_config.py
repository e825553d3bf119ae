"""NuGet's configuration files: which server a source's name stands for, and where pushes go.

Files are read from the working directory upwards, then the user's, then the machine's; the nearest
that says something counts, and `<clear />` forgets what the farther ones say (Microsoft's "Common
NuGet configurations").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from vault.errors import ValueRefusedError
from vault.packages.reading import UnacceptableError, content
from vault.text import safe

_NAMES = ("nuget.config", "NuGet.config", "NuGet.Config")
_DEPTH = 3  # configuration, section, entry
_SECTIONS = {"packagesources", "config"}


@dataclass(slots=True)
class Settings:
    """What all the files together say.

    Attributes:
        sources: Address or path by source name in small letters.
        push: Where pushes go when the command does not say; empty if nowhere.
        unchecked: Addresses of servers whose certificates are not checked.
    """

    sources: dict[str, str] = field(default_factory=dict)
    push: str = ""
    unchecked: set[str] = field(default_factory=set)

    def resolve(self, source: str) -> str:
        """The address a source's name stands for; the text itself if it is no such name.

        An address may be the name of another one: NuGet would go to that.
        """
        return self.sources.get(source.lower(), source)


def settings(files: Sequence[Path]) -> Settings:
    """What the files say, the nearest first.

    Raises:
        ValueRefusedError: One of them cannot be understood.
    """
    found = Settings()
    forgotten: set[str] = set()
    for path in files:
        said = _read(path)
        if "packagesources" not in forgotten:
            for key, value in said.sources.items():
                found.sources.setdefault(key, value)
            found.unchecked |= said.unchecked
        if "config" not in forgotten:
            found.push = found.push or said.push
        forgotten |= said.cleared
    return found


def files(directory: Path, environ: Mapping[str, str], *, only: Path | None = None) -> list[Path]:
    """The files NuGet would read, the nearest first.

    Args:
        directory: Where the command runs.
        environ: Tells where the user's files are.
        only: The one file the command names instead.
    """
    candidates = [only] if only else _candidates(directory, environ)
    return [path for path in candidates if path.is_file()]


def _candidates(directory: Path, environ: Mapping[str, str]) -> Iterator[Path]:
    for folder in (directory, *directory.parents):
        present = [folder / name for name in _NAMES if (folder / name).is_file()]
        yield from present[:1]  # where case does not matter it is one file under three names
    for variable, below in (
        ("APPDATA", "NuGet"),
        ("HOME", ".nuget/NuGet"),
        ("HOME", ".config/NuGet"),
    ):
        if base := environ.get(variable):
            yield Path(base, below, "NuGet.Config")
            yield from sorted(Path(base, below, "config").glob("*.[cC]onfig"))
    machine = environ.get("ProgramFiles(x86)")
    folder = Path(machine, "NuGet", "Config") if machine else Path("/etc/opt/NuGet/Config")
    yield from sorted(folder.glob("*.[cC]onfig"))


@dataclass(slots=True)
class _Said(Settings):
    cleared: set[str] = field(default_factory=set)

    def add(self, given: Mapping[str, str]) -> None:
        address = given.get("value", "").strip()
        if self.sources.setdefault(given.get("key", "").lower(), address) != address:
            raise UnacceptableError("it gives two addresses for one source")
        if given.get("disabletlscertificatevalidation", "").lower() == "true":
            self.unchecked.add(address)


def _read(path: Path) -> _Said:
    said = _Said()
    at: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        at.append(_local(name))
        section = at[1] if len(at) == _DEPTH and at[0] == "configuration" else ""
        if section not in _SECTIONS:
            return
        given = {_local(key): value for key, value in attributes.items()}
        if len(given) < len(attributes):
            raise UnacceptableError("it says the same twice")
        if at[2] == "clear":
            said.cleared.add(section)
            said.sources = {} if section == "packagesources" else said.sources
        elif at[2] == "add" and section == "packagesources":
            said.add(given)
        elif at[2] == "add" and given.get("key", "").lower() == "defaultpushsource":
            said.push = given.get("value", "").strip()

    def refuse(*_what: object) -> None:
        raise UnacceptableError("it has a document type")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _name: at.pop()
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(content(path), True)  # noqa: FBT003 - expat takes no keyword here
    except (OSError, UnacceptableError, expat.ExpatError):
        raise ValueRefusedError(
            f"{safe(str(path), 200)} cannot be read as a NuGet configuration, so that it is not "
            "known where the command would send the key.",
            "Mend the file.",
        ) from None
    return said


def _local(name: str) -> str:
    """A name as NuGet compares it: without a namespace's prefix, whatever the case."""
    return name.rpartition(":")[2].lower()
