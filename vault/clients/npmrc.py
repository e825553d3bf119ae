"""npm's configuration: which registry a package goes to, and which file holds a credential.

From the nearest to the farthest: the command, variables `npm_config_*`, the project's `.npmrc`, the
user's, the machine's ("npmrc" of npm's documentation, and its `@npmcli/config`).
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from vault.errors import ValueRefusedError
from vault.packages.reading import UnacceptableError, content
from vault.text import safe

_LINE_END = re.compile(r"[\r\n]+")
_SECTION = re.compile(r"\[[^\]]*\]\s*")
_COMMENT = re.compile(r"(?<!\\)[;#].*")
_ESCAPED = re.compile(r"\\([\\;#])")
_VARIABLE = re.compile(r"(?<!\\)\$\{([^${}]+?)(\?)?\}")
_SECRETS = ("_authtoken", "_auth", "_password", "username", "certfile", "keyfile", "tokenhelper")
_DEFAULT = re.compile(r"""registry:\s*["'](https://[^"']+)["']""")
_VARIABLE_PREFIX = "npm_config_"


@dataclass(frozen=True, slots=True)
class Layer:
    """One source of settings.

    Attributes:
        values: Setting by key, variables filled in.
        raw: The same as written.
    """

    values: Mapping[str, str]
    raw: Mapping[str, str]


def lines_of(path: Path) -> list[str]:
    """The lines of an npmrc; none if there is no such file.

    Raises:
        ValueRefusedError: It cannot be read.
    """
    try:
        return _LINE_END.split(content(path).decode("utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except (OSError, UnicodeDecodeError, UnacceptableError):
        raise ValueRefusedError(
            f"{safe(str(path), 200)} cannot be read, so that it is not known where the command "
            "would send the key.",
            "Mend the file.",
        ) from None


def key_of(line: str) -> str:
    """The key a line sets; empty if it sets none."""
    return _setting(line)[0]


def _setting(line: str) -> tuple[str, str]:
    """The key a line sets, empty if it sets none, and the value."""
    key, _, value = line.partition("=")
    return _plain(key.strip()).removesuffix("[]"), _plain(value.strip()) or "true"


def layer(lines: list[str], environ: Mapping[str, str]) -> Layer:
    """The settings in the lines of a file."""
    own = takewhile(lambda line: not _SECTION.fullmatch(line), lines)
    raw = {key: value for key, value in map(_setting, own) if key}
    return Layer({filled(k, environ): filled(v, environ) for k, v in raw.items()}, raw)


def variables(environ: Mapping[str, str]) -> Layer:
    """The settings in the environment."""
    raw: dict[str, str] = {}
    for name, value in environ.items():
        if name.lower().startswith(_VARIABLE_PREFIX) and value:
            key = name[len(_VARIABLE_PREFIX) :]
            if not key.startswith("//"):
                key = key[:1].lower() + key[1:].replace("_", "-").lower()
            raw[key] = value
    return Layer({key: filled(value, environ) for key, value in raw.items()}, raw)


def project_file(directory: Path) -> Path:
    """The project's `.npmrc`: beside the nearest `package.json`, or where its workspaces begin."""
    nearest = None
    for folder in (directory, *directory.parents):
        manifest = folder / "package.json"
        if nearest is None and (manifest.is_file() or (folder / "node_modules").is_dir()):
            nearest = folder
        elif nearest is not None and "workspaces" in package_json(folder):
            return folder / ".npmrc"
    return (nearest or directory) / ".npmrc"


def user_file(environ: Mapping[str, str]) -> Path | None:
    """The user's npmrc, wherever the environment says it is."""
    if named := variables(environ).values.get("userconfig"):
        return Path(named)
    home = environ.get("HOME") or environ.get("USERPROFILE")
    return Path(home, ".npmrc") if home else None


def global_file(environ: Mapping[str, str]) -> Path | None:
    """The machine's npmrc: beside the installed node, or where the environment says."""
    said = variables(environ).values
    if "globalconfig" in said:
        return Path(said["globalconfig"])
    node = shutil.which("node", path=environ.get("PATH"))
    prefix = said.get("prefix") or (node and str(Path(node).resolve().parent.parent))
    return Path(prefix, "etc", "npmrc") if prefix else None


def package_json(directory: Path) -> Mapping[str, Any]:
    """A directory's `package.json`; empty if it has none that can be read."""
    try:
        data = json.loads(content(directory / "package.json").decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def default_registry(environ: Mapping[str, str]) -> str | None:
    """The registry that the installed npm goes to by default, as its own source says."""
    npm = shutil.which("npm", path=environ.get("PATH"))
    for start in (Path(npm).resolve(), Path(npm)) if npm else ():
        for folder in start.parents[:3]:
            for base in (folder, folder / "node_modules" / "npm", folder / "lib/node_modules/npm"):
                path = base / "node_modules/npm-registry-fetch/lib/default-opts.js"
                try:
                    match = _DEFAULT.search(content(path).decode())
                except (OSError, ValueError):
                    continue
                if match:
                    return match[1]
    return None


def nerf_dart(address: str) -> str:
    """The key under which npm keeps credentials for a registry: `//host/path/`."""
    parts = urlsplit(urljoin(address, "."))
    return f"//{parts.netloc.lower()}{parts.path or '/'}"


def is_credential_for(key: str, place: str) -> bool:
    """Whether a key holds a credential that npm would take for a registry.

    Args:
        key: A setting's key.
        place: What `nerf_dart` says of the registry.
    """
    start, _, name = key.rpartition(":")
    if name.lower() not in _SECRETS:
        return False
    if not start:
        return True  # from before npm 7, for any registry
    host = place[2:].partition("/")[0]
    return start[2:].partition("/")[0].lower() == host and start.startswith("//")


def sole_variable(value: str) -> str | None:
    """The variable's name if a value is one variable and nothing else."""
    match = _VARIABLE.fullmatch(value)
    return match[1] if match else None


def filled(text: str, environ: Mapping[str, str]) -> str:
    """The text with `${NAME}` replaced, as npm does: an unknown name stays as it is."""
    return _VARIABLE.sub(lambda match: environ.get(match[1], "" if match[2] else match[0]), text)


def _plain(text: str) -> str:
    """A key or value as npm's reader of `.npmrc` takes it: quotes hold JSON, `;` and `#` end it."""
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        inner = text[1:-1]
        try:
            found = json.loads(text if text[0] == '"' else inner)
        except (ValueError, RecursionError):
            return inner
        return found if isinstance(found, str) else inner
    return _ESCAPED.sub(r"\1", _COMMENT.sub("", text)).strip()
