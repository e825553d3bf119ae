"""A secret handed in: what it is recognised as, and what stands against keeping it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tui.dates import say_moment
from vault.errors import ValueRefusedError
from vault.keys.formats.recognition import Outcome, Recognition
from vault.keys.key import Key
from vault.keys.lifetime import Lifetime
from vault.keys.secret import Secret
from vault.registries.profile import Profile
from vault.vault import Vault


class DoubtError(ValueRefusedError):
    """Something speaks against keeping a secret; it is kept only when asked for once more."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A secret as it was handed in.

    Attributes:
        secret: Its value; whoever holds this wipes it.
        format: What it was recognised as, or "".
        lifetime: The dates it reveals itself, or None.
    """

    secret: Secret
    format: str
    lifetime: Lifetime | None


def own_dates(found: Recognition, created: datetime) -> Lifetime | None:
    """The dates a secret carries in itself, or None.

    Args:
        found: What it was recognised as.
        created: When it was made, if it does not say so itself.
    """
    if found.expires is None:
        return None
    return Lifetime(found.created or created, found.expires)


def remark(found: Recognition, now: datetime) -> str:
    """The sentence to show about a pasted secret; it holds no part of it."""
    if found.expires is None:
        return found.note
    end = say_moment(found.expires)
    if found.expires <= now:
        return f"It ended on {end}. {found.note}"
    return f"Its own end is taken over: {end}. {found.note}"


def refuse_doubtful(profile: Profile, found: Recognition, now: datetime) -> None:
    """Refuse a secret that does not look as it should: the page that showed it does so only once.

    Raises:
        DoubtError: It is of another registry, damaged, of no known format, or past its end.
    """
    if profile.doubts(found) or (found.expires is not None and found.expires <= now):
        raise DoubtError(remark(found, now), "Enter again keeps it all the same.")


def fits(found: Recognition, now: datetime) -> bool:
    """Whether nothing speaks against a pasted secret."""
    return found.verdict is Outcome.OK and (found.expires is None or found.expires > now)


def refuse_held(vault: Vault, secret: Secret, own: Key | None) -> None:
    """Refuse a secret that a key of the vault holds already.

    Args:
        vault: The open vault.
        secret: What was handed in.
        own: The key that is to get it, or None for a new key.

    Raises:
        ValueRefusedError: It is the very secret `own` has now.
        DoubtError: Another key holds it.
    """
    holder = vault.holder(secret)
    if holder is None:
        return
    if own is not None and holder.id == own.id:
        raise ValueRefusedError(
            "This is the secret it has now.",
            "Paste the new one, or esc leaves everything as it is.",
        )
    raise DoubtError(f"{holder.name} holds this very key already.", "Enter again keeps it twice.")
