"""What to tell of a registry beside keyfob's own record: keyfob cannot change anything there."""

from __future__ import annotations

from collections.abc import Collection

from vault.cli.desk import Desk
from vault.errors import ValueRefusedError
from vault.keys.key import Key
from vault.registries.loader import load
from vault.registries.profile import Profile

_WORDS = {
    "name": "name",
    "owner": "owner",
    "actions": "scope",
    "globs": "packages",
    "lifetime": "expiry",
}


def profile_of(key: Key) -> Profile | None:
    """The profile of a key's registry, or None if only a newer keyfob knows it."""
    try:
        return load(key.registry)
    except ValueRefusedError:
        return None


def note_still_honoured(key: Key, desk: Desk) -> None:
    """Say that the registry goes on taking the key, and where that can be ended."""
    profile = profile_of(key)
    title = profile.title if profile else key.registry
    page = profile.page("manage", key=key) if profile else None
    where = f" at {page}" if page else " there"
    desk.note(f"This changes keyfob's record only: {title} takes the key until you end it{where}.")


def note_edited(key: Key, changed: Collection[str], desk: Desk) -> None:
    """Say what an edit means at the registry: change it there too, or that it cannot be.

    Args:
        key: The edited key.
        changed: Which of `_WORDS` were changed.
        desk: Takes the note.
    """
    profile = profile_of(key)
    if profile is None or profile.secret_source != "issued":  # noqa: S105 - a kind, no secret
        return
    fixed = [_WORDS[name] for name in changed if name not in profile.editable]
    open_ = [_WORDS[name] for name in changed if name in profile.editable]
    if fixed:
        desk.note(
            f"{profile.title} cannot change the {' or '.join(fixed)} of a key it has made: "
            "make sure that this is what it says there."
        )
    if open_:
        page = profile.page("manage", key=key)
        where = f": {page}" if page else "."
        desk.note(f"Change the {' and '.join(open_)} at {profile.title} too{where}")


def note_everything(key: Key, desk: Desk) -> None:
    """Warn about a key that covers every package."""
    profile = profile_of(key)
    if profile is not None and any(glob.everything for glob in key.globs):
        desk.note(profile.globs.everything)
