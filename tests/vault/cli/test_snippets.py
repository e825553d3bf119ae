"""The snippets the README gives for prompts and status lines, in the programs they are for."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.vault.cli.bench import Bench

BASH = r"""
_keyfob() {
  local status=$? due
  due=$(keyfob check --format prompt 2>/dev/null)
  printf '%s' "${due:+$due }"
  return $status
}
PS1='$(_keyfob)'$PS1
"""

ZSH = r"""
setopt prompt_subst
_keyfob() {
  local code=$? due
  due=$(keyfob check --format prompt 2>/dev/null)
  print -rn -- "${due:+$due }"
  return $code
}
PROMPT='$(_keyfob)'$PROMPT
"""

FISH = r"""
function fish_right_prompt
    keyfob check --format prompt 2>/dev/null
end
"""

STARSHIP = """
[custom.keyfob]
command = "keyfob check --format prompt || true"
when = true
format = "[$output]($style) "
style = "yellow"
"""

TMUX = """
set -g status-right '#(keyfob check --format prompt 2>/dev/null) %H:%M'
set -g status-interval 60
"""

SNIPPETS = {"bash": BASH, "zsh": ZSH, "fish": FISH, "starship": STARSHIP, "tmux": TMUX}


@pytest.fixture
def environ(bench: Bench) -> dict[str, str]:
    """A machine on which `keyfob` is on the PATH, with one key due."""
    bench.feed("soon", "--expires", "1d")
    programs = bench.home / "bin"
    programs.mkdir()
    program = programs / "keyfob"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m vault.cli "$@" --within 36500d\n')
    program.chmod(0o755)
    return {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "HOME": str(bench.home),
        "KEYFOB_VAULT": str(bench.path),
        "XDG_STATE_HOME": str(bench.home / "xdg"),
        "PYTHONPATH": str(Path(__file__).parents[3]),
        "LANG": "C.UTF-8",
        "TERM": "xterm",
    }


def ran(command: list[str], environ: dict[str, str], text: str = "") -> str:
    if shutil.which(command[0]) is None:
        pytest.skip(f"needs {command[0]}")
    done = subprocess.run(
        command, env=environ, input=text, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize("name", SNIPPETS)
def test_the_command_of_each_snippet_is_one_of_keyfob(bench: Bench, name: str) -> None:
    [command] = re.findall(r"keyfob (check [^|)\n\"]*?)(?: \|\||\)| 2>|\n|\")", SNIPPETS[name])
    assert bench.run(*shlex.split(command)).status == 0


def test_bash_shows_it_and_keeps_the_status(environ: dict[str, str]) -> None:
    script = f"PS1='> '\n{BASH}\nfalse\nprintf '%s' \"${{PS1@P}}$?\""
    assert ran(["bash", "--norc", "-c", script], environ) == "🔑1 > 1"


def test_bash_shows_nothing_when_nothing_is_due(environ: dict[str, str]) -> None:
    environ["KEYFOB_VAULT"] = str(Path(environ["HOME"]) / "none")
    script = f"PS1='> '\n{BASH}\nprintf '%s' \"${{PS1@P}}\""
    assert ran(["bash", "--norc", "-c", script], environ) == "> "


def test_zsh_shows_it(environ: dict[str, str]) -> None:
    script = f"PROMPT='> '\n{ZSH}\nfalse\nprint -Pn -- $PROMPT"
    assert ran(["zsh", "-f", "-c", script], environ) == "🔑1 > "


def test_fish_shows_it(environ: dict[str, str]) -> None:
    script = f"{FISH}\nfish_right_prompt; or true"
    assert ran(["fish", "--no-config", "-c", script], environ).strip() == "🔑1"


def test_starship_reads_its_table(environ: dict[str, str]) -> None:
    module = tomllib.loads(STARSHIP)["custom"]["keyfob"]
    assert ran(["sh", "-c", module["command"]], environ).strip() == "🔑1"


def test_tmux_takes_its_lines(environ: dict[str, str], tmp_path: Path) -> None:
    config = tmp_path / "tmux.conf"
    config.write_text(TMUX)
    server = ["tmux", "-S", str(tmp_path / "s"), "-f", str(config)]
    try:
        told = ran([*server, "new-session", "-d", ";", "show", "-gv", "status-right"], environ)
    finally:
        subprocess.run([*server, "kill-server"], env=environ, capture_output=True, check=False)
    assert told.strip() == TMUX.splitlines()[1].split("'")[1]
