"""The real program in a real terminal: prompts, echo, ctrl+c."""

from __future__ import annotations

import os
import signal
import sys
import termios
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.terminal import Terminal
from tests.vault.cli.bench import NUGET, PASSWORD, V4
from vault import Draft, Glob, Grant, Lifetime, Secret
from vault.errors import WrongPasswordError
from vault.sealing.kdf import CHEAPEST
from vault.store.file import FileStore
from vault.vault import Vault

pytestmark = pytest.mark.terminal


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A cheap vault, where the real program finds it."""
    path = tmp_path / "data" / "keyfob" / "keys.keyfob"
    Vault.create(FileStore(path), PASSWORD, cost=CHEAPEST)
    return path


@pytest.fixture
def password_file(tmp_path: Path) -> str:
    """The password in a file that others can read."""
    file = tmp_path / "password"
    file.write_text(PASSWORD)
    file.chmod(0o644)
    return str(file)


def add_key(path: Path) -> None:
    grants = (Grant("push", Glob("A")),)
    draft = Draft("ci", "own-feed", "contoso", grants, Lifetime(datetime.now(UTC), None))
    Vault.open(FileStore(path), PASSWORD).add(draft, Secret("made-up-secret-of-a-feed"))


def start(home: Path, *argv: str) -> Terminal:
    command = [sys.executable, "-m", "vault.cli", *argv]
    return Terminal(command, home=home)


def test_init_asks_twice_without_echo_and_shows_the_code(tmp_path: Path) -> None:
    with start(tmp_path, "init") as terminal:
        for prompt in ("Password for the new vault:", "The same again:"):
            terminal.wait_for(prompt)
            terminal.send(PASSWORD + "\n")
        terminal.wait_for("RECOVERY CODE", 60)
        assert terminal.wait_for_end() == 0
        assert PASSWORD.encode() not in terminal.raw
        assert "Strength: " in terminal.text
    assert (tmp_path / "data" / "keyfob" / "keys.keyfob").exists()


def test_a_wrong_password_is_told_and_asked_again(tmp_path: Path, path: Path) -> None:
    with start(tmp_path, "list") as terminal:
        terminal.wait_for("Password of")
        terminal.send("wrong\n")
        terminal.wait_for("Password of", times=2)
        assert "keyfob: " in terminal.text
        terminal.send(PASSWORD + "\n")
        assert terminal.wait_for_end() == 0
        assert "The vault is empty" in terminal.text
        assert b"wrong\r\n" not in terminal.raw
    assert path.exists()


def test_what_is_typed_ahead_of_a_hidden_prompt_is_neither_shown_nor_lost(
    tmp_path: Path, path: Path
) -> None:
    with start(tmp_path, "list") as terminal:
        terminal.wait_for("Password of")
        terminal.send("wrong\n" + PASSWORD + "\n")
        assert terminal.wait_for_end() == 0
        assert "The vault is empty" in terminal.text
        assert PASSWORD.encode() not in terminal.raw
    assert path.exists()


def test_afterwards_the_terminal_shows_typing_again_and_holds_no_rest_of_a_paste(
    tmp_path: Path, path: Path
) -> None:
    words = " ".join(["-m vault.cli new ci", *NUGET, "--glob A"])
    script = f'"{sys.executable}" {words}; stty -a; echo ready; head -n 1'
    with Terminal(["/bin/sh", "-c", script], home=tmp_path) as terminal:
        terminal.wait_for("Password of")
        terminal.send(PASSWORD + "\n")
        terminal.wait_for("Secret of ci")
        terminal.send(f"{V4}\nrest of a paste\n")
        terminal.wait_for("ready")
        terminal.send("what follows\n")
        assert terminal.wait_for_end() == 0
        assert " echo " in terminal.text
        assert terminal.text.count("what follows") == 2
        assert b"rest of a paste" not in terminal.raw
    assert path.exists()


def test_a_password_stays_hidden_after_ctrl_z_and_fg(tmp_path: Path, path: Path) -> None:
    with start(tmp_path, "list") as terminal:
        terminal.wait_for("Password of")
        os.kill(terminal.pid, signal.SIGSTOP)
        os.waitpid(terminal.pid, os.WUNTRACED)
        shown = termios.tcgetattr(terminal.descriptor)
        shown[3] |= termios.ECHO  # as a shell does when a job stops
        termios.tcsetattr(terminal.descriptor, termios.TCSANOW, shown)
        os.kill(terminal.pid, signal.SIGCONT)
        terminal.wait_for("Password of", times=2)
        terminal.send(PASSWORD + "\n")
        assert terminal.wait_for_end() == 0
        assert "The vault is empty" in terminal.text
        assert PASSWORD.encode() not in terminal.raw
    assert path.exists()


def test_what_is_typed_into_a_client_shows_again(tmp_path: Path, path: Path) -> None:
    add_key(path)
    with start(tmp_path, "run", "--key", "ci", "--env", "X", "--", "stty", "-a") as terminal:
        terminal.wait_for("Password of")
        terminal.send(PASSWORD + "\n")
        assert terminal.wait_for_end() == 0
        assert " echo " in terminal.text


def test_ctrl_c_at_a_question_leaves_the_shell_a_line_of_its_own(
    tmp_path: Path, path: Path, password_file: str
) -> None:
    add_key(path)
    with start(tmp_path, "remove", "ci", "--password-file", password_file) as terminal:
        terminal.wait_for("Type ci to remove it")
        terminal.send("\x03")
        assert terminal.wait_for_end() == 130
        assert terminal.raw.endswith(b"^C\r\n")


def test_a_pasted_secret_does_not_show(tmp_path: Path, path: Path) -> None:
    with start(tmp_path, "new", "ci", *NUGET, "--glob", "Contoso.*") as terminal:
        terminal.wait_for("Password of")
        terminal.send(PASSWORD + "\n")
        terminal.wait_for("Secret of ci")
        terminal.send(V4 + "\n")
        assert terminal.wait_for_end() == 0
        assert V4.encode() not in terminal.raw
    vault = Vault.open(FileStore(path), PASSWORD)
    with vault.secret(vault.find("ci").id) as secret:
        assert secret.reveal() == V4


def test_remove_asks_for_the_name_in_sight(tmp_path: Path, path: Path, password_file: str) -> None:
    given = ("--password-file", password_file)
    with start(tmp_path, "new", "ci", *NUGET, "--glob", "A", *given) as terminal:
        terminal.wait_for("Secret of ci")
        terminal.send(V4 + "\n")
        assert terminal.wait_for_end() == 0
    with start(tmp_path, "remove", "ci", *given) as terminal:
        terminal.wait_for("Type ci to remove it")
        terminal.send("ci\n")
        assert terminal.wait_for_end() == 0
        assert "Removed ci." in terminal.text
    assert Vault.open(FileStore(path), PASSWORD).keys == []


def test_the_password_is_changed_and_no_word_of_it_echoed(tmp_path: Path, path: Path) -> None:
    new = "br\u00fcder \U0001f511 over the harbour"
    with start(tmp_path, "password") as terminal:
        for prompt, text in (
            ("Password of", PASSWORD),
            ("New password:", new),
            ("The same again:", new),
        ):
            terminal.wait_for(prompt)
            terminal.send(text + "\n")
        terminal.wait_for("Changed the password", 60)
        assert terminal.wait_for_end() == 0
        assert PASSWORD.encode() not in terminal.raw
        assert new.encode() not in terminal.raw
    assert Vault.open(FileStore(path), new).opened_with == "password"
    [backup] = FileStore(path).backups()
    for file in (path, backup):
        with pytest.raises(WrongPasswordError):
            Vault.open(FileStore(file), PASSWORD)


def test_ctrl_c_at_a_prompt_ends_quietly(tmp_path: Path, path: Path) -> None:
    with start(tmp_path, "list") as terminal:
        terminal.wait_for("Password of")
        terminal.send("half a pass\x03")
        assert terminal.wait_for_end() == 130
        assert "Traceback" not in terminal.text
        assert "half" not in terminal.text
    assert path.exists()


def test_the_end_of_input_is_no_password(tmp_path: Path, path: Path) -> None:
    with start(tmp_path, "list") as terminal:
        terminal.wait_for("Password of")
        terminal.send("\x04")
        assert terminal.wait_for_end() == 3
        assert "Nothing was typed." in terminal.text
    assert path.exists()


def test_a_pipe_on_stdin_leaves_the_terminal_for_the_prompt(tmp_path: Path, path: Path) -> None:
    words = f"-m vault.cli new ci {' '.join(NUGET)} --glob A --secret-stdin"
    script = f'echo {V4} | "{sys.executable}" {words}'
    with Terminal(["/bin/sh", "-c", script], home=tmp_path) as terminal:
        terminal.wait_for("Password of")
        terminal.send(PASSWORD + "\n")
        assert terminal.wait_for_end() == 0
        assert V4.encode() not in terminal.raw
    assert [key.name for key in Vault.open(FileStore(path), PASSWORD).keys] == ["ci"]


def test_a_list_on_a_terminal_is_coloured(tmp_path: Path, path: Path, password_file: str) -> None:
    given = ("--password-file", password_file)
    with start(tmp_path, "new", "ci", *NUGET, "--glob", "A", *given) as terminal:
        terminal.wait_for("Secret of ci")
        terminal.send(V4 + "\n")
        assert terminal.wait_for_end() == 0
    with start(tmp_path, "list", *given) as terminal:
        assert terminal.wait_for_end() == 0
        assert b"\x1b[32m" in terminal.raw
        assert "can be read by others" in terminal.text
    assert path.exists()
