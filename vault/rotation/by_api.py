"""Rotation through a registry's API: the new value comes from there, and is never lost on the way.

The order is the safety. That the registry is asked is saved before it is asked: so it is known that
the vault can be saved, and a value that may be spent is not used to ask again. What the registry
answers is saved at once; if that fails, the error that says so holds it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, time, timedelta
from shlex import quote
from typing import TYPE_CHECKING

from vault.apis.base import (
    ApiError,
    ApiUnsupportedError,
    ApiUnsureError,
    Login,
    RegistryApi,
    Renewed,
)
from vault.clock import Clock, now
from vault.errors import StorageError, VaultError
from vault.keys.key import Key
from vault.keys.lifetime import Lifetime
from vault.keys.secret import Secret
from vault.registries.profile import Profile
from vault.rotation.facts import differences
from vault.text import safe

if TYPE_CHECKING:
    from vault.vault import Vault

_SAVES = 3
_DAY = timedelta(days=1)
_DIALOG = timedelta(minutes=10)
"""Between reckoning an end and having the value may lie a login and a slow server."""


class UnsavedError(StorageError):
    """A registry made a key's next value, and the vault could not be saved.

    Attributes:
        secret: The value, which is nowhere else: copy it, or save again. Wipe it then.
        save: Tries to save again; answers the key, or raises why it could not.
    """

    def __init__(self, why: str, secret: Secret, save: Callable[[], Key]) -> None:
        super().__init__(
            f"The new value was made, and could not be saved. {why}",
            "It is nowhere else. Copy it or save it before keyfob ends.",
        )
        self.secret = secret
        self.save = save


def renewal(key: Key, profile: Profile, time: datetime) -> Lifetime:
    """The dates to ask for: the old length from now, as far as the registry gives it.

    A registry whose keys end as a day begins is asked in whole days: otherwise each rotation would
    lose the part of a day that was left.
    """
    rules = profile.lifetimes
    length = key.lifetime.duration
    if length is None and not rules.never_ok:
        length = rules.default
    if length is None:
        return Lifetime(time)
    if rules.by_day:
        length = -(-length // _DAY) * _DAY
    if rules.maximum is not None:
        length = min(length, rules.maximum)
    ends = time + length
    return Lifetime(time, _day(ends) if rules.by_day else ends)


def renew(
    vault: Vault,
    key_id: str,
    api: RegistryApi,
    login: Login,
    *,
    profile: Profile,
    expires: datetime | None,
    why: str = "",
    tell: Callable[[str], object] = lambda _: None,
    clock: Clock = now,
) -> Key:
    """Have a registry make a key's next value, and keep it: as `Vault.rotate` otherwise.

    Args:
        vault: The open vault.
        key_id: The key.
        api: Its registry's API.
        login: What the API needs beside the key.
        profile: Its registry.
        expires: When the new value shall end, or None for never; see `renewal`.
        why: The user's reason, for the key's history.
        tell: Gets a sentence for each thing in which the new value is not what the vault says.
        clock: Answers the current time.

    Raises:
        OtpNeededError: A one-time code is wanted, or was wrong: call again with one.
        ApiError: The registry refused, or was not reached; nothing changed.
        ApiUnsureError: It was asked, and nobody knows what came of it.
        StorageError: The vault cannot be saved; the registry was not asked.
        UnsavedError: The new value could not be saved; the error holds it.
    """
    with vault.staying_open():  # whoever locks meanwhile waits for the value to be saved
        vault.refresh()
        key = _free_to_ask(vault, vault.key(key_id), api)
        vault.asks(key_id, revision=key.revision)
        renewed = _asked(vault, key, api, login, expires)
        stays = not renewed.ends_old and not key.lifetime.state(clock()).dead
        ends = expires if profile.lifetimes.reminder else renewed.expires
        lifetime = _life(key, ends, clock())

        def save() -> Key:
            return vault.rotate(
                key_id,
                renewed.secret,
                lifetime=lifetime,
                recognised=profile.recognise(renewed.secret.reveal()).format,
                why=why,
                retire=stays,
                former=renewed.former,
            )

        turned = _saved(save, renewed.secret)
        renewed.secret.wipe()
    if renewed.facts is not None:
        for difference in differences(turned, profile, renewed.facts):
            tell(difference.sentence)
    return turned


def retirable(key: Key, api: RegistryApi) -> bool:
    """Whether a registry's API can end what waits to be ended of a key."""
    return key.retire is not None and any(key.former) and api.retire_needs is not None


def retire(vault: Vault, key_id: str, api: RegistryApi, login: Login) -> Key:
    """Have a registry end a key's former values, and remember those that it ended.

    Args:
        vault: The open vault.
        key_id: The key; its present value is what should be everywhere by now.
        api: Its registry's API.
        login: What the API needs beside the key: `RegistryApi.retire_needs`.

    Returns:
        The key. Its `retire` is still set if a value waits that the API cannot name.

    Raises:
        OtpNeededError: A one-time code is wanted, or was wrong: call again with one.
        ApiUnsupportedError: The API cannot end them.
        ApiError: The registry refused, or was not reached.
        ApiUnsureError: No answer came; to ask again does no harm.
        StorageError: It was ended, and the vault could not be saved.
    """
    vault.refresh()
    key = vault.key(key_id)
    if not retirable(key, api):
        raise ApiUnsupportedError(
            f"keyfob cannot have {api.title} end the old value of {key.name}.",
            "End it on the registry's page.",
        )
    for former in filter(None, key.former):
        with vault.secret(key_id) as secret:
            api.retire(key, secret, login, former)
        key = vault.former_done(key_id, former)
    return key


def _free_to_ask(vault: Vault, key: Key, api: RegistryApi) -> Key:
    """The key, once it is certain that its present value may be used to ask.

    Raises:
        ApiError: It may not: an answer is owed, and the value is dead or nobody can tell.
    """
    if key.asked is None:
        return key
    if not api.ends_old:  # at worst there is one key more at the registry, which nobody holds
        return vault.answered(key.id)
    with vault.secret(key.id) as secret:
        facts = api.inspect(secret)
    if facts.active:
        return vault.answered(key.id)
    shell = quote(safe(key.name))
    raise ApiError(
        f"{api.title} was asked for a new value of {key.name} before, and no answer came; now it "
        "says that the present one works no more.",
        f"The new one is lost. Make another on its page: keyfob rotate {shell} --by-hand",
    )


def _asked(
    vault: Vault, key: Key, api: RegistryApi, login: Login, expires: datetime | None
) -> Renewed:
    """The registry's answer; what is known of it without one is saved."""
    try:
        with vault.secret(key.id) as secret:
            return api.renew(key, secret, login, expires)
    except ApiUnsureError as error:
        if not api.ends_old:
            _answered(vault, key)
        raise ApiUnsureError(error.message, _after_unsure(key, api)) from None
    except VaultError:  # refused, or not sent: nothing changed there
        _answered(vault, key)
        raise


def _answered(vault: Vault, key: Key) -> None:
    with suppress(VaultError):  # then it is found out before the next time it is asked
        vault.answered(key.id)


def _after_unsure(key: Key, api: RegistryApi) -> str:
    if not api.ends_old:
        return (
            f"The present value of {key.name} still works. There may be one key more at "
            f"{api.title}, which nobody holds: look on its page, and delete it."
        )
    return (
        f"The present value of {key.name} may work no more, wherever it is installed. It is not "
        f"used to ask again. Whether it is alive: keyfob show {quote(safe(key.name))} --ask. If it "
        "is not, make another on the registry's page and rotate by hand."
    )


def _saved(save: Callable[[], Key], secret: Secret) -> Key:
    """The key once it is saved, tried again while another keyfob holds the vault.

    Raises:
        UnsavedError: It could not be saved.
    """
    for left in reversed(range(_SAVES)):
        try:
            return save()
        except (StorageError, KeyboardInterrupt) as error:
            if not left:
                raise UnsavedError(str(error) or "It was stopped.", secret, save) from None
        except VaultError as error:
            raise UnsavedError(error.message, secret, save) from None
    raise AssertionError("the last try answers or raises")


def _life(key: Key, ends: datetime | None, made: datetime) -> Lifetime:
    """The new dates, begun when the end was reckoned.

    Else each rotation would lose the seconds since then, and the next one ask for less.
    """
    length = key.lifetime.duration
    if ends is None or length is None:
        return Lifetime(made, ends)
    passed = (made - ends) + length
    return Lifetime(made - passed if timedelta() <= passed <= _DIALOG else made, ends)


def _day(moment: datetime) -> datetime:
    return datetime.combine(moment.date(), time(), moment.tzinfo)
