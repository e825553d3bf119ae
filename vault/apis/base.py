"""What keyfob asks of a registry's API: say what a key is, make its next value, end the former one.

Each registry has its own way, in a file of its own, behind the one interface here. Which registry
has one, and at which address, its profile says (`[api]`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, TypeAlias

from vault.errors import VaultError
from vault.keys.key import Key
from vault.keys.secret import Secret

Need: TypeAlias = Literal["account", "password", "otp"]
"""What an API wants of the user beside the key itself; `otp` only once it asks for one."""


@dataclass(frozen=True, slots=True)
class Login:
    """Who asks, where the key alone is not enough. Used for one call, stored nowhere.

    Attributes:
        account: The user's name at the registry; "" stands for the key's owner.
        password: Their password there.
        otp: A one-time code, or "".
    """

    account: str = ""
    password: Secret | None = field(default=None, repr=False)
    otp: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a registry says of a key.

    Attributes:
        name: What the key is called there.
        scopes: What it may do, in the registry's own words; () if it does not say.
        created: When it was made, or None if it does not say.
        expires: When it ends, or None for never.
        last_used: When it was last used, or None.
        active: Whether it works.
        id: What the registry calls it in its own API: enough to end it, and no secret.
    """

    name: str
    scopes: tuple[str, ...] = ()
    created: datetime | None = None
    expires: datetime | None = None
    last_used: datetime | None = None
    active: bool = True
    id: str = ""


@dataclass(frozen=True, slots=True)
class Renewed:
    """A key's next value, as a registry has just made it.

    Attributes:
        secret: The value. The registry does not show it again.
        expires: When it ends, or None for never.
        facts: What the registry says of it, or None.
        ends_old: Whether the former value works no more.
        former: What the registry calls the former value, to end it later; "" if that is not known.
    """

    secret: Secret = field(repr=False)
    expires: datetime | None
    facts: Facts | None
    ends_old: bool
    former: str = ""


class ApiError(VaultError):
    """The registry refused, or answered what cannot be understood. Nothing changed there."""

    exit_code = 7


class OtpNeededError(ApiError):
    """The registry wants a one-time code, or refuses the one it was given: ask, and call again."""


class ApiUnsupportedError(ApiError):
    """The registry's API has no such call, or none that this key may make."""


class ApiUnreachableError(ApiError):
    """The registry was not reached: nothing was sent, so nothing changed there."""


class ApiUnsureError(VaultError):
    """The request went out and no answer came that tells what became of it.

    The key may have a new value that nobody holds.
    """

    exit_code = 8


class RegistryApi(Protocol):
    """One registry's API, at one address.

    Every call may take as long as a slow server: make it outside the app's event loop.
    """

    @property
    def title(self) -> str:
        """The registry, as written in a sentence."""

    @property
    def address(self) -> str:
        """Where requests go: to be shown before a password is asked for."""

    @property
    def warning(self) -> str:
        """What the user has to know before a key goes there: one sentence, or "" if it is safe."""

    @property
    def ends_old(self) -> bool:
        """Whether `renew` ends the former value at once."""

    @property
    def needs(self) -> tuple[Need, ...]:
        """What `renew` wants beside the key."""

    @property
    def inspects(self) -> bool:
        """Whether `inspect` is possible."""

    @property
    def retire_needs(self) -> tuple[Need, ...] | None:
        """What `retire` wants beside the key; None if this API cannot end a former value."""

    def inspect(self, secret: Secret) -> Facts:
        """What the registry says of a key, asked with nothing but the key.

        Raises:
            ApiUnsupportedError: There is no such call.
            ApiError: The registry refused; for a key that works no more `Facts.active` is False.
        """

    def renew(self, key: Key, secret: Secret, login: Login, expires: datetime | None) -> Renewed:
        """Make a key's next value, with the same permissions.

        Args:
            key: The key as the vault has it.
            secret: Its present value.
            login: What `needs` names.
            expires: When the new value shall end, or None for never.

        Raises:
            OtpNeededError: A one-time code is wanted, or was wrong; nothing changed.
            ApiError: The registry refused, or was not reached; nothing changed.
            ApiUnsureError: No answer came. Never call again with the same secret.
        """

    def retire(self, key: Key, secret: Secret, login: Login, former: str) -> None:
        """End a former value; ended before is as good.

        Args:
            key: The key, with its present value.
            secret: Its present value, which some APIs take as the proof of who asks.
            login: What `retire_needs` names.
            former: What the registry calls the former value: `Renewed.former`.

        Raises:
            OtpNeededError: A one-time code is wanted, or was wrong.
            ApiUnsupportedError: This API cannot end it.
            ApiError: The registry refused, or was not reached.
            ApiUnsureError: No answer came; to ask again does no harm.
        """
