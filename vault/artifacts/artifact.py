"""What an artifact is, and the one way in which reading one fails."""

from __future__ import annotations

import json
import re
import tomllib
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

from vault.errors import ValueRefusedError
from vault.keys.kind import Kind
from vault.packages.reading import UnacceptableError, fits

_AGAIN = "Build the package again, or name the right file."

_LONGEST_SHOWN = 200  # characters of what a parser says
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+_!~-]{0,127}")
_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (UnicodeError, "its metadata is not UTF-8"),
    (json.JSONDecodeError, "its metadata is not JSON"),
    (tomllib.TOMLDecodeError, "its metadata is not TOML"),
    (expat.ExpatError, "its metadata is not XML"),
    (RecursionError, "its metadata is nested too deeply"),
    (MemoryError, "its metadata is too large"),
    (EOFError, "it ends in the middle"),
    (zlib.error, "it is damaged"),
)


class ArtifactError(ValueRefusedError):
    """A file or project from which no package can be told; the message names file and reason."""


@dataclass(frozen=True, slots=True)
class Artifact:
    """A package about to be published, as its own metadata describes it.

    Attributes:
        kind: Kind of package.
        package_id: Its id as written, valid for its kind of registry.
        version: Its version as written; empty where only building the project would tell.
        path: The file it was read from: the package, or the project's manifest.
        symbols: Whether it holds only a NuGet package's symbols.
    """

    kind: Kind
    package_id: str
    version: str
    path: Path
    symbols: bool = False


def described(
    kind: Kind, names: list[str], versions: list[str], *, built: bool = True
) -> tuple[str, str]:
    """Id and version out of all the values that metadata gives for them.

    Args:
        kind: Kind of package.
        names: Every name given.
        versions: Every version given.
        built: Whether it is a package's metadata. A project may leave its version to the build.

    Raises:
        UnacceptableError: There is not one of each, or it is not of the shape such a thing has.
    """
    name = _only(names, "name")
    version = _only(versions, "version") if versions or built else ""
    if not fits(kind, name):
        raise UnacceptableError(f"its metadata gives {_shown(name)} as name, which is none")
    if version and not _VERSION.fullmatch(version):
        raise UnacceptableError(f"its metadata gives {_shown(version)} as version, which is none")
    return name, version


@contextmanager
def told_of(path: Path, noun: str) -> Iterator[None]:
    """Turns whatever a hostile or broken file breaks into one sentence about it.

    Args:
        path: The file.
        noun: What it should be, e.g. `a wheel`.

    Raises:
        ArtifactError: Anything was raised inside.
    """
    try:
        yield
    except ArtifactError:
        raise
    except UnacceptableError as error:
        raise ArtifactError(_sentence(path, noun, error.reason), error.hint or _AGAIN) from error
    except OSError as error:
        reason = (error.strerror or "the system does not say why").lower()
        hint = "Check the path, and that you may read the file."
        raise ArtifactError(f"{path} cannot be read: {reason}.", hint) from error
    except Exception as error:
        raise ArtifactError(_sentence(path, noun, _reason(error)), _AGAIN) from error


def _sentence(path: Path, noun: str, reason: str) -> str:
    return f"{path} cannot be taken for {noun}: {reason}."


def _reason(error: Exception) -> str:
    for kind, reason in _REASONS:
        if isinstance(error, kind):
            return reason
    return "it is damaged"


def _only(values: list[str], what: str) -> str:
    if not values:
        raise UnacceptableError(f"its metadata gives no {what}")
    if len(values) > 1:
        raise UnacceptableError(f"its metadata gives more than one {what}")
    if not values[0]:
        raise UnacceptableError(f"its metadata gives an empty {what}")
    return values[0]


def _shown(text: str) -> str:
    return repr(text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…")
