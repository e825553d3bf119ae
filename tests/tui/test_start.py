"""The start: nothing typed early is shown or lost, and no variable makes Textual tell tales."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from tests.terminal import KEYFOB, Terminal
from tui.__main__ import main
from tui.start import build_app, scrub_environment
from vault import FileStore, Vault
from vault.errors import ValueRefusedError
from vault.sealing.kdf import CHEAPEST

PASSWORD = "typed long before anyone is ready"

terminal = pytest.mark.terminal


@pytest.fixture
def vault_file(tmp_path: Path) -> Path:
    path = tmp_path / "keys.keyfob"
    Vault.create(FileStore(path), PASSWORD, cost=CHEAPEST)
    return path


@terminal
def test_a_password_typed_during_the_start_is_neither_lost_nor_echoed(
    tmp_path: Path, vault_file: Path
) -> None:
    # A first line on the terminal tells when keyfob itself runs; Python's own start is before it.
    probe = (
        "import os, sys, tui.start as start; real = start.build_app\n"
        "def build(arguments):\n"
        "    os.write(1, b'SILENT\\n'); return real(arguments)\n"
        "start.build_app = build; sys.exit(start.run_app(sys.argv[1:]))"
    )
    command = (sys.executable, "-c", probe, "--vault", str(vault_file))
    with Terminal(command, home=tmp_path) as screen:
        screen.wait_for("SILENT")
        screen.send(PASSWORD + "\r")
        screen.wait_for("No keys yet")
        assert PASSWORD.encode() not in screen.raw
        screen.send("q")
        assert screen.wait_for_end() == 0


@terminal
def test_textual_variables_write_no_log_and_load_no_module(
    tmp_path: Path, vault_file: Path
) -> None:
    log = tmp_path / "keys.log"
    command = (*KEYFOB, "--vault", str(vault_file))
    variables = {
        "TEXTUAL": "debug,devtools",
        "TEXTUAL_LOG": str(log),
        "TEXTUAL_DRIVER": "no.such:Driver",
        "TEXTUAL_SCREENSHOT": "1",
        "TEXTUAL_PRESS": "q",
    }
    with Terminal(command, home=tmp_path, variables=variables) as screen:
        screen.wait_for("Password")
        screen.send(PASSWORD + "\r")
        screen.wait_for("No keys yet")
        screen.send("q")
        assert screen.wait_for_end() == 0
    assert not log.exists()
    assert not list(tmp_path.glob("**/*.svg"))


def test_only_harmless_variables_of_textual_stay() -> None:
    environ = {
        "TEXTUAL_LOG": "x",
        "TEXTUAL": "debug",
        "TEXTUAL_ANIMATIONS": "none",
        "TEXTUALISH": "1",
        "HOME": "/",
    }
    scrub_environment(environ)
    assert environ == {"TEXTUAL_ANIMATIONS": "none", "HOME": "/"}
    environ = {"TEXTUAL_ANIMATIONS": "x; rm"}
    scrub_environment(environ)
    assert not environ


@terminal
def test_the_terminal_is_itself_again_afterwards(tmp_path: Path, vault_file: Path) -> None:
    shell = ("sh", "-c", f"{' '.join(KEYFOB)} --vault {vault_file}; stty -a; echo END")
    with Terminal(shell, home=tmp_path) as screen:
        screen.wait_for("Password")
        screen.send("\x11")
        text = screen.wait_for("END")
        assert " echo " in text
        assert " icanon " in text
        assert " icrnl " in text


def test_without_a_terminal_it_says_so_and_names_the_verbs(tmp_path: Path) -> None:
    done = subprocess.run(
        [*KEYFOB],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "HOME": str(tmp_path)},
    )
    assert done.returncode == 2
    assert "needs a terminal" in done.stderr
    assert "keyfob --help" in done.stderr
    assert not done.stdout


@pytest.mark.parametrize("arguments", [["check"], ["--version"], ["--vault", "x", "check"]])
def test_a_verb_does_not_load_the_app(arguments: list[str], tmp_path: Path) -> None:
    code = (
        "import sys; from tui.__main__ import main\n"
        f"try: main({[*arguments]!r})\n"
        "except SystemExit: pass\n"
        "print([name for name in sys.modules if name.split('.')[0] in"
        " ('textual', 'rich', 'cryptography', 'pyperclip')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "KEYFOB_VAULT": str(tmp_path / "none")},
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_app_is_only_for_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--demo"]) == 2
    assert "terminal" in capsys.readouterr().err


@terminal
def test_sigterm_gives_the_terminal_back_as_it_was(tmp_path: Path, vault_file: Path) -> None:
    with Terminal((*KEYFOB, "--vault", str(vault_file)), home=tmp_path) as screen:
        screen.wait_for("Password")
        screen.send(PASSWORD + "\r")
        screen.wait_for("No keys yet")
        os.kill(screen.pid, signal.SIGTERM)
        assert screen.wait_for_end() == 128 + signal.SIGTERM
        assert screen.raw.rindex(b"\x1b[?1049l") > screen.raw.rindex(b"\x1b[?1049h")
        assert termios.tcgetattr(screen.descriptor)[3] & termios.ECHO


@terminal
@pytest.mark.parametrize("ignored", [signal.SIGUSR1, signal.SIGHUP])
def test_it_ends_with_its_terminal_even_under_nohup(
    tmp_path: Path, vault_file: Path, ignored: signal.Signals
) -> None:
    code = (
        f"import signal, sys; signal.signal({ignored.value}, signal.SIG_IGN)\n"
        "from tui.__main__ import main; sys.exit(main(sys.argv[1:]))"
    )
    command = (sys.executable, "-c", code, "--vault", str(vault_file))
    screen = Terminal(command, home=tmp_path)
    screen.wait_for("Password")
    os.close(screen.descriptor)
    end = time.monotonic() + 20
    while not (ended := os.waitpid(screen.pid, os.WNOHANG))[0]:
        assert time.monotonic() < end, "it goes on without a terminal"
        time.sleep(0.02)
    assert os.waitstatus_to_exitcode(ended[1]) in {129, -signal.SIGHUP}


@terminal
def test_bytes_that_are_no_text_do_not_end_the_app(tmp_path: Path, vault_file: Path) -> None:
    with Terminal((*KEYFOB, "--vault", str(vault_file)), home=tmp_path) as screen:
        screen.wait_for("Password")
        os.write(screen.descriptor, b"caf\xe9\xff\r")
        screen.wait_for("does not open this vault")
        screen.send(PASSWORD + "\r")
        screen.wait_for("No keys yet")


@terminal
def test_a_directory_that_is_gone_is_no_obstacle(tmp_path: Path, vault_file: Path) -> None:
    leave = "import os, sys; os.mkdir('gone'); os.chdir('gone'); os.rmdir('../gone')\n"
    start = "from tui.__main__ import main; sys.exit(main(sys.argv[1:]))"
    command = (sys.executable, "-c", leave + start, "--vault", str(vault_file))
    with Terminal(command, home=tmp_path) as screen:
        screen.wait_for("Password")
        screen.send(PASSWORD + "\r")
        screen.wait_for("No keys yet")


@pytest.mark.parametrize("arguments", [["--vault"], ["--vault="], ["--vault", " "]])
def test_an_empty_path_is_not_the_default_vault(arguments: list[str]) -> None:
    with pytest.raises(ValueRefusedError, match="--vault is empty"):
        build_app(arguments)


def test_a_closed_stdin_is_no_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert main([]) == 2
    assert "needs a terminal" in capsys.readouterr().err


def test_ctrl_c_during_the_start_prints_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_arguments: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("tui.start.run_app", interrupted)
    assert main([]) == 130


def test_a_terminal_that_cannot_draw_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    assert main([]) == 2
    assert "TERM=dumb" in capsys.readouterr().err
