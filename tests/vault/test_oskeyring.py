from __future__ import annotations

import os
import sys
import threading
from types import ModuleType

import pytest

from vault.oskeyring import SERVICE, Backend, KeyringError, OsKeyring, os_keyring, usable

VAULT_ID = "0123456789abcdef" * 2


class MadeUp:
    """A keyring in memory."""

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.held[service, username]


def test_what_it_was_given_it_holds_for_that_vault_until_it_is_told_not_to() -> None:
    backend = MadeUp()
    keyring, material = OsKeyring(backend), os.urandom(32)
    assert keyring.recall(VAULT_ID) is None
    keyring.keep(VAULT_ID, material)
    assert OsKeyring(backend).recall(VAULT_ID) == material
    assert keyring.recall("f" * 32) is None
    keyring.drop(VAULT_ID)
    keyring.drop(VAULT_ID)
    assert backend.held == {}


@pytest.mark.parametrize("text", ["", "short", "not base64!", "äöü", "AAAA"])
def test_what_cannot_be_ours_is_nothing(text: str) -> None:
    backend = MadeUp()
    backend.held[SERVICE, VAULT_ID] = text
    assert OsKeyring(backend).recall(VAULT_ID) is None


def test_one_that_forgets_at_once_is_no_keyring() -> None:
    class Forgetful(MadeUp):
        def set_password(self, *_: str) -> None: ...

    with pytest.raises(KeyringError, match="does not hold"):
        OsKeyring(Forgetful()).keep(VAULT_ID, os.urandom(32))


def test_a_locked_one_is_a_sentence_that_quotes_nothing() -> None:
    class Locked(MadeUp):
        def get_password(self, *_: str) -> str | None:
            raise RuntimeError("with oy2-made-up in it")

    with pytest.raises(KeyringError) as raised:
        OsKeyring(Locked()).recall(VAULT_ID)
    assert "does not answer: RuntimeError" in raised.value.message
    assert "oy2" not in raised.value.message + raised.value.hint


def test_one_that_hangs_is_given_up() -> None:
    released = threading.Event()

    class Hanging(MadeUp):
        def get_password(self, *_: str) -> str | None:
            released.wait(30)
            return None

    with pytest.raises(KeyringError, match="in time"):
        OsKeyring(Hanging(), patience=0.05).recall(VAULT_ID)
    released.set()


def named(name: str, module: str = "keyring.backends.made_up") -> Backend:
    made: Backend = type(name, (MadeUp,), {"__module__": module})()
    return made


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("Keyring", "keyring.backends.fail"),
        ("Keyring", "keyring.backends.null"),
        ("PlaintextKeyring", "keyrings.alt.file"),
        ("KeyfobBackend", "vault.hooks.keyring_backend"),
    ],
)
def test_who_keeps_nothing_or_in_the_clear_is_passed_over(name: str, module: str) -> None:
    bad, good = named(name, module), named("Keyring", "keyring.backends.SecretService")
    assert usable(bad) is None
    assert usable(good) is good
    chain = ModuleType("chain")
    chain.backends = [bad, good]  # type: ignore[attr-defined]  # as keyring's chainer has them
    assert usable(chain) is good


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(KeyringError) as raised:
        os_keyring()
    assert "keyfob[keyring]" in raised.value.hint


def test_without_a_keyring_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    package = ModuleType("keyring")
    package.get_keyring = lambda: named("Keyring", "keyring.backends.fail")  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", package)
    with pytest.raises(KeyringError, match="no keyring here"):
        os_keyring()


def test_the_real_package_is_asked_as_it_wants_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = pytest.importorskip("keyring", reason="needs the extra keyfob[keyring]")
    backend = named("Keyring")
    monkeypatch.setattr(keyring, "get_keyring", lambda: backend)
    material = os.urandom(32)
    os_keyring().keep(VAULT_ID, material)
    assert os_keyring().recall(VAULT_ID) == material
