"""The snippets of docs/prompts.md, and the README's, in the programs they are for."""

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

DOCUMENT = (Path(__file__).parents[3] / "docs" / "prompts.md").read_text(encoding="utf-8")
SNIPPETS = dict(re.findall(r"^## (\w+),.*?^```\w+\n(.*?)^```", DOCUMENT, re.DOTALL | re.MULTILINE))


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
    script = f"PS1='> '\n{SNIPPETS['bash']}\nfalse\nprintf '%s' \"${{PS1@P}}$?\""
    assert ran(["bash", "--norc", "-c", script], environ) == "🔑1 > 1"


def test_bash_shows_nothing_when_nothing_is_due(environ: dict[str, str]) -> None:
    environ["KEYFOB_VAULT"] = str(Path(environ["HOME"]) / "none")
    script = f"PS1='> '\n{SNIPPETS['bash']}\nprintf '%s' \"${{PS1@P}}\""
    assert ran(["bash", "--norc", "-c", script], environ) == "> "


def test_zsh_shows_it(environ: dict[str, str]) -> None:
    script = f"PROMPT='> '\n{SNIPPETS['zsh']}\nfalse\nprint -Pn -- $PROMPT"
    assert ran(["zsh", "-f", "-c", script], environ) == "🔑1 > "


def test_fish_shows_it(environ: dict[str, str]) -> None:
    script = f"{SNIPPETS['fish']}\nfish_right_prompt; or true"
    assert ran(["fish", "--no-config", "-c", script], environ).strip() == "🔑1"


def test_starship_reads_its_table(environ: dict[str, str]) -> None:
    module = tomllib.loads(SNIPPETS["starship"])["custom"]["keyfob"]
    assert ran(["sh", "-c", module["command"]], environ).strip() == "🔑1"


def test_tmux_takes_its_lines(environ: dict[str, str], tmp_path: Path) -> None:
    config = tmp_path / "tmux.conf"
    config.write_text(SNIPPETS["tmux"])
    server = ["tmux", "-S", str(tmp_path / "s"), "-f", str(config)]
    try:
        told = ran([*server, "new-session", "-d", ";", "show", "-gv", "status-right"], environ)
    finally:
        subprocess.run([*server, "kill-server"], env=environ, capture_output=True, check=False)
    assert told.strip() == SNIPPETS["tmux"].splitlines()[0].split("'")[1]


def test_the_readme_has_the_same_for_bash() -> None:
    readme = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    indented = "".join(f"    {line}\n" for line in SNIPPETS["bash"].splitlines())
    assert indented in readme


def test_there_is_one_for_each_program() -> None:
    assert set(SNIPPETS) == {"bash", "zsh", "fish", "starship", "tmux"}
