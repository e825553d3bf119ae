from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.vault.cli.bench import PASSWORD, Bench
from vault.records import make_entry
from vault.session import Entries


@pytest.fixture
def used(bench: Bench) -> Bench:
    """A vault of two keys, whose backup has one."""
    bench.feed("first")
    bench.later(hours=1)
    bench.feed("second")
    return bench


def backup(bench: Bench) -> Path:
    return bench.path.with_name(f"{bench.path.name}.bak")


def damage(path: Path) -> None:
    """Change one byte of the body."""
    data = bytearray(path.read_bytes())
    data[-40] ^= 1
    path.write_bytes(data)


def break_secret(bench: Bench, name: str) -> None:
    """Give a key a sealed secret that is not its own: the vault opens, the secret does not."""
    vault = bench.vault()

    def swap(entries: Entries) -> None:
        chosen = next(entry for entry in entries.values() if entry.key.name == name)
        other = next(entry for entry in entries.values() if entry is not chosen)
        entries[chosen.key.id] = make_entry(chosen.key, other.sealed)

    vault._session.change(swap)
    vault.lock()


# check


def test_the_vaults_own_backup_is_opened_to_the_last_secret(used: Bench) -> None:
    done = used.ok("backup", "check")
    assert done.out == (
        f"{backup(used)} is sound: save 2 of 2026-11-22 12:00 UTC, 1 key. Every secret opens.\n"
    )
    assert "The vault is at save 3 by now." in done.err


def test_a_copy_from_elsewhere_is_checked_as_well(used: Bench) -> None:
    copy = used.home / "copy"
    shutil.copy(used.path, copy)
    done = used.ok("backup", "check", str(copy))
    assert "save 3 of 2026-11-22 13:00 UTC, 2 keys" in done.out
    assert done.err == ""
    used.ok("init", "--vault", str(used.home / "other"))
    told = used.ok("backup", "check", str(used.home / "other")).err
    assert "a copy of another vault" in told


def test_check_as_json(used: Bench) -> None:
    found = json.loads(used.ok("backup", "check", "--json").out)
    assert len(found.pop("vault")) == 32
    assert found == {
        "file": str(backup(used)),
        "save": 2,
        "saved": "2026-11-22T12:00:00Z",
        "keys": 1,
        "sound": True,
        "damaged": [],
    }


def test_a_secret_that_does_not_open_is_damage_and_its_key_is_named(used: Bench) -> None:
    break_secret(used, "second")
    done = used.run("backup", "check", str(used.path))
    assert (done.status, done.out) == (4, "")
    assert "1 secret does not open" in done.err
    assert "Of these keys: second" in done.err
    told = used.run("backup", "check", "--json", str(used.path))
    assert told.status == 4
    assert json.loads(told.out)["damaged"] == ["second"]
    assert json.loads(told.out)["sound"] is False


def test_a_damaged_copy_is_no_sound_one(used: Bench) -> None:
    damage(backup(used))
    before = backup(used).read_bytes()
    done = used.run("backup", "check")
    assert (done.status, done.out) == (4, "")
    assert f"{backup(used)} is no sound copy." in done.err
    assert backup(used).read_bytes() == before


def test_the_password_is_asked_for_by_the_copys_name_and_may_be_wrong(used: Bench) -> None:
    del used.environ["KEYFOB_PASSWORD_FILE"]
    used.ok("backup", "check", answers=["wrong", PASSWORD])
    assert used.prompts[0] == f"Password of {backup(used)}: "
    assert used.run("backup", "check", answers=["wrong"] * 3).status == 3
    assert used.run("backup", "check").status == 3


def test_no_backup_and_no_copy(bench: Bench) -> None:
    done = bench.run("backup", "check")
    assert done.status == 6
    assert "backup create" in done.err
    assert bench.run("backup", "check", str(bench.home / "none")).status == 6


def test_a_file_that_is_no_vault_keeps_its_mode(used: Bench) -> None:
    other = used.home / "notes.txt"
    other.write_text("shared\n")
    other.chmod(0o644)
    assert used.run("backup", "check", str(other)).status == 4
    assert other.stat().st_mode & 0o777 == 0o644


# create


def test_a_copy_is_the_vault_byte_for_byte_and_opens(used: Bench) -> None:
    copy = used.home / "copy"
    done = used.ok("backup", "create", str(copy))
    assert done.out == ""
    assert f"{copy} is a copy of the vault: save 3 of 2026-11-22 13:00 UTC, 2 keys." in done.err
    assert copy.read_bytes() == used.path.read_bytes()
    assert copy.stat().st_mode & 0o777 == 0o600
    used.feed("third")
    used.ok("backup", "restore", "--from", str(copy), "--yes")
    assert [key.name for key in used.vault().keys] == ["first", "second"]


def test_what_is_there_is_replaced_only_on_demand(used: Bench) -> None:
    copy = used.home / "copy"
    copy.write_text("precious")
    assert used.run("backup", "create", str(copy)).status == 6
    assert copy.read_text() == "precious"
    used.ok("backup", "create", "--force", str(copy))
    assert copy.read_bytes() == used.path.read_bytes()


def test_a_damaged_vault_is_not_copied(used: Bench) -> None:
    copy = used.home / "copy"
    break_secret(used, "second")
    done = used.run("backup", "create", str(copy))
    assert done.status == 4
    assert "Of these keys: second" in done.err
    damage(used.path)
    done = used.run("backup", "create", str(copy))
    assert done.status == 4
    assert "backup restore" in done.err
    assert not copy.exists()


def test_neither_the_vault_nor_its_backup_is_written_over(used: Bench) -> None:
    for path in (used.path, backup(used)):
        before = path.read_bytes()
        assert used.run("backup", "create", "--force", str(path)).status == 2
        assert path.read_bytes() == before
    used.ok("backup", "create", str(used.path.with_name("copy")))


def test_nothing_is_written_without_the_password(used: Bench) -> None:
    copy = used.home / "copy"
    used.password_file.write_text("wrong\n")
    assert used.run("backup", "create", str(copy)).status == 3
    assert not copy.exists()


def test_a_disk_that_keeps_something_else_is_noticed(
    used: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = used.home / "copy"
    link = os.link

    def rot(source: Path, target: Path) -> None:
        damage(source)
        link(source, target)

    monkeypatch.setattr(os, "link", rot)
    done = used.run("backup", "create", str(copy))
    assert done.status == 6
    assert "something else" in done.err


@pytest.mark.parametrize(
    "words",
    [
        ["create"],
        ["create", "a", "b"],
        ["create", "a", "--json"],
        ["create", "a", "--from", "b"],
        ["check", "a", "b"],
        ["check", "--force"],
        ["check", "--yes"],
        ["list", "--force"],
        ["list", "--from", "a"],
        ["restore", "--force"],
    ],
)
def test_wrong_usage(used: Bench, words: list[str]) -> None:
    done = used.run("backup", *words)
    assert done.status == 2, done
    assert not Path("a").exists()
