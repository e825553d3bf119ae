from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.vault.cli.bench import OTHER_V4, PASSWORD, V4, V5, Bench
from tests.vault.cli.test_backup_check import break_secret
from vault.keys.secret import Secret

needs_age = pytest.mark.skipif(shutil.which("age") is None, reason="age is not installed")

SOMEONE = "age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg"


@pytest.fixture
def used(bench: Bench) -> Bench:
    """A vault of two keys."""
    bench.nuget("contoso-push", "--note", "für die Bäckerei")
    bench.nuget("other", secret=OTHER_V4)
    return bench


def out(bench: Bench, name: str = "keys.out") -> Path:
    return bench.home / name


def secrets(text: str | bytes) -> dict[str, str]:
    return {row["name"]: row["secret"] for row in json.loads(text)["keys"]}


BOTH = {"contoso-push": V4, "other": OTHER_V4}


def test_what_stands_in_the_file_can_be_read_without_a_vault(fresh: Bench) -> None:
    told = fresh.ok("export", "--describe").out
    assert told.startswith("# ")
    assert all(f"`{field}`" in told for field in ("secret", "grants", "places", "history"))
    assert not fresh.path.exists()


@pytest.mark.parametrize("words", [["--json"], [], ["--json", "--force"]])
def test_clear_text_is_written_only_if_it_is_asked_for_by_name(
    used: Bench, words: list[str]
) -> None:
    for where in ("-", str(out(used))):
        done = used.run("export", *words, where)
        assert (done.status, done.out) == (2, "")
        assert "--plaintext" in done.err
    assert not out(used).exists()


def test_clear_text_to_a_file_says_what_that_is(used: Bench) -> None:
    done = used.ok("export", "--json", "--plaintext", str(out(used)))
    assert done.out == ""
    assert "Wrote 2 keys" in done.err
    assert "clear text" in done.err
    assert "remove it" in done.err
    assert V4 not in done.err
    assert secrets(out(used).read_bytes()) == BOTH
    assert out(used).stat().st_mode & 0o777 == 0o600


def test_clear_text_to_stdout_is_json_alone(used: Bench) -> None:
    done = used.ok("export", "--plaintext", "-")
    assert secrets(done.out) == BOTH
    assert json.loads(done.out)["keys"][0]["note"] == "für die Bäckerei"
    assert V4 not in done.err


def test_an_empty_vault_is_exported_too(bench: Bench) -> None:
    assert json.loads(bench.ok("export", "--plaintext", "-").out)["keys"] == []


@needs_age
def test_age_opens_what_was_encrypted_for_it(used: Bench) -> None:
    whom = []
    for name in ("one", "two"):
        subprocess.run(["age-keygen", "-o", str(out(used, name))], check=True, capture_output=True)
        made = subprocess.run(
            ["age-keygen", "-y", str(out(used, name))], check=True, capture_output=True, text=True
        )
        whom += ["--age", made.stdout.strip()]
    told = used.ok("export", *whom, str(out(used))).err
    assert "encrypted for 2 recipients" in told
    assert V4.encode() not in out(used).read_bytes()
    armored = used.ok("export", *whom, "-").out
    out(used, "armored").write_text(armored)
    plain = used.ok("export", "--plaintext", "-").out
    for name in ("one", "two"):
        for file in ("keys.out", "armored"):
            opened = subprocess.run(
                ["age", "-d", "-i", str(out(used, name)), str(out(used, file))],
                check=True,
                capture_output=True,
            )
            assert opened.stdout.decode() == plain


def test_the_passphrase_is_asked_for_twice(used: Bench) -> None:
    import pyrage

    answers = ["brass lantern harbour", "another", *["brass lantern harbour"] * 2]
    done = used.ok("export", "--age-passphrase", str(out(used)), answers=answers)
    assert used.prompts == ["Passphrase for age: ", "The same again: "] * 2
    assert "not the same" in done.err
    assert "brass" not in done.err
    opened = pyrage.passphrase.decrypt(out(used).read_bytes(), "brass lantern harbour")
    assert secrets(opened) == BOTH
    with pytest.raises(pyrage.DecryptError):
        pyrage.passphrase.decrypt(out(used).read_bytes(), PASSWORD)


def test_the_passphrase_comes_from_a_file(used: Bench) -> None:
    import pyrage

    file = used.home / "passphrase"
    file.write_text("brass\n")
    done = used.ok("export", "--age-passphrase-file", str(file), str(out(used)))
    assert "weak" in done.err
    assert secrets(pyrage.passphrase.decrypt(out(used).read_bytes(), "brass")) == BOTH


def test_without_a_terminal_or_with_an_empty_file_there_is_no_passphrase(used: Bench) -> None:
    done = used.run("export", "--age-passphrase", str(out(used)))
    assert done.status == 3
    assert "--age-passphrase-file" in done.err
    (used.home / "empty").touch()
    file = str(used.home / "empty")
    assert used.run("export", "--age-passphrase-file", file, str(out(used))).status == 3
    assert not out(used).exists()


@pytest.mark.parametrize(
    "words",
    [
        ["export"],
        ["export", "--age", "age1nobody", "FILE"],
        ["export", "--age", SOMEONE, "--age", "hunter2", "FILE"],
        ["export", "--age", SOMEONE, "--plaintext", "FILE"],
        ["export", "--age", SOMEONE, "--age-passphrase", "FILE"],
        ["export", "--age", "", "FILE"],
        ["export", "--plaintext", ""],
        ["export", "--plaintext", "FILE", "MORE"],
        ["export", "--plaintext"],
    ],
)
def test_wrong_usage_asks_for_no_password(used: Bench, words: list[str]) -> None:
    del used.environ["KEYFOB_PASSWORD_FILE"]
    words = [str(out(used)) if word == "FILE" else word for word in words]
    done = used.run(*words, answers=[])
    assert done.status == 2, done
    assert used.prompts == []
    assert "hunter2" not in done.err
    assert not out(used).exists()


def test_an_unlocked_vault_asks_for_the_password_too(used: Bench) -> None:
    del used.environ["KEYFOB_PASSWORD_FILE"]
    used.environ["KEYFOB_AGENT"] = "/nowhere/agent"  # whoever set it lends some keys, not all
    done = used.run("export", "--age", SOMEONE, str(out(used)), answers=["wrong"] * 3)
    assert done.status == 3
    assert not out(used).exists()
    used.ok("export", "--age", SOMEONE, str(out(used)), answers=[PASSWORD])


def test_a_file_that_is_there_is_replaced_only_on_demand(used: Bench) -> None:
    out(used).write_text("precious")
    done = used.run("export", "--age", SOMEONE, str(out(used)))
    assert done.status == 6
    assert "--force" in done.err
    assert out(used).read_text() == "precious"
    used.ok("export", "--plaintext", "--force", str(out(used)))
    assert secrets(out(used).read_bytes()) == BOTH


@pytest.mark.parametrize("ending", ["", ".bak"])
def test_the_vault_is_never_the_target(used: Bench, ending: str) -> None:
    target = used.path.with_name(used.path.name + ending)
    before = target.read_bytes()
    done = used.run("export", "--age", SOMEONE, "--force", str(target))
    assert done.status == 2
    assert target.read_bytes() == before
    used.ok("export", "--age", SOMEONE, str(used.path.with_name("keys.age")))


@pytest.mark.parametrize("form", [["--plaintext"], ["--age", SOMEONE]])
def test_a_damaged_secret_stops_it_and_leaves_nothing(used: Bench, form: list[str]) -> None:
    break_secret(used, "other")
    done = used.run("export", *form, str(out(used)))
    assert done.status == 4
    assert "The secret of other is damaged" in done.err
    assert not [path for path in used.home.iterdir() if path.name.startswith("keys.out")]


@pytest.mark.parametrize("form", [["--plaintext"], ["--age", SOMEONE]])
def test_a_full_disk_stops_it_and_leaves_nothing(
    used: Bench, form: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    done = used.run("export", *form, str(out(used)))
    assert done.status == 6
    assert "the disk is full" in done.err
    assert not [path for path in used.home.iterdir() if path.name.startswith("keys.out")]


def test_every_secret_is_wiped_after_use(used: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Secret] = []
    init = Secret.__init__

    def remember(self: Secret, value: str | bytes | bytearray) -> None:
        init(self, value)
        made.append(self)

    monkeypatch.setattr(Secret, "__init__", remember)
    used.ok("export", "--age", SOMEONE, str(out(used)))
    assert len(made) == 2
    assert not any(made)


def test_without_pyrage_clear_text_still_goes(used: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyrage", None)
    done = used.run("export", "--age", SOMEONE, str(out(used)))
    assert done.status == 2
    assert "keyfob[age]" in done.err
    assert used.run("export", "--age-passphrase", str(out(used)), answers=[]).status == 2
    assert secrets(used.ok("export", "--plaintext", "-").out) == BOTH


# and back


def test_an_export_is_imported_with_all_that_was_known(used: Bench, tmp_path: Path) -> None:
    used.ok("revoke", "other")
    used.ok("rotate", "contoso-push", "--secret-stdin", stdin=V5)
    used.ok("place", "add", "contoso-push", "--kind", "file", "--where", "~/.nuget")
    used.ok("export", "--plaintext", str(out(used, "keys.json")))
    (tmp_path / "elsewhere").mkdir()
    second = Bench(tmp_path / "elsewhere")
    second.ok("init")
    done = second.ok("import", str(out(used, "keys.json")), "--yes")
    assert "delete it when you are done" in done.err
    assert secrets(second.ok("export", "--plaintext", "-").out) == {**BOTH, "contoso-push": V5}
    before = json.loads(used.ok("export", "--plaintext", "-").out)
    assert json.loads(second.ok("export", "--plaintext", "-").out) == before
    again = second.ok("import", str(out(used, "keys.json")), "--yes")
    assert again.out.count("in the vault") == 2
    assert len(second.vault().keys) == 2


def test_commands_that_an_export_brings_along_are_shown_before_they_come_in(
    used: Bench, tmp_path: Path
) -> None:
    command = ["--where", "ci", "--command", "gh secret set NAME --repo mallory/x"]
    used.ok("place", "add", "contoso-push", "--kind", "ci-secret", *command)
    file = str(out(used, "keys.json"))
    used.ok("export", "--plaintext", file)
    (tmp_path / "elsewhere").mkdir()
    second = Bench(tmp_path / "elsewhere")
    second.ok("init")
    brings = "It brings a command for ci: gh secret set NAME --repo mallory/x"
    assert brings in second.run("import", file, "--dry-run").out
    assert brings in second.run("import", file, answers=["n", "n"]).err
    assert not second.vault().keys
    told = json.loads(second.ok("import", file, "--yes", "--json").out)
    assert [row["commands"] for row in told] == [
        [{"where": "ci", "command": "gh secret set NAME --repo mallory/x"}],
        [],
    ]


def test_an_export_that_is_none_says_so(bench: Bench) -> None:
    file = out(bench, "keys.json")
    file.write_text('{"format": "keyfob-export", "version": 1, "keys": [{"name": 7}]}')
    done = bench.run("import", str(file), "--yes")
    assert done.status == 1
    assert "not what its format says" in done.out
    file.write_text('{"format": "keyfob-export", "version": 2}')
    assert "A newer keyfob wrote this export. Update keyfob." in (
        bench.run("import", str(file)).out.replace("a newer", "A newer")
    )
