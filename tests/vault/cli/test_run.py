"""`keyfob run` as a process of its own, with programs in the place of clients.

All of it twice: with a password, and where an agent makes the command ready.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.terminal import Terminal
from tests.vault.cli.machine import PASSWORD, PUSH, SECRET, Machine
from tests.vault.clients.making import nupkg, wheel

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the clients are shell scripts")


def test_the_client_gets_the_key_and_no_password(machine: Machine) -> None:
    machine.client("dotnet", "env > got; cat; exit 42")
    ran = machine.run(*PUSH, stdin="from stdin\n")
    assert (ran.status, ran.out) == (42, "from stdin\n")
    got = (machine.work / "got").read_text()
    assert f"NUGET_API_KEY={SECRET}\n" in got
    assert "KEYFOB_PASSWORD" not in got
    assert SECRET not in ran.out + ran.err
    assert ran.err == "keyfob: nuget.org key ci.\n"
    assert ran.quick == machine.agent
    assert machine.comes_to_be_used("ci")


def test_nothing_is_left_behind(machine: Machine) -> None:
    machine.run(*PUSH)
    assert machine.rooms() == []


def test_a_dry_run_starts_nothing_and_says_which_key_and_why(machine: Machine) -> None:
    ran = machine.run(*PUSH, options=["--dry-run"])
    assert ran.status == 0
    assert "publish Contoso.Core 1.0.0, from Contoso.Core.1.0.0.nupkg" in ran.out
    assert "ci: push on Contoso.*" in ran.out
    assert SECRET not in ran.out + ran.err
    assert not (machine.work / "got").exists()
    assert not machine.used("ci")


def test_a_package_no_key_covers_starts_nothing(machine: Machine) -> None:
    nupkg(machine.work, "Fabrikam.Core")
    ran = machine.run("dotnet", "nuget", "push", "*.nupkg", "-s", "nuget.org")
    assert ran.status == 1
    assert "Fabrikam.Core" in ran.err
    assert not (machine.work / "got").exists()


@pytest.mark.parametrize("hidden", [".Fabrikam.1.0.0.nupkg", "Fabrikam.1.0.0.NUPKG"])
def test_a_package_that_only_the_client_would_find_is_found(machine: Machine, hidden: str) -> None:
    nupkg(machine.work, "Fabrikam").rename(machine.work / hidden)
    ran = machine.run("dotnet", "nuget", "push", "*.nupkg", "-s", "nuget.org")
    assert ran.status != 0
    assert "Fabrikam" in ran.err
    assert not (machine.work / "got").exists()


def test_a_source_in_the_project_gets_no_key_of_another_registry(machine: Machine) -> None:
    (machine.work / "nuget.config").write_text(
        "<configuration><packageSources>"
        '<add key="nuget.org" value="https://feed.invalid/v3/index.json" />'
        "</packageSources></configuration>"
    )
    ran = machine.run(*PUSH)
    assert ran.status == 2
    assert "No registry keyfob knows is at https://feed.invalid" in ran.err
    named = machine.run(*PUSH, options=["--key", "ci"])
    assert named.status == 2
    assert not (machine.work / "got").exists()


def test_a_mirror_for_downloads_gets_no_key(machine: Machine) -> None:
    machine.key("tool", "*", "pypi")
    machine.client("twine", "touch got")
    wheel(machine.work, "tool")
    config = machine.root / "home" / ".config" / "pip" / "pip.conf"
    config.parent.mkdir(parents=True)
    config.write_text("[global]\nindex-url = https://mirror.invalid/simple\n")
    url = ("--repository-url", "https://mirror.invalid/legacy/")
    ran = machine.run("twine", "upload", *url, "tool-1.0-py3-none-any.whl")
    assert ran.status == 2
    assert "No registry keyfob knows is at https://mirror.invalid" in ran.err
    assert not (machine.work / "got").exists()


@pytest.mark.parametrize(
    ("words", "options", "status", "said"),
    [
        ((), (), 2, "There is no command to run"),
        (("",), (), 2, "There is no command to run"),
        (("mix", "hex.publish"), (), 2, "no variable is named for the key"),
        (("mix", "hex.publish"), ("--env", "HEX_API_KEY"), 2, "Name one with --key"),
        (("true",), ("--env", "X", "--key", "nobody"), 5, "No key is called 'nobody'"),
        (("no-such",), ("--env", "X", "--key", "ci"), 2, "no program 'no-such' on the PATH"),
        (("-x",), ("--env", "X", "--key", "ci"), 2, "no program '-x'"),
        (("true",), ("--env", "LD_PRELOAD", "--key", "ci"), 2, "is no variable for a key"),
        (("dotnet", "nuget", "push", "absent.nupkg"), (), 2, "There is no file absent.nupkg"),
        (("dotnet", "nuget", "push", "broken.nupkg"), (), 2, "broken.nupkg cannot be taken"),
        (("npm", "publish", "./" + "x" * 9000), (), 2, "cannot be looked at: file name too long"),
        (("dotnet", "nuget", "push", "bad\udcff.nupkg"), (), 2, "There is no file bad"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    machine: Machine, words: tuple[str, ...], options: tuple[str, ...], status: int, said: str
) -> None:
    (machine.work / "broken.nupkg").write_bytes(b"PK\x03\x04 not a package")
    ran = machine.run(*words, options=options)
    assert ran.status == status
    assert said in ran.err
    assert "Traceback" not in ran.err
    assert ran.out == ""


def test_a_locked_vault_in_ci_is_one_sentence(locked: Machine) -> None:
    ran = locked.run(*PUSH, environ={"KEYFOB_PASSWORD_FILE": ""})
    assert ran.status == 3
    assert "There is no terminal to ask for the password on" in ran.err
    assert not (locked.work / "got").exists()


def test_a_removed_directory_is_said_to_be(machine: Machine) -> None:
    gone = machine.root / "gone"
    gone.mkdir()
    ran = subprocess.run(
        ["/bin/sh", "-c", 'rmdir "$0"; exec "$@"', str(gone), sys.executable, "-P", "-m", "tui",
         "run", "--key", "ci", "--env", "X", "--", "true"],
        cwd=gone, env=machine.environ, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert "The current directory is gone" in ran.stderr
    assert ran.returncode == 6


def test_a_child_ended_by_a_signal_is_told_as_by_a_shell(machine: Machine) -> None:
    machine.client("dotnet", "kill -9 $$")
    assert machine.run(*PUSH).status == 137


def test_a_refusal_is_explained_and_the_exit_status_stays(machine: Machine) -> None:
    machine.client("dotnet", "echo 'error: 403 (Forbidden)' >&2; exit 1")
    ran = machine.run(*PUSH)
    assert ran.status == 1
    assert "nuget.org refused ci" in ran.err
    assert "Was the key regenerated" in ran.err
    assert ran.quick == machine.agent


def test_a_warning_of_the_end_changes_nothing_where_nobody_is_asked(machine: Machine) -> None:
    machine.client("dotnet", "echo 'warn : Your API key expires in 3 days.'")
    ran = machine.run(*PUSH)
    assert ran.status == 0
    assert "says that ci expires in 3 days" in ran.err
    assert "keyfob edit ci --expires" in ran.err


def test_closed_streams_are_no_matter(machine: Machine) -> None:
    line = f"exec {sys.executable} -m tui run -- {' '.join(PUSH)} <&- >&- 2>&-"
    done = subprocess.run(
        ["/bin/sh", "-c", line], cwd=machine.work, env=machine.environ, timeout=120, check=False
    )
    assert (machine.work / "got").read_text() == f"{SECRET}\n"
    assert done.returncode in {0, 1}  # the client may mind that it cannot write


def at_terminal(machine: Machine, line: str) -> Terminal:
    """A shell in a terminal that runs a command and then says its exit status."""
    script = f"trap : INT; cd {machine.work}; {line}; echo status=$?; stty -a | grep -o ' -*echo '"
    return Terminal(["/bin/sh", "-c", script], home=machine.root, variables=machine.environ)


RUN = f"{sys.executable} -m tui run -- {' '.join(PUSH)}"


def test_ctrl_c_is_the_childs_business(machine: Machine) -> None:
    machine.client("dotnet", "trap 'echo caught; exit 3' INT; echo up; while :; do sleep 1; done")
    with at_terminal(machine, RUN) as terminal:
        terminal.wait_for("up", 60)
        terminal.send("\x03")
        terminal.wait_for("status=3", 60)
        assert "caught" in terminal.text


def test_a_child_may_ask_at_the_terminal(machine: Machine) -> None:
    machine.client("dotnet", "test -t 0 -a -t 1 && read -r answer && echo heard $answer; exit 7")
    with at_terminal(machine, RUN) as terminal:
        terminal.wait_for("nuget.org key ci", 60)
        terminal.send("made-up\n")
        screen = terminal.wait_for("status=7", 60)
        assert "heard made-up" in screen


def test_nothing_but_a_yes_at_the_terminal_changes_when_a_key_ends(machine: Machine) -> None:
    machine.client("dotnet", "echo 'warn : Your API key expires in 3 days.'; exit 9")
    with at_terminal(machine, RUN) as terminal:
        terminal.wait_for("[y/N]", 60)
        terminal.send("\n")
        terminal.wait_for("status=9", 60)
    with at_terminal(machine, RUN) as terminal:
        terminal.wait_for("[y/N]", 60)
        terminal.send("y\n")
        if machine.agent:  # which lends, and changes nothing
            terminal.wait_for("Password of", 60)
            terminal.send(f"{PASSWORD}\n")
        screen = terminal.wait_for("status=9", 60)
        assert "ci expires" in screen


def test_output_to_a_reader_who_leaves_ends_the_client(machine: Machine) -> None:
    machine.client("dotnet", "seq 1 1000000; echo never > got")
    done = subprocess.run(
        ["/bin/sh", "-c", f"{RUN} | head -n 1"],
        cwd=machine.work, env=machine.environ, capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip
    assert done.stdout == "1\n"


def test_a_million_lines_come_through(machine: Machine) -> None:
    machine.client("dotnet", "seq 1 1000000")
    ran = machine.run(*PUSH)
    assert ran.out.count("\n") == 1_000_000


def test_the_modes_of_files_do_not_depend_on_the_umask(machine: Machine) -> None:
    machine.client("dotnet", 'ls -ld "$XDG_RUNTIME_DIR"/keyfob-run-* > got')
    former = os.umask(0)
    try:
        machine.run(*PUSH)
    finally:
        os.umask(former)
    assert (machine.work / "got").read_text().startswith("drwx------")
