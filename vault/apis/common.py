"""What the registries' APIs have in common: words for permissions, names, and fields of answers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from vault.apis.base import ApiUnsupportedError, Facts, Login, Need
from vault.apis.sending import Answer, Server
from vault.clock import Clock, now
from vault.keys.key import Key
from vault.keys.secret import Secret
from vault.registries.profile import Profile


class Api:
    """What every registry's API is, as far as they are alike: see `vault.apis.base.RegistryApi`."""

    ends_old = False
    needs: tuple[Need, ...] = ()
    inspects = False
    retire_needs: tuple[Need, ...] | None = None

    def __init__(self, server: Server, profile: Profile, *, clock: Clock = now) -> None:
        """Prepare; nothing is sent.

        Args:
            server: Where the API is.
            profile: The registry.
            clock: Answers the current time.
        """
        self._server = server
        self._profile = profile
        self._clock = clock

    @property
    def title(self) -> str:
        """The registry, as written in a sentence."""
        return self._server.title

    @property
    def address(self) -> str:
        """Where requests go."""
        return self._server.address

    @property
    def warning(self) -> str:
        """What the user has to know before a key goes there, or ""."""
        return self._server.warning

    def inspect(self, secret: Secret) -> Facts:
        """See `RegistryApi.inspect`.

        Raises:
            ApiUnsupportedError: Always, where a registry does not override it.
        """
        del secret
        raise ApiUnsupportedError(f"{self.title} tells nothing about a key by the key alone.")

    def retire(self, key: Key, secret: Secret, login: Login, former: str) -> None:
        """See `RegistryApi.retire`.

        Raises:
            ApiUnsupportedError: Always, where a registry does not override it.
        """
        del key, secret, login, former
        raise ApiUnsupportedError(
            f"{self.title} ends no key through its API.", "End the old value on its page."
        )

    def wires(self, key: Key) -> tuple[str, ...]:
        """What a key may do, in the registry's own words.

        Raises:
            ApiUnsupportedError: It may do what the profile does not know.
        """
        table = self._profile.action_table
        unknown = [action for action in key.actions if action not in table]
        if unknown:
            raise ApiUnsupportedError(
                f"{key.name} has an action that {self.title} is not known to have: {unknown[0]}.",
                "Correct it with keyfob edit, or rotate by hand.",
            )
        return tuple(table[action].wire for action in key.actions)

    def made(self, table: dict[str, Any], name: str) -> Secret:
        """The new value in the answer to a call that makes one.

        Raises:
            ApiUnsureError: It holds none.
        """
        value = text_in(table, name)
        if not value:
            raise self._server.unsure("Its answer holds no new value.")
        return Secret(value)


def login_secrets(secret: Secret, login: Login) -> list[Secret]:
    """Everything that must not be seen in an error of a call."""
    found = [secret, *([login.password] if login.password else [])]
    return [*found, Secret(login.otp)] if login.otp else found


def free_name(name: str, taken: set[str], time: datetime) -> str:
    """A name like a key's own that a registry has not given yet: with the day, then a number."""
    if name not in taken:
        return name
    dated = f"{name} {time.date().isoformat()}"
    names = (dated, *(f"{dated} {number}" for number in range(2, len(taken) + 3)))
    return next(one for one in names if one not in taken)


def table_of(answer: Answer) -> dict[str, Any]:
    """An answer's JSON object; empty if it is none."""
    found = answer.json()
    return found if isinstance(found, dict) else {}


def text_in(table: dict[str, Any], name: str) -> str:
    """A field's text, also of a number; "" if it is missing or something else."""
    found = table.get(name)
    if isinstance(found, bool):
        return ""
    return str(found) if isinstance(found, str | int) else ""


def texts_in(table: dict[str, Any], name: str) -> tuple[str, ...]:
    """A field's texts; () if it is no list."""
    found = table.get(name)
    if not isinstance(found, list):
        return ()
    return tuple(one for one in found if isinstance(one, str))


def time_in(table: dict[str, Any], name: str) -> datetime | None:
    """A field's time in UTC, to the second; a date is its start. None if it is missing or none."""
    try:
        found = datetime.fromisoformat(text_in(table, name))
    except ValueError:
        return None
    found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    return found.replace(microsecond=0)
