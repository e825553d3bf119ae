"""`keyfob run` in front of a client that the agent made ready, and what may go wrong with both."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.vault.cli.machine import PUSH, SECRET, Machine
from tests.vault.cli.unlocked import runtime, wait_for_end
from tests.vault.clients.making import nupkg

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such sockets")

LOADED = {
    "vault.agent.peers",
    "vault.closed",
    "vault.process",
    "vault.running.child",
    "vault.running.form",
    "vault.running.quick",
    "vault.running.relay",
    "vault.running.watch",
}
"""What of keyfob may stand in front of a client, besides packages."""

WAITS = """
echo up; touch up; read -r go < go; exit 7
"""
"""A client that says that it is there, and then waits to be told to end."""

REFUSED = "echo 'error: 403 (Forbidden)' >&2; exit 7"


def comes(happened: Callable[[], bool], seconds: float = 30) -> bool:
    """Whether something happens in time."""
    end = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > end:
            return False
    return True


@contextmanager
def running(machine: Machine, *words: str) -> Iterator[subprocess.Popen[str]]:
    """A `keyfob run` whose client waits."""
    os.mkfifo(machine.work / "go")
    command = [sys.executable, "-m", "tui", "run", "--", *(words or PUSH)]
    with subprocess.Popen(
        command,
        cwd=machine.work,
        env=machine.environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as keyfob:
        try:
            assert comes((machine.work / "up").exists)
            yield keyfob
        finally:
            if keyfob.poll() is None:
                go(machine)


def go(machine: Machine) -> None:
    """Let the client end, if it waits."""
    with suppress(OSError):
        pipe = os.open(machine.work / "go", os.O_RDWR | os.O_NONBLOCK)
        os.write(pipe, b"go\n")
        comes(lambda: not unread(pipe), 10)
        os.close(pipe)


def unread(pipe: int) -> bool:
    """Whether nobody has taken what was written."""
    return bool(select.select([pipe], [], [], 0)[0])


@pytest.fixture
def waiting(unlocked: Machine) -> Machine:
    """One whose client waits."""
    unlocked.client("dotnet", WAITS)
    return unlocked


def test_nearly_nothing_is_loaded_in_front_of_a_client(unlocked: Machine) -> None:
    ran = unlocked.run(*PUSH)
    assert ran.quick, ran.err
    own = {name for name in ran.loaded if name.startswith("vault.")}
    assert own - {"vault.agent", "vault.running"} == LOADED
    heavy = {"argparse", "msgspec", "socket", "subprocess", "threading", "datetime", "json"}
    assert heavy & ran.loaded == set()


def test_a_client_that_gets_no_key_is_started_as_quickly(unlocked: Machine) -> None:
    ran = unlocked.run("dotnet", "--version")
    assert ran.quick
    assert "it gets no key" in ran.err
    assert (unlocked.work / "got").read_text() == "\n"
    assert not unlocked.used("ci")


def test_a_client_keyfob_does_not_know_too(unlocked: Machine) -> None:
    unlocked.client("mix", 'test "$HEX_API_KEY" = made-up-canary-5f1d0c && exit 5')
    ran = unlocked.run("mix", "publish", options=["--key", "ci", "--env", "HEX_API_KEY"])
    assert (ran.status, ran.quick) == (5, True)


def test_no_core_of_what_stands_in_front_can_be_dumped(unlocked: Machine) -> None:
    unlocked.client("dotnet", "grep core /proc/$PPID/limits; env | grep -c KEYFOB_PASSWORD")
    ran = unlocked.run(*PUSH, environ={"KEYFOB_PASSWORD_FILE": "/nowhere"})
    assert ran.quick
    assert ran.out.split()[4:6] == ["0", "0"]
    assert ran.out.splitlines()[-1] == "0"


def test_a_killed_keyfob_leaves_no_file_behind(waiting: Machine) -> None:
    with running(waiting) as keyfob:
        assert len(waiting.rooms()) == 1
        keyfob.send_signal(signal.SIGKILL)
        assert comes(lambda: waiting.rooms() == [])
        go(waiting)


def test_a_lock_takes_back_what_a_running_client_was_given(waiting: Machine) -> None:
    with running(waiting) as keyfob:
        waiting.keyfob("lock")
        assert waiting.rooms() == []
        go(waiting)
        assert keyfob.wait(60) == 7


def test_a_client_outlives_an_agent_that_is_killed(waiting: Machine) -> None:
    agent = pid_of_agent(waiting)
    with running(waiting) as keyfob:
        os.kill(agent, signal.SIGKILL)
        wait_for_end(agent)
        assert len(waiting.rooms()) == 1
        go(waiting)
        assert keyfob.wait(60) == 7
        assert keyfob.stdout is not None
        assert keyfob.stdout.read() == "up\n"
    waiting.environ["KEYFOB_PASSWORD_FILE"] = str(waiting.root / "password")
    waiting.client("dotnet", "exit 3")
    assert waiting.run(*PUSH).status == 3
    assert waiting.rooms() == []


def pid_of_agent(machine: Machine) -> int:
    done = subprocess.run(
        [sys.executable, "-m", "tui", "agent", "--json"],
        env=machine.environ, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return int(done.stdout.partition('"pid":')[2].split(",")[0].strip(" }\n"))


def test_a_signal_to_keyfob_ends_the_client_and_its_status_says_so(waiting: Machine) -> None:
    with running(waiting) as keyfob:
        keyfob.send_signal(signal.SIGTERM)
        assert keyfob.wait(60) == 128 + signal.SIGTERM
    assert waiting.rooms() == []


def test_a_program_that_is_none_is_said_to_be(unlocked: Machine) -> None:
    (unlocked.root / "bin" / "dotnet").write_text("#!/no/such/interpreter\n")
    ran = unlocked.run(*PUSH)
    assert ran.status == 2
    assert "cannot be started: No such file" in ran.err
    assert unlocked.rooms() == []
    assert not unlocked.used("ci")


@pytest.mark.parametrize(
    ("options", "environ"),
    [
        (["--dry-run"], {}),
        ([], {"XDG_CONFIG_HOME": "/elsewhere"}),
        ([], {"PATH": "bin:{PATH}"}),
        ([], {"KEYFOB_AGENT": "{AGENT}"}),
        (["--password-file", "{PASSWORD}"], {}),
    ],
)
def test_what_is_out_of_the_ordinary_is_left_to_keyfob_run(
    unlocked: Machine, options: list[str], environ: Mapping[str, str]
) -> None:
    (agent,) = (unlocked.session / "keyfob").glob("*.sock")
    words = {"{AGENT}": str(agent), "{PASSWORD}": str(unlocked.root / "password")}
    words["{PATH}"] = unlocked.environ["PATH"]

    def filled(text: str) -> str:
        for mark, value in words.items():
            text = text.replace(mark, value)
        return text

    ran = unlocked.run(
        *PUSH,
        options=[filled(option) for option in options],
        environ={name: filled(value) for name, value in environ.items()},
    )
    assert (ran.status, ran.quick) == (0, False), ran.err
    assert (unlocked.work / "got").exists() == ("--dry-run" not in options)


def test_of_several_agents_the_one_that_holds_the_vault_answers(
    unlocked: Machine, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = Machine(tmp_path_factory.mktemp("other"))
    other.unlock(unlocked.session)
    try:
        assert len(list((unlocked.session / "keyfob").glob("*.sock"))) == 2
        assert unlocked.run(*PUSH).quick
        assert SECRET in (unlocked.work / "got").read_text()
    finally:
        other.keyfob("lock")


def test_a_profile_that_was_changed_meanwhile_counts_as_it_is_now(unlocked: Machine) -> None:
    own = Path(unlocked.environ["XDG_CONFIG_HOME"]) / "keyfob" / "registries"
    own.mkdir(parents=True, mode=0o700)
    feed = own / "nuget.org.toml"
    push = (*PUSH[:-1], "https://feed.contoso.invalid/v3/index.json")
    feed.write_text('base = "nuget.org"\naddresses = ["https://feed.contoso.invalid"]\n')
    ran = unlocked.run(*push)
    assert (ran.status, ran.quick) == (0, True), ran.err
    feed.write_text('base = "nuget.org"\naddresses = ["https://other.contoso.invalid"]\n')
    ran = unlocked.run(*push)
    assert ran.status == 2
    assert "No registry keyfob knows is at https://feed.contoso.invalid" in ran.err


def test_an_agent_outlives_broken_packages(unlocked: Machine) -> None:
    for number, data in enumerate([b"", b"PK", b"PK\x03\x04" * 9999, bytes(70_000)]):
        (unlocked.work / f"broken{number}.nupkg").write_bytes(data)
        ran = unlocked.run("dotnet", "nuget", "push", f"broken{number}.nupkg", "-s", "nuget.org")
        assert (ran.status, ran.quick) == (2, False)
    nupkg(unlocked.work, "Contoso.Other")
    assert unlocked.run(*PUSH).quick


def test_a_client_is_run_once_even_if_nobody_hears_what_became_of_it(waiting: Machine) -> None:
    waiting.client("dotnet", f"echo x >> runs; {WAITS.replace('exit 7', REFUSED)}")
    with running(waiting) as keyfob:
        assert keyfob.stderr is not None
        keyfob.stderr.close()
        go(waiting)
        assert keyfob.wait(60) == 7
    assert (waiting.work / "runs").read_text() == "x\n"


def test_what_cannot_be_recorded_is_said(waiting: Machine) -> None:
    with running(waiting) as keyfob:
        assert waiting.comes_to_be_used("ci")
        go(waiting)
        keyfob.wait(60)
    (waiting.root / "keys.keyfob.tmp").mkdir()  # nothing can be saved any more
    (waiting.work / "go").unlink()
    (waiting.work / "up").unlink()
    with running(waiting) as keyfob:
        assert keyfob.stderr is not None
        waiting.keyfob("list")  # takes longer than not to save
        go(waiting)
        keyfob.wait(60)
        assert "That it was handed out is not recorded" in keyfob.stderr.read()


def test_an_agent_that_was_killed_leaves_a_socket_that_is_passed_over(locked: Machine) -> None:
    with runtime() as session:
        locked.unlock(session)
        agent = pid_of_agent(locked)
        os.kill(agent, signal.SIGKILL)
        wait_for_end(agent)
        locked.environ["KEYFOB_PASSWORD_FILE"] = str(locked.root / "password")
        ran = locked.run(*PUSH)
    assert (ran.status, ran.quick) == (0, False)
