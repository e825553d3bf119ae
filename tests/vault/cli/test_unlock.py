"""Unlocking: a real agent, and verbs that need no password while it runs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.terminal import KEYFOB, Terminal
from tests.vault.cli.bench import PASSWORD, V4, Bench
from tests.vault.cli.unlocked import agent_of, forget_password, pid_of, runtime, wait_for_end
from vault.agent.places import agent_addresses
from vault.sealing.kdf import CHEAPEST
from vault.sealing.vaultfile import unlock


@pytest.fixture
def session(bench: Bench) -> Iterator[Bench]:
    """A machine with one key, in a login session."""
    bench.nuget("ci")
    with agent_of(bench):
        yield bench


def settings(bench: Bench, text: str) -> None:
    (bench.home / "config").mkdir(exist_ok=True)
    (bench.home / "config" / "settings.json").write_text(text)


def test_copy_list_and_show_need_no_password_afterwards(session: Bench) -> None:
    told = session.ok("unlock").err
    assert "is unlocked until" in told
    assert "To change a key takes the password all the same." in told
    forget_password(session)
    assert "ci" in session.ok("list").out
    assert V4 not in session.ok("show", "ci").out
    assert session.ok("show", "ci", "--reveal").out == V4 + "\n"
    session.ok("copy", "c")
    assert [secret.reveal() for secret in session.clipboard.copies] == [V4]
    assert session.vault().find("ci").copied is not None


def test_verbs_that_change_keys_go_on_asking(session: Bench) -> None:
    session.ok("unlock")
    forget_password(session)
    for words in (["revoke", "ci"], ["edit", "ci", "--note", "x"], ["remove", "ci", "--yes"]):
        assert session.run(*words).status == 3
    assert session.vault().find("ci").lifetime.revoked is None


def test_a_wrong_password_unlocks_nothing(session: Bench) -> None:
    session.password_file.write_text("wrong\n")
    assert session.run("unlock").status == 3
    assert session.run("agent").status == 1


def test_a_password_named_for_the_command_is_not_ignored(session: Bench) -> None:
    session.ok("unlock")
    wrong = session.home / "wrong"
    wrong.write_text("wrong\n")
    wrong.chmod(0o600)
    assert session.run("list", "--password-file", str(wrong)).status == 3
    session.environ["KEYFOB_PASSWORD_FILE"] = str(wrong)  # a standing one is not needed
    assert session.run("list").status == 0


def test_lock_forgets_and_the_process_ends(session: Bench) -> None:
    session.ok("unlock")
    pid = pid_of(session)
    forget_password(session)
    assert session.ok("lock").err == "Locked.\n"
    wait_for_end(pid)
    assert session.run("list").status == 3
    assert session.ok("lock").err == "Nothing was unlocked.\n"
    assert agent_addresses(Path(session.environ["XDG_RUNTIME_DIR"]) / "keyfob") == []


def test_lock_ends_that_of_one_vault_only(session: Bench) -> None:
    other = str(session.home / "other.keyfob")
    session.ok("init", "--vault", other)
    session.ok("unlock")
    session.ok("unlock", "--vault", other)
    session.ok("lock", "--vault", other)
    assert session.run("agent", "--vault", other).status == 1
    assert session.run("agent").status == 0
    session.ok("unlock", "--vault", other)
    assert session.ok("lock").err == "Locked: 2 vaults.\n"


def test_unlocking_again_starts_the_time_anew(session: Bench) -> None:
    session.ok("unlock", "--for", "5m")
    first, until = pid_of(session), json.loads(session.ok("agent", "--json").out)["until"]
    session.ok("unlock", "--for", "2h")
    assert json.loads(session.ok("agent", "--json").out)["until"] > until
    wait_for_end(first)
    assert session.run("agent").status == 0


@pytest.mark.parametrize("length", ["0m", "30d", "soon", "1y"])
def test_a_time_that_is_none_is_refused(session: Bench, length: str) -> None:
    assert session.run("unlock", "--for", length).status == 2


def test_the_time_comes_from_the_settings(session: Bench) -> None:
    settings(session, '{"unlock_for": 7200}')
    session.ok("unlock")
    longer = json.loads(session.ok("agent", "--json").out)["until"]
    settings(session, '{"unlock_for": 60}')
    session.ok("unlock")
    assert json.loads(session.ok("agent", "--json").out)["until"] < longer


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_has_it_forget_and_clean_up(session: Bench, number: int) -> None:
    session.ok("unlock")
    pid = pid_of(session)
    os.kill(pid, number)
    wait_for_end(pid)
    assert agent_addresses(Path(session.environ["XDG_RUNTIME_DIR"]) / "keyfob") == []


def test_one_that_was_killed_is_replaced(session: Bench) -> None:
    session.ok("unlock")
    pid = pid_of(session)
    os.kill(pid, signal.SIGKILL)
    wait_for_end(pid)
    assert len(agent_addresses(Path(session.environ["XDG_RUNTIME_DIR"]) / "keyfob")) == 1
    assert session.run("agent").status == 1
    assert session.ok("list").status == 0  # with the password
    session.ok("unlock")
    assert session.run("agent").status == 0


def test_a_new_password_locks(session: Bench) -> None:
    session.ok("unlock")
    pid = pid_of(session)
    session.vault().change_password("another made-up one", cost=CHEAPEST)
    forget_password(session)
    assert session.run("list").status == 3
    wait_for_end(pid)


def test_ten_at_once(session: Bench) -> None:
    session.ok("unlock")
    forget_password(session)
    with ThreadPoolExecutor(10) as pool:
        done = list(pool.map(lambda _: session.run("show", "ci", "--reveal"), range(10)))
    assert [run.out for run in done] == [V4 + "\n"] * 10


def test_an_agent_that_cannot_be_used_is_a_note_and_the_password_is_taken(session: Bench) -> None:
    session.ok("unlock")
    directory = Path(session.environ["XDG_RUNTIME_DIR"]) / "keyfob"
    (address,) = agent_addresses(directory)
    if os.geteuid() != 0:
        pytest.skip("only root can give a socket away")
    os.chown(address, 65534, -1)
    done = session.ok("list")
    assert "belongs to another user" in done.err
    assert "ci" in done.out
    os.chown(address, 0, -1)


def test_where_no_socket_can_be_it_says_so(session: Bench) -> None:
    kept = session.environ["XDG_RUNTIME_DIR"]
    long = session.home / ("x" * 100)
    long.mkdir(mode=0o700)
    session.environ["XDG_RUNTIME_DIR"] = str(long)
    done = session.run("unlock")
    session.environ["XDG_RUNTIME_DIR"] = kept
    assert done.status == 6
    assert "is the most it may have" in done.err
    assert "XDG_RUNTIME_DIR" in done.err


class TestOnDemand:
    def test_a_typed_password_unlocks_if_the_user_wants_that(self, session: Bench) -> None:
        settings(session, '{"agent": "on"}')
        forget_password(session)
        done = session.ok("list", answers=[PASSWORD])
        assert "is unlocked until" in done.err
        assert "ci" in session.ok("list").out

    def test_not_unless_it_is_wanted(self, session: Bench) -> None:
        forget_password(session)
        session.ok("list", answers=[PASSWORD])
        assert session.run("list").status == 3

    def test_a_wrong_one_is_asked_for_again(self, session: Bench) -> None:
        settings(session, '{"agent": "on"}')
        forget_password(session)
        assert session.run("list", answers=["a", "b", "c"]).status == 3
        assert session.run("agent").status == 1
        session.ok("list", answers=["a", PASSWORD])


class TestTheAgentNamedByTheEnvironment:
    def test_it_is_the_only_one_asked(self, session: Bench) -> None:
        from vault.agent.server import lend

        vault = session.vault()
        session.feed("other")
        vault.refresh()
        with runtime() as directory:
            only = frozenset({vault.find("ci").id})
            session.environ["KEYFOB_AGENT"] = str(directory / "a")
            with lend(vault, directory / "a", only=only):
                assert "other" not in session.ok("list").out
                assert session.ok("show", "ci", "--reveal").out == V4 + "\n"
            done = session.run("list")
            assert done.status == 3
            assert "KEYFOB_AGENT" in done.err
            del session.environ["KEYFOB_AGENT"]


class TestTheRealProgram:
    """In a pseudo-terminal, as a person would use it."""

    def test_it_survives_its_terminal_and_shows_nothing_of_itself(self, session: Bench) -> None:
        variables = {
            "KEYFOB_VAULT": str(session.path),
            "XDG_RUNTIME_DIR": session.environ["XDG_RUNTIME_DIR"],
        }
        with Terminal(
            (*KEYFOB, "unlock", "--for", "10m"), home=session.home, variables=variables
        ) as terminal:
            terminal.wait_for("Password of")
            terminal.send(PASSWORD + "\r")
            terminal.wait_for("is unlocked until")
            assert terminal.wait_for_end() == 0
        forget_password(session)
        pid = pid_of(session)
        assert session.ok("show", "ci", "--reveal").out == V4 + "\n"
        vault_key = unlock(session.path.read_bytes(), PASSWORD).reveal_bytes()
        hidden = [V4.encode(), PASSWORD.encode(), vault_key, vault_key.hex().encode()]
        found = [Path(f"/proc/{pid}/{name}").read_bytes() for name in ("cmdline", "environ")]
        found += [path.read_bytes() for path in session.home.rglob("*") if path.is_file()]
        assert found[0]
        password_file = session.password_file.read_bytes()
        for data in found:
            assert data == password_file or not any(text in data for text in hidden)

    def test_it_belongs_to_no_terminal_and_holds_nothing_open(self, session: Bench) -> None:
        session.ok("unlock")
        pid = pid_of(session)
        process = Path(f"/proc/{pid}")
        if not process.exists():
            pytest.skip("needs /proc")
        fields = (process / "stat").read_text().rpartition(")")[2].split()
        session_id, terminal = fields[3:5]
        assert (session_id, terminal) == (str(pid), "0")
        assert process.stat().st_uid == 0  # what may not be traced belongs to root, its memory too
        opened = {(process / "fd" / str(number)).readlink() for number in range(3)}
        assert opened == {Path("/dev/null")}
        assert (process / "cwd").readlink() == Path("/")

    def test_with_an_agent_no_cryptography_is_loaded(self, session: Bench) -> None:
        session.ok("unlock")
        forget_password(session)
        probe = (
            "import sys; from vault.cli import main; status = main(['show', 'ci', '--reveal']);"
            "heavy = {'cryptography', 'textual', 'rich', 'pyperclip', 'zxcvbn', 'keyring'};"
            "print(status, sorted(heavy & set(sys.modules)))"
        )
        environ = {**os.environ, **session.environ}
        done = subprocess.run(
            [sys.executable, "-c", probe], env=environ, capture_output=True, text=True, check=True
        )
        assert done.stdout == f"{V4}\n0 []\n"
