"""Lending over a real socket: what a client gets, and what it cannot get."""

from __future__ import annotations

import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from tests.vault.agent.conftest import NOW, SECRETS
from vault import Vault
from vault.agent.client import AgentVault, ask, forget, reach
from vault.agent.protocol import MAX_QUESTION, VERSION, AgentError, Question, Status
from vault.agent.server import MOST_CLIENTS, Server, lend
from vault.agent.transport import listen
from vault.agent.unix import SocketListener
from vault.errors import (
    AmbiguousNameError,
    DamagedError,
    KeyNotFoundError,
    LockedError,
    StorageError,
    VaultError,
)
from vault.lending import Lender


def lender_at(address: Path) -> AgentVault:
    found = reach(address)
    assert found is not None
    return found


def talk(address: Path, sent: bytes) -> bytes:
    """What an agent says to these bytes."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(str(address))
        heard = b""
        with suppress(BrokenPipeError, ConnectionResetError):  # it may hang up at any moment
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            while part := connection.recv(65536):
                heard += part
        return heard


def hung_up(connection: socket.socket) -> bool:
    """Whether the other side ended a connection without a word."""
    try:
        return connection.recv(100) == b""
    except ConnectionResetError:  # it did not even hear what was said
        return True


def test_a_client_sees_the_keys_as_the_vault_has_them(vault: Vault, short: Path) -> None:
    with lend(vault, short / "a"):
        lender: Lender = lender_at(short / "a")
        assert lender.keys == vault.keys
        assert lender.find("ALPHA") == vault.find("alpha")
        assert lender.find("be", prefix=True) == vault.find("beta")
        assert lender.warning == ""


@pytest.mark.parametrize("name", SECRETS)
def test_a_client_gets_one_secret_at_a_time(vault: Vault, short: Path, name: str) -> None:
    with lend(vault, short / "a"):
        lender = lender_at(short / "a")
        with lender.secret(lender.find(name).id) as secret:
            assert secret.reveal() == SECRETS[name]


def test_a_use_is_recorded_in_the_vault(vault: Vault, short: Path) -> None:
    with lend(vault, short / "a"):
        lender = lender_at(short / "a")
        lender.mark_copied(lender.find("alpha").id)
        lender.mark_used(lender.find("beta").id)
    assert (vault.find("alpha").copied, vault.find("alpha").used) == (NOW, None)
    assert (vault.find("beta").copied, vault.find("beta").used) == (None, NOW)


def test_the_answer_about_keys_holds_nothing_sealed(vault: Vault, short: Path) -> None:
    sealed = [entry.sealed for entry in vault.entries]
    with lend(vault, short / "a"):
        heard = talk(short / "a", b'{"v":1,"ask":"keys"}\n').decode()
    assert "Contoso.*" in heard
    assert all(sealed)
    assert not any(text in heard for text in sealed)


@pytest.mark.parametrize(
    "error",
    [
        KeyNotFoundError("gone", "hint"),
        AmbiguousNameError("two", ""),
        LockedError("locked", "unlock"),
        DamagedError("damaged", ""),
        StorageError("full", "make room"),
    ],
)
def test_an_error_is_raised_again_at_the_client(short: Path, error: VaultError) -> None:
    class Failing:
        keys: list[object] = []
        warning = ""

        def find(self, *_: object, **__: object) -> None:
            raise error

    with lend(Failing(), short / "a"), pytest.raises(type(error)) as raised:  # type: ignore[arg-type]
        lender_at(short / "a").find("x")
    assert (raised.value.message, raised.value.hint) == (error.message, error.hint)
    assert raised.value.exit_code == error.exit_code


def test_a_fault_nobody_foresaw_tells_its_type_only(short: Path) -> None:
    class Broken:
        warning = ""

        def secret(self, _: str) -> None:
            raise RuntimeError("with oy2-made-up-alpha in it")

    with lend(Broken(), short / "a"):  # type: ignore[arg-type]
        heard = talk(short / "a", b'{"v":1,"ask":"secret","key":"x"}\n')
    assert b"RuntimeError" in heard
    assert b"oy2" not in heard


class TestOnlySomeKeys:
    def test_the_others_are_not_even_told_of(self, vault: Vault, short: Path) -> None:
        alpha, beta = vault.find("alpha"), vault.find("beta")
        with lend(vault, short / "a", only=frozenset({alpha.id})):
            lender = lender_at(short / "a")
            assert lender.keys == [alpha]
            assert lender.find("a", prefix=True) == alpha
            for hidden in ("beta", "b"):
                with pytest.raises(KeyNotFoundError) as raised:
                    lender.find(hidden, prefix=True)
                assert "beta" not in raised.value.hint
            lender.secret(alpha.id).wipe()
            for refused in (lender.secret, lender.mark_copied, lender.mark_used):
                with pytest.raises(KeyNotFoundError):
                    refused(beta.id)
        assert vault.find("beta").used is None

    def test_it_lends_from_an_agent_too(self, vault: Vault, short: Path) -> None:
        alpha = vault.find("alpha")
        with (
            lend(vault, short / "a"),
            lend(lender_at(short / "a"), short / "b", only=frozenset({alpha.id})),
        ):
            lender = lender_at(short / "b")
            with lender.secret(alpha.id) as secret:
                assert secret.reveal() == SECRETS["alpha"]
            lender.mark_used(alpha.id)
            assert len(lender.keys) == 1
        assert vault.find("alpha").used == NOW

    def test_it_cannot_be_told_to_forget(self, vault: Vault, short: Path) -> None:
        with lend(vault, short / "a"):
            with pytest.raises(AgentError):
                forget(short / "a")
            assert lender_at(short / "a").keys

    def test_it_ends_with_its_block(self, vault: Vault, short: Path) -> None:
        with lend(vault, short / "a"):
            lender = lender_at(short / "a")
        assert list(short.iterdir()) == []
        assert reach(short / "a") is None
        with pytest.raises(LockedError):
            _ = lender.keys


class TestBadClients:
    @pytest.mark.parametrize(
        "sent",
        [
            b"\n",
            b"GET / HTTP/1.1\r\n\r\n",
            b"\x00\xff\xfe\n",
            b"null\n",
            b"[" * 5000 + b"\n",
            b'{"v":1}\n',
            b'{"v":1,"ask":"everything"}\n',
            b'{"v":1,"ask":"keys","more":1}\n',
            b'{"v":"1","ask":"keys"}\n',
            b'{"v":1,"ask":"keys"',
            b'{"v":1,"ask":"keys"}\n{"v":1,"ask":"keys"}\n',
        ],
    )
    def test_what_is_no_question_is_answered_with_an_error(
        self, vault: Vault, short: Path, sent: bytes
    ) -> None:
        with lend(vault, short / "a"):
            heard = talk(short / "a", sent)
            assert heard.count(b"\n") == 1
            assert b'"error"' in heard
            assert b"Contoso" not in heard
            assert lender_at(short / "a").keys

    def test_another_version_is_told_which_this_is(self, vault: Vault, short: Path) -> None:
        with lend(vault, short / "a"):
            heard = talk(short / "a", b'{"v":2,"ask":"borrow","what":{}}\n')
        assert b"speaks version 2" in heard

    def test_a_question_without_end_is_dropped(self, vault: Vault, short: Path) -> None:
        with lend(vault, short / "a"), socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(10)
            connection.connect(str(short / "a"))
            connection.sendall(b"x" * MAX_QUESTION)
            assert b"too long" in connection.recv(65536)
            assert lender_at(short / "a").keys

    def test_slow_clients_are_dropped_and_others_served(self, vault: Vault, short: Path) -> None:
        server = Server(vault, listen(short / "a", patience=0.3))
        server.start()
        slow = [socket.socket(socket.AF_UNIX) for _ in range(MOST_CLIENTS + 3)]
        try:
            for connection in slow:
                connection.settimeout(10)
                connection.connect(str(short / "a"))
                with suppress(BrokenPipeError):  # this one was dropped by now
                    connection.sendall(b'{"v":1,')
            assert lender_at(short / "a").keys  # once the first of them were dropped
            assert all(map(hung_up, slow))
        finally:
            for connection in slow:
                connection.close()
            server.close()

    def test_many_clients_at_once_all_get_what_they_asked_for(
        self, vault: Vault, short: Path
    ) -> None:
        def use(number: int) -> str:
            lender = lender_at(short / "a")
            key = lender.find(list(SECRETS)[number % 2])
            with lender.secret(key.id) as secret:
                lender.mark_used(key.id)
                return secret.reveal()

        with lend(vault, short / "a"), ThreadPoolExecutor(10) as pool:
            got = list(pool.map(use, range(40)))
        assert got == [list(SECRETS.values())[number % 2] for number in range(40)]

    def test_another_user_is_refused_before_being_heard(self, vault: Vault, short: Path) -> None:
        listener = SocketListener(short / "a", patience=5, peer=lambda _: 4711)
        server = Server(vault, listener)
        server.start()
        try:
            assert talk(short / "a", b"") == b""
            assert ask(short / "a", Question(VERSION, "keys")) is None
        finally:
            server.close()


class TestRefusing:
    def served(
        self, vault: Vault, address: Path, before: Callable[[], None], lock: Callable[[], None]
    ) -> Server:
        server = Server(
            vault,
            listen(address),
            status=lambda: Status("f" * 32, "keys", 1),
            before=before,
            lock=lock,
        )
        server.start()
        return server

    def test_nothing_is_lent_once_it_must_forget(self, vault: Vault, short: Path) -> None:
        over = False

        def before() -> None:
            if over:
                raise LockedError("The time is over.")

        server = self.served(vault, short / "a", before, lambda: None)
        lender = lender_at(short / "a")
        over = True
        for refused in (lambda: lender.keys, lambda: lender.secret(vault.keys[0].id)):
            with pytest.raises(LockedError, match="The time is over"):
                refused()
        assert reach(short / "a") is None
        server.close()

    def test_a_secret_is_kept_back_if_the_machine_slept_while_it_was_opened(
        self, vault: Vault, short: Path
    ) -> None:
        looks = iter([True, True, False])  # to be reached; before it is opened; before it is sent

        def before() -> None:
            if not next(looks):
                raise LockedError("The machine slept.")

        server = self.served(vault, short / "a", before, lambda: None)
        with pytest.raises(LockedError, match="slept"):
            lender_at(short / "a").secret(vault.find("alpha").id)
        server.close()

    @pytest.mark.parametrize(
        "sent", [b'{"v":1,"ask":"lock"}\n', b'{"v":9,"ask":"lock","why":"because"}\n']
    )
    def test_lock_is_obeyed_before_it_is_answered_in_every_version(
        self, vault: Vault, short: Path, sent: bytes
    ) -> None:
        order: list[str] = []
        server = self.served(vault, short / "a", lambda: None, lambda: order.append("lock"))
        assert b"error" not in talk(short / "a", sent)
        assert order == ["lock"]
        assert not forget(short / "a")
        server.close()
