"""Commands that an agent makes ready: what it hands out, when, and what it takes back."""

from __future__ import annotations

import json
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.vault.agent.conftest import NOW, PASSWORD
from tests.vault.clients.making import nupkg, written
from vault import Draft, Glob, Grant, Lifetime, Secret, Vault
from vault.agent import asked as asked_module
from vault.agent.asked import NotHereError
from vault.agent.client import ask, reach
from vault.agent.errands import MOST_AT_ONCE, Errands, Running
from vault.agent.protocol import VERSION, AgentError, Question
from vault.agent.server import Server
from vault.agent.transport import connect, listen
from vault.errors import LockedError, VaultError
from vault.running import form
from vault.running.plan import MayNotError
from vault.sealing.kdf import CHEAPEST
from vault.store.file import FileStore

if sys.platform == "win32":
    pytest.skip("the clients are files that POSIX can run", allow_module_level=True)

SECRET = "made-up-secret-of-an-errand"
PUSH = ("--", "dotnet", "nuget", "push", "Contoso.Core.1.0.0.nupkg", "-s", "nuget.org")
TAGS = form.WORD + form.VARIABLE + form.UNSET + form.SAY + form.REFUSED + form.KEY
TAGS += form.NO_TERMINAL


class Desk:
    """A vault in a file, a directory with a package, and programs that are found."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.locked = False
        for name in ("bin", "work", "session"):
            (home / name).mkdir(mode=0o700)
        for name in ("dotnet", "npm", "twine"):
            (home / "bin" / name).touch(0o755)
        nupkg(self.work, "Contoso.Core")
        store = FileStore(home / "keys.keyfob")
        self.vault, _ = Vault.create(store, PASSWORD, cost=CHEAPEST, clock=lambda: NOW)
        self.environ = {
            "PATH": str(home / "bin"),
            "HOME": str(home),
            "KEYFOB_VAULT": str(home / "keys.keyfob"),
            "XDG_RUNTIME_DIR": str(home / "session"),
        }
        for registry, action in (("nuget.org", "push"), ("npm", "read-write")):
            life = Lifetime(NOW - timedelta(days=28), NOW + timedelta(days=2))
            grants = (Grant(action, Glob("*")),)
            with Secret(f"{SECRET}-{registry}") as secret:
                self.vault.add(Draft(registry, registry, "contoso", grants, life), secret)
        self.errands = Errands(
            self.vault, store.path, before=self.check, environ=self.environ, clock=lambda: NOW
        )

    @property
    def work(self) -> Path:
        return self.home / "work"

    @property
    def rooms(self) -> list[Path]:
        return list((self.home / "session").iterdir())

    def check(self) -> None:
        if self.locked:
            raise LockedError("The vault was locked.")

    def asked(self, *words: str, **changed: str) -> bytes:
        environ = self.environ | changed
        here = bytes(self.work)
        return bytes(
            form.pack(
                [
                    *((form.WORD, word.encode()) for word in words),
                    *((form.VARIABLE, f"{n}={value}".encode()) for n, value in environ.items()),
                    (form.DIRECTORY, here),
                    (form.INODE, form.inode_of(here)),
                    (form.COLUMNS, b"0"),
                ]
            )
        )

    def ready(self, *words: str, **changed: str) -> Running:
        return self.errands.make_ready(self.asked(*words, **changed))


@pytest.fixture
def desk(short: Path) -> Iterator[Desk]:
    desk = Desk(short)
    yield desk
    desk.errands.close()


def told(running: Running) -> dict[bytes, list[bytes]]:
    return form.unpack(running.told.reveal_bytes(), TAGS)


def test_it_tells_program_variables_and_what_to_say(desk: Desk) -> None:
    fields = told(desk.ready(*PUSH))
    program = str(desk.home / "bin" / "dotnet").encode()
    assert fields[form.WORD] == [program, *(word.encode() for word in PUSH[2:])]
    assert f"NUGET_API_KEY={SECRET}-nuget.org".encode() in fields[form.VARIABLE]
    assert b"KEYFOB_PASSWORD_FILE" in fields[form.UNSET]
    assert fields[form.SAY] == [b"keyfob: nuget.org key nuget.org; it expires in 2 days.\n"]
    assert fields[form.REFUSED][0].startswith(b"nuget.org refused nuget.org.")
    record = json.loads(fields[form.KEY][0])
    assert record["name"] == "nuget.org"
    assert SECRET not in fields[form.KEY][0].decode()


def test_long_lines_are_folded_to_the_terminal(desk: Desk) -> None:
    asked = desk.asked(*PUSH).replace(b"\0c0\0", b"\0c30\0")
    fields = told(desk.errands.make_ready(asked))
    assert max(map(len, fields[form.SAY][0].decode().splitlines())) <= 30


def test_what_it_was_given_is_there_until_it_is_over(desk: Desk) -> None:
    written(desk.work / "package.json", '{"name": "contoso", "version": "1.0.0"}')
    server = ("--registry", "https://npm.invalid/")
    running = desk.ready("--key", "npm", "--registry", "npm", "--", "npm", "publish", *server)
    (room,) = desk.rooms
    assert stat.S_IMODE(room.stat().st_mode) == 0o700
    assert [path.name for path in room.iterdir()] == ["npmrc"]
    running.close()
    running.close()
    assert desk.rooms == []


def test_the_end_of_the_agent_takes_everything_back(desk: Desk) -> None:
    desk.ready(*PUSH)
    desk.ready(*PUSH)
    assert len(desk.rooms) == 2
    desk.errands.close()
    assert desk.rooms == []


@pytest.mark.parametrize(
    ("words", "changed"),
    [
        (("--dry-run", *PUSH), {}),
        (("--help",), {}),
        (("--password-file", "x", *PUSH), {}),
        (("--vault", "other.keyfob", *PUSH), {}),
        (PUSH, {"KEYFOB_VAULT": "/elsewhere.keyfob"}),
        (PUSH, {"HOME": "/elsewhere"}),
        (PUSH, {"XDG_CONFIG_HOME": "/elsewhere"}),
        (PUSH, {"XDG_DATA_HOME": "/elsewhere"}),
        (PUSH, {"PATH": ""}),
        (PUSH, {"PATH": "bin:/usr/bin"}),
        (PUSH, {"PATH": "/usr/bin:"}),
    ],
)
def test_what_is_out_of_the_ordinary_is_left_to_others(
    desk: Desk, words: tuple[str, ...], changed: dict[str, str]
) -> None:
    with pytest.raises(NotHereError):
        desk.ready(*words, **changed)
    assert desk.rooms == []


def test_the_vault_may_be_named_from_where_the_command_runs(desk: Desk) -> None:
    assert told(desk.ready("--vault", "../keys.keyfob", *PUSH))
    assert told(desk.ready(*PUSH, KEYFOB_VAULT="../keys.keyfob"))


@pytest.mark.parametrize(("path", "mode"), [("keys.keyfob", 0o640), ("", 0o722)])
def test_a_vault_whose_modes_are_to_be_spoken_of_is_left_to_others(
    desk: Desk, path: str, mode: int
) -> None:
    (desk.home / path).chmod(mode)
    with pytest.raises(NotHereError):
        desk.ready(*PUSH)


def test_a_directory_that_looks_otherwise_from_here_is_left_to_others(desk: Desk) -> None:
    asked = desk.asked(*PUSH).replace(form.inode_of(bytes(desk.work)), b"1:2")
    with pytest.raises(NotHereError):
        desk.errands.make_ready(asked)


def test_what_may_not_be_done_raises_what_keyfob_run_says(desk: Desk) -> None:
    with pytest.raises(MayNotError, match="npm is a key for npm"):
        desk.ready("--key", "npm", *PUSH)
    with pytest.raises(VaultError, match="no file"):
        desk.ready("--", "dotnet", "nuget", "push", "absent.nupkg", "-s", "nuget.org")
    with pytest.raises(VaultError, match="no program"):
        desk.ready("--key", "npm", "--env", "KEY", "--", "no-such-program")
    assert desk.rooms == []


@pytest.mark.parametrize("asked", [b"", b"1\0", b"2\0wx\0", b"1\0wx\0", b"1\0d/\0i\0cx\0"])
def test_what_is_no_command_is_refused(desk: Desk, asked: bytes) -> None:
    with pytest.raises(AgentError, match="no command"):
        desk.errands.make_ready(asked)


def test_commands_that_hang_hold_up_no_more_than_so_many(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()
    begun = threading.Semaphore(0)

    def hang(*_: object) -> None:
        begun.release()
        over.wait(30)
        raise NotHereError

    monkeypatch.setattr(asked_module, "parsed", hang)
    asked = desk.asked(*PUSH)

    def hanging() -> None:
        with pytest.raises(NotHereError):
            desk.errands.make_ready(asked)

    threads = [threading.Thread(target=hanging, daemon=True) for _ in range(MOST_AT_ONCE)]
    for thread in threads:
        thread.start()
        begun.acquire()
    hanging()  # comes back at once
    over.set()
    for thread in threads:
        thread.join(30)


class TestOverASocket:
    """As a client meets it."""

    @pytest.fixture
    def server(self, desk: Desk) -> Iterator[Server]:
        server = Server(
            desk.vault,
            listen(desk.home / "a.sock"),
            before=desk.check,
            run=desk.errands.make_ready,
        )
        server.start()
        yield server
        server.close()

    def asking(self, desk: Desk) -> bytes:
        asked = desk.asked(*PUSH)
        return form.OPENING % len(asked) + asked

    @pytest.mark.usefixtures("server")
    def test_the_end_of_the_connection_is_that_of_the_command(self, desk: Desk) -> None:
        channel = connect(desk.home / "a.sock")
        assert channel is not None
        channel.write(self.asking(desk))
        assert channel.read(10) == b'{"length":'
        assert len(desk.rooms) == 1
        channel.close()
        assert happens(lambda: desk.rooms == [])
        assert desk.vault.find("nuget.org").used is None

    @pytest.mark.usefixtures("server")
    def test_a_use_is_recorded_once_it_runs(self, desk: Desk) -> None:
        channel = connect(desk.home / "a.sock")
        assert channel is not None
        channel.write(self.asking(desk))
        channel.read(10)
        channel.write(b"+")
        assert happens(lambda: desk.vault.find("nuget.org").used is not None)
        assert len(desk.rooms) == 1
        channel.close()
        assert happens(lambda: desk.rooms == [])

    def test_a_lock_while_it_is_made_ready_hands_out_nothing(
        self, desk: Desk, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make = desk.errands.make_ready

        def locked_meanwhile(asked: bytes) -> Running:
            running = make(asked)
            desk.locked = True
            return running

        monkeypatch.setattr(server, "_run", locked_meanwhile)
        channel = connect(desk.home / "a.sock")
        assert channel is not None
        channel.write(self.asking(desk))
        answer = b""
        while part := channel.read(65536):
            answer += part
        assert b"LockedError" in answer
        assert SECRET.encode() not in answer
        assert desk.rooms == []

    @pytest.mark.usefixtures("server")
    def test_those_that_run_keep_nobody_from_being_answered(self, desk: Desk) -> None:
        channels = [connect(desk.home / "a.sock") for _ in range(40)]
        for channel in channels:
            assert channel is not None
            channel.write(self.asking(desk))
            channel.read(10)
        lender = reach(desk.home / "a.sock")
        assert lender is not None
        assert lender.find("npm").name == "npm"
        for channel in channels:
            assert channel is not None
            channel.close()

    def test_one_who_lends_a_key_makes_no_commands_ready(self, desk: Desk) -> None:
        server = Server(desk.vault, listen(desk.home / "b.sock"))
        server.start()
        with pytest.raises(AgentError, match="Only an agent"):
            ask(desk.home / "b.sock", Question(VERSION, "run"))
        server.close()


def happens(condition: Callable[[], bool]) -> bool:
    """Whether something comes to be so in time."""
    end = time.monotonic() + 30
    while not condition():
        if time.monotonic() > end:
            return False
    return True
