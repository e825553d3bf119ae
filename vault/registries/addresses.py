"""Which registry an address belongs to: a secret is handed to no server of which nobody knows."""

from __future__ import annotations

from urllib.parse import SplitResult, unquote, urlsplit

from vault.registries.hosts import HostReader, publishing_host, resolve
from vault.registries.loader import known_at
from vault.registries.profile import Profile

_PORTS = {"https": 443, "http": 80}


def profile_for(address: str, host_of: HostReader = publishing_host) -> Profile | None:
    """The first of `profiles_for`, which is what an address alone tells; None if there is none."""
    return next(iter(profiles_for(address, host_of)), None)


def profiles_for(address: str, host_of: HostReader = publishing_host) -> tuple[Profile, ...]:
    """The profiles whose addresses a URL begins with, by the longest such beginning; in order.

    They are several where one server takes several kinds of token, each with a profile of its own.
    Scheme, host and port must be the same and the path must begin with whole parts of the profile's
    path, so that neither `http:` nor `crates.io.example` passes for crates.io.

    Args:
        address: A URL as a client has it; cargo's `sparse+` before it is passed over.
        host_of: Answers hosts that are not written in a profile.
    """
    wanted = _parts(address)
    if wanted is None:
        return ()
    longest: dict[str, int] = {}
    profiles = known_at(wanted.hostname or "")
    for profile in profiles:
        for written in profile.addresses:
            own = _parts(resolve(written, host_of) or "")
            if own is not None and _within(wanted, own):
                longest[profile.id] = max(longest.get(profile.id, 0), len(own.path))
    most = max(longest.values(), default=0)
    return tuple(profile for profile in profiles if longest.get(profile.id) == most)


def _parts(address: str) -> SplitResult | None:
    """A URL taken apart; None if it is none, or could be read in two ways."""
    if "\\" in address or not address.isprintable():
        return None
    try:
        parts = urlsplit(address.strip().removeprefix("sparse+"))
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.hostname and parts.scheme in _PORTS else None


def _within(wanted: SplitResult, own: SplitResult) -> bool:
    path = own.path.rstrip("/")
    return (
        wanted.scheme == own.scheme
        and wanted.hostname == own.hostname
        and (wanted.port or _PORTS[wanted.scheme]) == (own.port or _PORTS[own.scheme])
        and (wanted.path == path or wanted.path.startswith(f"{path}/") or not path)
        and ".." not in unquote(wanted.path).split("/")
    )
