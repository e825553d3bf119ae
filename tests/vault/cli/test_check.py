from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.vault.cli.bench import Bench


@pytest.fixture
def full(bench: Bench) -> Bench:
    """Expired, soon, fine, without an end, and revoked; no password to be had any more."""
    bench.now = bench.now.replace(day=2)
    bench.feed("expired", "--expires", "10d")
    bench.feed("soon", "--expires", "29d")
    bench.feed("gone", "--expires", "1d")
    bench.ok("revoke", "gone")
    bench.now = bench.now.replace(day=22)
    bench.feed("never", "--expires", "never")
    bench.feed("fine", "--expires", "30d")
    return bench


@pytest.fixture
def no_password(full: Bench) -> Bench:
    del full.environ["KEYFOB_PASSWORD_FILE"]
    return full


def test_what_is_due_is_named_without_a_password(no_password: Bench) -> None:
    done = no_password.run("check")
    assert done.status == 1
    assert [line.split(maxsplit=3) for line in done.out.splitlines()] == [
        ["✗", "expired", "expired", "own-feed  2026-11-12, 10 days ago"],
        ["!", "soon", "soon", "own-feed  2026-12-01, in 9 days"],
        ["1", "expired,", "1", "due soon; 5 keys in all."],
    ]


def test_nothing_due_is_zero(bench: Bench) -> None:
    bench.feed("fine", "--expires", "30d")
    done = bench.run("check")
    assert (done.status, done.out) == (0, "Nothing is due; 1 key in all.\n")


def test_an_empty_vault_has_nothing_due(bench: Bench) -> None:
    done = bench.run("check")
    assert done.status == 0
    assert done.out.startswith("No keys")


def test_within_takes_the_place_of_the_rule(no_password: Bench) -> None:
    assert "fine" in no_password.run("check", "--within", "30d").out
    assert "soon  soon" not in no_password.run("check", "--within", "5d").out
    done = no_password.run("check", "--within", "tomorrow")
    assert done.status == 2


def test_within_alone_decides(bench: Bench) -> None:
    bench.feed("fine", "--expires", "30d")
    assert bench.run("check", "--within", "29d").status == 0
    assert bench.run("check", "--within", "31d").status == 1


def test_quiet_says_nothing_at_all(no_password: Bench) -> None:
    done = no_password.run("check", "--quiet")
    assert (done.status, done.out, done.err) == (1, "", "")


def test_json(no_password: Bench) -> None:
    done = no_password.run("check", "--json")
    assert done.status == 1
    first, second = json.loads(done.out)
    assert first == {
        "name": "expired",
        "registry": "own-feed",
        "created": "2026-11-02T12:00:00Z",
        "expires": "2026-11-12T12:00:00Z",
        "state": "expired",
        "days_left": -10,
        "count": 1,
    }
    assert (second["name"], second["state"], second["days_left"]) == ("soon", "soon", 9)


def test_without_names_the_dates_are_told(full: Bench) -> None:
    full.ok("edit", "--index", "dates")
    done = full.run("check")
    assert done.status == 1
    assert done.out.splitlines()[0].split() == [
        "✗", "expired", "1", "key", "2026-11-12,", "10", "days", "ago",
    ]  # fmt: skip
    assert json.loads(full.run("check", "--json").out)[0]["name"] is None


def test_with_the_index_off_nothing_is_told(full: Bench) -> None:
    full.ok("edit", "--index", "off")
    done = full.run("check")
    assert (done.status, done.out) == (
        0,
        "No keys, or none that this vault tells of without the password.\n",
    )


def test_a_lost_index_leaves_the_dates(no_password: Bench) -> None:
    for file in (no_password.home / "state").iterdir():
        file.unlink()
    done = no_password.run("check")
    assert done.status == 1
    assert "1 key" in done.out


def test_an_older_index_is_not_believed_and_that_is_said(full: Bench) -> None:
    (index,) = (full.home / "state").glob("*.index.json")
    old = index.read_text()
    full.feed("another", "--expires", "1d")
    index.write_text(old)
    full.later(hours=20)
    done = full.run("check")
    assert "another" not in done.out
    assert "open the vault once" in done.err


def test_no_vault_is_six_with_a_hint(fresh: Bench) -> None:
    done = fresh.run("check")
    assert done.status == 6
    assert "keyfob init" in done.err


def test_a_damaged_vault_is_four_and_names_the_backup(full: Bench) -> None:
    full.path.write_bytes(full.path.read_bytes()[:40])
    done = full.run("check")
    assert done.status == 4
    assert f"{full.path}.bak" in done.err


def test_hostile_names_in_the_index_are_inert(no_password: Bench) -> None:
    (index,) = (no_password.home / "state").glob("*.index.json")
    index.write_text(index.read_text().replace('"expired"', '"\\u001b]2;x\\u0007\\u202e"'))
    done = no_password.run("check")
    assert done.out.replace("\n", "").isprintable()


def test_the_prompt_gets_a_number_and_nothing_beside_it(no_password: Bench) -> None:
    no_password.environ["LANG"] = "C.UTF-8"
    done = no_password.run("check", "--format", "prompt")
    assert (done.status, done.out, done.err) == (1, "🔑2\n", "")
    assert no_password.run("check", "--format", "prompt", "--ascii").out == "keys:2\n"
    no_password.environ["LANG"] = "C"
    assert no_password.run("check", "--format", "prompt").out == "keys:2\n"


def test_the_prompt_is_told_nothing_when_nothing_is_due(bench: Bench) -> None:
    bench.feed("fine", "--expires", "30d")
    done = bench.run("check", "--format", "prompt")
    assert (done.status, done.out, done.err) == (0, "", "")


def test_the_prompt_hears_no_note_of_an_older_index(full: Bench) -> None:
    (index,) = (full.home / "state").glob("*.index.json")
    old = index.read_text()
    full.feed("another", "--expires", "1d")
    index.write_text(old)
    assert full.run("check", "--format", "prompt").err == ""


def test_github_gets_annotations(no_password: Bench) -> None:
    done = no_password.run("check", "--format", "github")
    assert done.status == 1
    assert done.out.splitlines() == [
        "::error title=Key has expired::expired (own-feed) expired 2026-11-12, 10 days ago",
        "::warning title=Key expires soon::soon (own-feed) expires 2026-12-01, in 9 days",
        "1 expired, 1 due soon; 5 keys in all.",
    ]


def test_format_json_is_json(no_password: Bench) -> None:
    done = no_password.run("check", "--format", "json")
    assert done == no_password.run("check", "--json")
    assert no_password.run("check", "--format", "text") == no_password.run("check")


@pytest.mark.parametrize("form", ["text", "json", "prompt", "github"])
def test_it_loads_nothing_heavy(no_password: Bench, form: str) -> None:
    script = """
import sys
before = set(sys.modules)
from vault.cli import main
status = main(["check", "--format", sys.argv[1]])
heavy = {"cryptography", "textual", "rich", "pyperclip", "msgspec", "zxcvbn", "argcomplete",
         "subprocess", "dataclasses", "inspect", "vault.vault", "vault.records", "vault.keys.glob",
         "vault.registries", "vault.sealing.header"}
if sys.platform == "linux":
    heavy |= {"platformdirs", "tempfile", "shutil"}
print(sorted(heavy & set(sys.modules) - before))
sys.exit(status)
"""
    (no_password.home / "elsewhere").mkdir()
    (no_password.home / "state").rename(no_password.home / "elsewhere" / "keyfob")
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith("KEYFOB")
    } | {
        "KEYFOB_VAULT": str(no_password.path),
        "XDG_STATE_HOME": str(no_password.home / "elsewhere"),
    }
    done = subprocess.run(
        [sys.executable, "-c", script, form],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines()[-1] == "[]"
    assert done.returncode in {0, 1}
    assert done.stderr == ""
