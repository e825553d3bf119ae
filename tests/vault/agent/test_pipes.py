"""The Windows transport, with Unix sockets in the place of its named pipes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from tests.vault.agent.conftest import SECRETS
from vault import Vault
from vault.agent import client, pipes
from vault.agent.pipes import PipeListener, Whereabouts
from vault.agent.protocol import AgentError
from vault.agent.server import Server
from vault.errors import StorageError


def listener(address: Path, patience: float = 5) -> PipeListener:
    return PipeListener(
        address, patience=patience, name=lambda directory, unique: str(directory / unique[:8])
    )


@contextmanager
def lending(vault: Vault, address: Path, patience: float = 5) -> Iterator[None]:
    server = Server(vault, listener(address, patience))
    server.start()
    try:
        yield
    finally:
        server.close()


@pytest.fixture(autouse=True)
def _through_pipes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "connect", pipes.connect)


def test_keys_and_secrets_come_through(vault: Vault, short: Path) -> None:
    with lending(vault, short / "a"):
        lender = client.reach(short / "a")
        assert lender is not None
        assert lender.keys == vault.keys
        with lender.secret(lender.find("beta").id) as secret:
            assert secret.reveal() == SECRETS["beta"]
    assert list(short.iterdir()) == []


def test_an_answer_of_many_messages_arrives_whole(vault: Vault, short: Path) -> None:
    key = vault.keys[0]

    class Large:
        keys = [key] * 2000
        warning = ""

    with lending(Large(), short / "a"):  # type: ignore[arg-type]
        lender = client.reach(short / "a")
        assert lender is not None
        assert len(lender.keys) == 2000


def test_the_file_that_says_where_is_private(vault: Vault, short: Path) -> None:
    with lending(vault, short / "a"):
        assert (short / "a").stat().st_mode & 0o777 == 0o600


def test_who_does_not_know_the_key_is_not_heard(vault: Vault, short: Path) -> None:
    with lending(vault, short / "a"):
        told = msgspec.json.decode((short / "a").read_bytes(), type=Whereabouts)
        (short / "b").write_bytes(msgspec.json.encode(Whereabouts(told.pipe, bytes(32))))
        with pytest.raises(AgentError, match="somebody else"):
            client.reach(short / "b")
        assert client.reach(short / "a") is not None


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"pipe":"/none","key":""}'])
def test_a_file_that_says_nothing_useful_is_nobody(short: Path, content: bytes) -> None:
    (short / "a").write_bytes(content)
    assert client.reach(short / "a") is None


def test_a_slow_client_is_dropped(vault: Vault, short: Path) -> None:
    with lending(vault, short / "a", patience=0.2):
        channel = pipes.connect(short / "a", patience=10)
        assert channel is not None
        channel.write(b'{"v":1,')
        assert channel.read(100) == b""
        assert client.reach(short / "a") is not None


def test_the_last_to_listen_is_heard_and_the_other_sees_it(short: Path) -> None:
    first = listener(short / "a")
    waiting = threading.Thread(target=first.accept)
    waiting.start()
    second = listener(short / "a")
    assert (first.present(), second.present()) == (False, True)
    first.close()
    waiting.join(10)
    assert not waiting.is_alive()
    assert second.present()


def test_a_directory_others_can_write_is_refused(short: Path) -> None:
    short.chmod(0o777)
    with pytest.raises(StorageError):
        listener(short / "a")
