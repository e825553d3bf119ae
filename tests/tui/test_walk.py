"""The whole story, with the real program in a real terminal: from a NuGet.Config to a backup.

Two keys that lie in a file are taken in, one falls due and is rotated through every place it is
installed at, and calendar and backup are read by programs that are not keyfob.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.tmux import Tmux
from tests.tui.driving import OTHER_V4, V4
from tests.vault.reminders.reading import events_of
from tui.screens.add_place import KIND_WORDS

PROGRAMS = Path(sys.executable).parent
MISSING = [
    name
    for name in ("tmux", "age", "age-keygen", "keyfob")
    if shutil.which(name) is None and shutil.which(name, path=PROGRAMS) is None
]

pytestmark = [
    pytest.mark.terminal,
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}"),
]

PASSWORD = "brass lantern over the harbour"
NEW = "oy2" + "n5m2c" * 8 + "ghi"
PROMPT = "here>"
CONFIG = f"""<?xml version="1.0" encoding="utf-8"?>
<configuration>
  <packageSources>
    <add key="nuget.org" value="https://api.nuget.org/v3/index.json" />
  </packageSources>
  <apikeys>
    <add key="https://www.nuget.org" value="{V4}" />
    <add key="https://api.nuget.org/v3/index.json" value="{OTHER_V4}" />
  </apikeys>
</configuration>
"""
CI = """#!/bin/sh
# What a CI's own program does: it keeps the secret that comes on its standard input.
cat >"$HOME/ci/$1" && echo "Set $1."
"""
TO_FILE = """sh -c 'umask 077; cat > "$HOME/feed.key"'"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a NuGet.Config, and the program of a CI."""
    for name in ("bin", "ci"):
        (tmp_path / name).mkdir()
    program = tmp_path / "bin" / "ci-set"
    program.write_text(CI)
    program.chmod(0o755)
    config = tmp_path / ".nuget" / "NuGet" / "NuGet.Config"
    config.parent.mkdir(parents=True)
    config.write_text(CONFIG)
    return tmp_path


@pytest.fixture
def tmux(home: Path) -> Iterator[Tmux]:
    """A shell in that home, in a terminal of 80 columns and 24 rows."""
    path = f"{home}/bin:{PROGRAMS}:/usr/local/bin:/usr/bin:/bin"
    variables = {"PATH": path, "PS1": f"{PROMPT} ", "LANG": "C.UTF-8", "TZ": "UTC"}
    with closing(Tmux(["sh"], home=home, variables=variables)) as tmux:
        tmux.wait_for(PROMPT)
        yield tmux


def test_from_two_keys_in_a_file_to_a_backup(home: Path, tmux: Tmux) -> None:
    make_a_vault(tmux)
    move_in(tmux, home)
    before = calendar(tmux, home, "before.ics")
    be_told_what_is_due(tmux)

    open_the_app(tmux)
    name_the_places(tmux)
    rotate(tmux)
    install_by_commands(tmux, home)
    leave_the_app(tmux)

    open_the_app(tmux)
    finish_what_was_left(tmux)
    look_at_the_timeline(tmux)
    leave_the_app(tmux)

    after = calendar(tmux, home, "after.ics")
    assert {event["UID"] for event in before.values()} == {event["UID"] for event in after.values()}
    assert after["release"]["UID"] == before["release"]["UID"]
    assert after["release"].decoded("DTSTART") > before["release"].decoded("DTSTART")
    assert after["docs"].decoded("DTSTART") == before["docs"].decoded("DTSTART")
    assert all(after[name]["SEQUENCE"] > before[name]["SEQUENCE"] for name in before)

    assert backup(tmux, home) == {"release": NEW, "docs": OTHER_V4}


def make_a_vault(tmux: Tmux) -> None:
    command(tmux, "keyfob init")
    answer(tmux, "Password for the new vault", PASSWORD)
    answer(tmux, "The same again", PASSWORD)
    assert "RECOVERY CODE" in told(tmux)


def move_in(tmux: Tmux, home: Path) -> None:
    """Take both keys in. They were made so long ago that they end in some days."""
    first, second = (f"{datetime.now(UTC) - timedelta(days=days):%Y-%m-%d}" for days in (27, 24))
    command(tmux, "keyfob import ~/.nuget/NuGet/NuGet.Config")
    answer(tmux, "Password of", PASSWORD)
    for name, scope, glob, made in (
        ("release", "push", "Contoso.*", first),
        ("docs", "push-version", "Contoso.Docs", second),
    ):
        answer(tmux, "Take it in?", "y")
        answer(tmux, "Name", name)
        answer(tmux, "Owner", "contoso")
        answer(tmux, "What it may do", scope)
        answer(tmux, "On which packages", glob)
        answer(tmux, "Made on", made)
        answer(tmux, "Expires", "30d")
    said = told(tmux)
    assert "added as release" in said
    assert "added as docs" in said
    assert (home / ".nuget" / "NuGet" / "NuGet.Config").read_text() == CONFIG


def calendar(tmux: Tmux, home: Path, file: str) -> dict[str, Any]:
    """The events of a new calendar, by the names of their keys."""
    command(tmux, f"keyfob check --ics {file} --names")
    answer(tmux, "Password of", PASSWORD)
    assert "2 events" in told(tmux)
    events = {
        str(event["SUMMARY"]).split()[0]: event for event in events_of((home / file).read_bytes())
    }
    assert events.keys() == {"release", "docs"}
    assert all(event.walk("VALARM") for event in events.values())
    return events


def be_told_what_is_due(tmux: Tmux) -> None:
    """Without the password."""
    command(tmux, 'keyfob check; echo "status $?"')
    said = tmux.wait_for("status 1")
    assert said.index("release") < said.index("docs") < said.index("2 due")


def open_the_app(tmux: Tmux) -> None:
    command(tmux, "keyfob")
    tmux.wait_for("Password, or recovery code")
    tmux.send(PASSWORD, "Enter")
    said = tmux.wait_for("Contoso.*")
    assert "2 keys" in said
    assert "Contoso.Docs" in said


def leave_the_app(tmux: Tmux) -> None:
    back_to_the_list(tmux)
    tmux.press("q")
    tmux.wait_to_be_asked(PROMPT)


def back_to_the_list(tmux: Tmux) -> None:
    tmux.press("Escape")
    tmux.wait_for("n New")


def name_the_places(tmux: Tmux) -> None:
    """A CI and a file with their commands, and somebody."""
    tmux.wait_for("2 due")
    tmux.press("i")
    tmux.wait_for("Where release is installed")
    add_place(tmux, "CI secret", KIND_WORDS["ci-secret"], "ci-set NUGET_KEY")
    add_place(tmux, "laptop", KIND_WORDS["file"], TO_FILE)
    add_place(tmux, "Ada", KIND_WORDS["person"])
    tmux.wait_for("3 of 3 places are left to do.")
    back_to_the_list(tmux)


def add_place(tmux: Tmux, where: str, kind: str, program: str = "") -> None:
    """A person looks where the cursor is before typing on."""
    tmux.press("a")
    tmux.wait_for("What do you call it?")
    tmux.send(where, "Tab")
    for words in KIND_WORDS.values():
        tmux.wait_for(f"▌ {words}")
        if words == kind:
            break
        tmux.press("Down")
    tmux.press("Tab")
    tmux.wait_for(f"▎ {kind}")
    tmux.send(program, "Enter")
    tmux.wait_for(f"{where} is one of its places.")


def rotate(tmux: Tmux) -> None:
    """The registry's page gave a new value; it is pasted."""
    tmux.press("r")
    tmux.wait_for("Rotate release")
    tmux.paste(NEW)
    tmux.wait_for("This is a nuget.org key (v4).")
    tmux.press("Enter")
    tmux.wait_for("! not there yet: $ ci-set NUGET_KEY")


def install_by_commands(tmux: Tmux, home: Path) -> None:
    """Each place gets exactly the new secret, without a line end, and the cursor goes on."""
    for where, file in (("CI secret", home / "ci" / "NUGET_KEY"), ("laptop", home / "feed.key")):
        tmux.press("Enter")
        tmux.wait_for(f"Install at {where}?")
        tmux.press("Enter")
        tmux.wait_for(f"{where}: It ended well.")
        assert file.read_bytes() == NEW.encode()
    tmux.wait_for("1 of 3 places is left to do.")


def finish_what_was_left(tmux: Tmux) -> None:
    """At the next start the cursor is on what is half done, and Ada is told by hand."""
    tmux.wait_for("Not everywhere yet: release.")
    tmux.wait_for("at 2 of 3 places")
    tmux.press("i")
    tmux.wait_for("! not there yet: install it by hand, then enter")
    tmux.press("Enter")
    tmux.wait_for("Ada has the present secret.")
    tmux.wait_for("Every place is done.")
    back_to_the_list(tmux)
    tmux.wait_for("installed at 3 places")


def look_at_the_timeline(tmux: Tmux) -> None:
    tmux.press("v")
    said = tmux.wait_for("What falls due in the next 30 days")
    assert said.index("docs") < said.index("release")
    assert "in 30 days" in said


def backup(tmux: Tmux, home: Path) -> dict[str, str]:
    """The secrets in a backup for age, opened by age itself, by the names of their keys."""
    command(
        tmux,
        "age-keygen -o id.txt 2>/dev/null; keyfob export keys.age --age $(age-keygen -y id.txt)",
    )
    answer(tmux, "Password of", PASSWORD)
    assert "Open it with: age -d" in told(tmux)
    assert NEW.encode() not in (home / "keys.age").read_bytes()
    opened = subprocess.run(
        ["age", "-d", "-i", home / "id.txt", home / "keys.age"], capture_output=True, check=True
    )
    return {key["name"]: key["secret"] for key in json.loads(opened.stdout)["keys"]}


def command(tmux: Tmux, text: str) -> None:
    """Type a command into a shell that is ready, on an empty window."""
    tmux.wait_to_be_asked(PROMPT)
    tmux.send(f"clear; {text}", "Enter")


def answer(tmux: Tmux, asked: str, text: str) -> None:
    tmux.wait_to_be_asked(asked)
    tmux.send(text, "Enter")


def told(tmux: Tmux) -> str:
    """What a command said until it ended, on one line: where that breaks depends on paths."""
    return " ".join(tmux.wait_to_be_asked(PROMPT).split())
