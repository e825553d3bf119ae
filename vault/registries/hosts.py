"""Hosts that are not written here but stand in the user's own client configuration.

A profile writes `{pypi-host}` where a page's host belongs; it is what the user's own `~/.pypirc`,
pip or npm configuration names. With nothing configured there is no address to show.
"""

from __future__ import annotations

import configparser
import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, TypeAlias
from urllib.parse import urlsplit

import msgspec

from vault.packages.reading import content

HostReader: TypeAlias = Callable[[str], str | None]
"""Answers the host for a placeholder's name such as `pypi-host`, or None."""

Address: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^(https?://\S+)?$")]
"""What a profile may send a key or a browser to; it may hold a host's placeholder."""

_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?", re.IGNORECASE)
_SERVICES = ("upload.", "registry.")
_PYPI_OPTIONS = (("pypi", "repository"), ("global", "index-url"))
_SECTIONS = {"pypi-host": "pypi", "testpypi-host": "testpypi"}
_PLACEHOLDER = re.compile(r"\{([a-z]+-host)\}")


def resolve(address: str, host_of: HostReader) -> str | None:
    """An address with its host filled in; None if it is empty or the host is not known."""
    match = _PLACEHOLDER.search(address)
    if match is None:
        return address or None
    host = host_of(match[1])
    return None if host is None else address.replace(match[0], host)


def configured_host(name: str) -> str | None:
    """The host the user's own clients are configured for, or None. Reads files, never the net.

    Args:
        name: `pypi-host`, `testpypi-host` or `npm-host`.
    """
    try:
        match name:
            case "pypi-host":
                return host_from(configured_urls(_python_files()))
            case "testpypi-host":
                return host_from(
                    configured_urls([Path.home() / ".pypirc"], [("testpypi", "repository")])
                )
            case "npm-host":
                return host_from(npm_urls(_npm_files()))
    except RuntimeError:  # there is no home directory
        return None
    return None


def publishing_host(name: str) -> str | None:
    """The host that keys may be sent to: only what `~/.pypirc` says of PyPI and TestPyPI itself.

    pip's index and npm's registry are not asked: with a mirror or a server of one's own configured
    there, that one would get the keys of PyPI and npm.

    Args:
        name: `pypi-host` or `testpypi-host`; for any other the answer is None.
    """
    section = _SECTIONS.get(name)
    if section is None:
        return None
    try:
        return host_from(configured_urls([Path.home() / ".pypirc"], [(section, "repository")]))
    except RuntimeError:  # there is no home directory
        return None


def host_from(urls: Iterable[str]) -> str | None:
    """The host of the first usable https address, without `upload.` or `registry.` before it."""
    for url in urls:
        try:
            parts = urlsplit(url.strip())
        except ValueError:
            continue
        host = parts.netloc.rpartition("@")[2]
        for service in _SERVICES:
            host = host.removeprefix(service)
        if parts.scheme == "https" and _HOST.fullmatch(host):
            return host.lower()
    return None


def configured_urls(
    files: Iterable[Path], options: Iterable[tuple[str, str]] = _PYPI_OPTIONS
) -> Iterable[str]:
    """Addresses in the given files of sections and options, most telling first.

    A file that is missing or malformed is passed over.
    """
    for path in files:
        parser = configparser.ConfigParser(interpolation=None)
        try:
            parser.read_string(content(path).decode())
        except (OSError, ValueError, configparser.Error):
            continue
        for section, option in options:
            found = parser.get(section, option, fallback="")
            if found:
                yield found


def npm_urls(files: Iterable[Path]) -> Iterable[str]:
    """The registry's address in `.npmrc` files; one that cannot be read is passed over."""
    for path in files:
        try:
            lines = content(path).decode().splitlines()
        except (OSError, ValueError):
            continue
        for line in reversed(lines):  # the last one wins
            name, _, value = line.partition("=")
            if name.strip() == "registry":
                yield value.strip().strip("\"'")


def _npm_files() -> Iterable[Path]:
    if "NPM_CONFIG_USERCONFIG" in os.environ:
        yield Path(os.environ["NPM_CONFIG_USERCONFIG"])
    yield Path.home() / ".npmrc"
    yield Path("/etc/npmrc")
    yield Path("/usr/etc/npmrc")


def _python_files() -> Iterable[Path]:
    home = Path.home()
    yield home / ".pypirc"
    if "PIP_CONFIG_FILE" in os.environ:
        yield Path(os.environ["PIP_CONFIG_FILE"])
    for base in ("XDG_CONFIG_HOME", "APPDATA"):
        if os.environ.get(base):
            yield from (Path(os.environ[base]) / "pip" / name for name in ("pip.conf", "pip.ini"))
    yield home / ".config" / "pip" / "pip.conf"
    yield home / ".pip" / "pip.conf"
    yield home / "Library" / "Application Support" / "pip" / "pip.conf"
    yield Path("/etc/pip.conf")
