"""What stands in front of a client and asks the agent: whom it asks, and whom it believes."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

if sys.platform == "win32":
    pytest.skip("Windows has no such sockets", allow_module_level=True)

from vault.agent import peers
from vault.agent.places import agent_address, agent_directory
from vault.running import form, quick
from vault.running.quick import run_quickly

WORDS = ["run", "--", "client"]


@pytest.fixture(autouse=True, scope="module")
def _open_to_debuggers() -> Iterator[None]:
    """The process of the tests stays as it is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quick, "harden", lambda: None)
        yield


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A login session's directory, with one for agents in it."""
    directory = Path(tempfile.mkdtemp(prefix="kf-", dir="/tmp"))
    (directory / "keyfob").mkdir(mode=0o700)
    for name in ("KEYFOB_AGENT", "_ARGCOMPLETE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(directory))
    monkeypatch.setenv("KEYFOB_PASSWORD_FILE", "made-up-path-of-a-password")
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def answering(session: Path, answer: bytes) -> Iterator[list[bytes]]:
    """Somebody who listens as an agent does, and gives this answer to whatever is asked."""
    heard: list[bytes] = []
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(session / "keyfob" / "0123456789abcdef.sock"))
        listener.listen()

        def serve() -> None:
            with suppress(OSError):  # nobody comes, or nobody listens any more
                connection, _ = listener.accept()
                with connection:
                    heard.append(connection.recv(1 << 20))
                    connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield heard
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(10)


def told(*fields: tuple[bytes, bytes]) -> bytes:
    packed = bytes(form.pack(fields))
    before, after = form.ANSWER
    return before + b"%d" % len(packed) + after + packed


@pytest.mark.parametrize("runtime", ["", "relative", "/nowhere", "{session}"])
@pytest.mark.parametrize("state", ["", "relative", "/var/made-up"])
def test_it_looks_where_agents_listen(
    session: Path, monkeypatch: pytest.MonkeyPatch, runtime: str, state: str
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", runtime.format(session=session))
    monkeypatch.setenv("XDG_STATE_HOME", state)
    expected = agent_directory(os.environ)
    assert quick._directory(os.environ) == str(expected)
    assert agent_address(expected, "0" * 32).suffix == ".sock"


def test_it_does_what_it_is_told(session: Path, capfd: pytest.CaptureFixture[str]) -> None:
    words = [(form.WORD, word.encode()) for word in (sys.executable, "-c", "print('x'); exit(5)")]
    with answering(session, told(*words, (form.SAY, "keyfob: ünï\n".encode()))) as heard:
        assert run_quickly(WORDS) == 5
    assert capfd.readouterr() == ("x\n", "keyfob: ünï\n")
    assert b"made-up-path-of-a-password" not in heard[0]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"{}\n",
        b'{"error":{"kind":"LockedError","message":"x"}}\n',
        b'{"length":5}\n1\0w',
        b'{"length":-5}\n1\0wx\0',
        b'{"length":99999999}\n1\0wx\0',
        b'{"length":5, "v":1}\n1\0wx\0',
        b'{"length":5}\n2\0wx\0',
        b'{"length":2}\n1\0',
        b'{"length":6}\n1\0wx\0?',
        b'{"length":7}\n1\0wx\0?\0',
        bytes(4 << 20),
    ],
)
def test_what_is_no_answer_starts_nothing(session: Path, answer: bytes) -> None:
    with answering(session, answer):
        assert run_quickly(WORDS) is None


@given(st.binary(max_size=200))
def test_no_bytes_of_an_agent_can_break_it(data: bytes) -> None:
    one, other = socket.socketpair(socket.AF_UNIX)
    with one, other:
        other.sendall(data)
        other.shutdown(socket.SHUT_WR)
        found = quick._ask(one, b"?")
    assert found is None or found[form.WORD]


def test_a_socket_of_another_user_is_told_nothing(
    session: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers.connected, "__defaults__", (lambda _: 4711,))
    with answering(session, told((form.WORD, b"/bin/true"))) as heard:
        assert run_quickly(WORDS) is None
    assert heard in ([], [b""])


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o777])
def test_a_directory_that_others_may_enter_is_not_looked_into(session: Path, mode: int) -> None:
    with answering(session, told((form.WORD, b"/bin/true"))) as heard:
        (session / "keyfob").chmod(mode)
        assert run_quickly(WORDS) is None
    assert heard == []


def test_a_directory_that_is_a_link_is_not_looked_into(session: Path) -> None:
    with answering(session, told((form.WORD, b"/bin/true"))) as heard:
        (session / "keyfob").rename(session / "elsewhere")
        (session / "keyfob").symlink_to(session / "elsewhere")
        assert run_quickly(WORDS) is None
    assert heard == []


def test_what_is_no_socket_is_passed_over(session: Path) -> None:
    (session / "keyfob" / "0.sock").touch()
    (session / "keyfob" / "1.sock").symlink_to("/nowhere")
    (session / "keyfob" / "2.sock").mkdir()
    assert run_quickly(WORDS) is None


@pytest.mark.parametrize("name", ["KEYFOB_AGENT", "_ARGCOMPLETE"])
def test_where_something_else_is_meant_nobody_is_asked(
    session: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "1")
    with answering(session, told((form.WORD, b"/bin/true"))) as heard:
        assert run_quickly(WORDS) is None
    assert heard == []


def test_an_environment_without_end_is_told_to_nobody(
    session: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUCH", "x" * (1 << 20))
    with answering(session, told((form.WORD, b"/bin/true"))) as heard:
        assert run_quickly(WORDS) is None
    assert heard == []


def test_it_is_closed_to_others_before_a_secret_comes(
    session: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    monkeypatch.setattr(quick, "harden", lambda: order.append("harden"))
    receive = quick._receive

    def received(*given: object) -> None:
        order.append("receive")
        receive(*given)  # type: ignore[arg-type]  # passed on as they are

    monkeypatch.setattr(quick, "_receive", received)
    with answering(session, b"{}\n"):
        run_quickly(WORDS)
    assert order[0] == "harden"
    assert "receive" in order
