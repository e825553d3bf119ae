from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.vault.cli.bench import PASSWORD, Bench
from vault.sealing.header import read_header


@pytest.fixture
def used(bench: Bench) -> Bench:
    """A vault of two keys, whose backup has one."""
    bench.feed("first")
    bench.later(hours=1)
    bench.feed("second")
    return bench


def beside(bench: Bench, ending: str) -> Path:
    return bench.path.with_name(f"{bench.path.name}.{ending}")


def names(bench: Bench) -> set[str]:
    return {path.name for path in bench.path.parent.iterdir()}


def damage(path: Path) -> bytes:
    """Change one byte of the body; answers what is there now."""
    data = bytearray(path.read_bytes())
    data[-40] ^= 1
    path.write_bytes(data)
    return bytes(data)


def keys_in(bench: Bench) -> list[str]:
    return [key.name for key in bench.vault().keys]


# list


def test_list_tells_what_each_file_says_of_itself_without_the_password(used: Bench) -> None:
    del used.environ["KEYFOB_PASSWORD_FILE"]
    copy = used.home / "copy"
    shutil.copy(used.path, copy)
    done = used.ok("backup", "list", str(copy))
    head, vault, backup, given = [line.split() for line in done.out.splitlines()]
    assert head == ["WHAT", "SAVE", "SAVED", "KEYS", "FILE"]
    assert vault == ["vault", "3", "2026-11-22", "13:00", "UTC", "2", str(used.path)]
    assert backup == [
        *("backup", "2", "2026-11-22", "12:00", "UTC", "1"),
        str(beside(used, "bak")),
    ]
    assert given[:2] == ["given", "3"]


def test_list_as_json(used: Bench) -> None:
    rows = json.loads(used.ok("backup", "list", "--json").out)
    assert [row["what"] for row in rows] == ["vault", "backup"]
    assert rows[1] == {
        "what": "backup",
        "file": str(beside(used, "bak")),
        "vault": read_header(used.path.read_bytes()).vault_id,
        "save": 2,
        "saved": "2026-11-22T12:00:00Z",
        "keys": 1,
        "problem": None,
    }


def test_list_says_what_cannot_be_read_and_what_is_another_vault(used: Bench) -> None:
    beside(used, "bak").write_bytes(b"KEYFOB1\n")
    other = used.home / "other"
    used.ok("init", "--vault", str(other))
    done = used.ok("backup", "list", str(other), str(used.home / "none"))
    assert "backup: The vault file is damaged: it is cut short" in done.err
    assert "given: There is no vault at" in done.err
    assert f"{other} is a copy of another vault." in done.err
    assert done.out.count("unreadable") == 2


def test_list_without_any_copy_is_one(fresh: Bench) -> None:
    done = fresh.run("backup", "list")
    assert (done.status, done.out) == (1, "")
    assert "no copy" in done.err
    fresh.ok("init")
    assert fresh.run("backup", "list").status == 1


def test_a_vault_that_tells_of_no_keys_is_not_called_empty(bench: Bench) -> None:
    bench.ok("edit", "--index", "off")
    bench.feed("feed")
    assert json.loads(bench.ok("backup", "list", "--json").out)[0]["keys"] is None


# restore


def test_a_damaged_vault_is_put_back_and_kept_aside(used: Bench) -> None:
    broken = damage(used.path)
    refused = used.run("list")
    assert refused.status == 4
    assert "keyfob backup restore" in refused.err
    done = used.ok("backup", "restore", answers=["y"])
    assert "its body was changed" in done.err
    kept = beside(used, "damaged-20261122T130000Z")
    assert f"is kept as {kept}" in done.err
    assert kept.read_bytes() == broken
    assert kept.stat().st_mode & 0o777 == 0o600
    assert keys_in(used) == ["first"]
    assert used.path.read_bytes() == beside(used, "bak").read_bytes()


@pytest.mark.parametrize("content", [b"", b"KEYFOB1\n", b"no vault at all"])
def test_a_file_that_is_no_vault_is_put_back_too(used: Bench, content: bytes) -> None:
    used.path.write_bytes(content)
    used.ok("backup", "restore", "--yes")
    assert keys_in(used) == ["first"]
    assert beside(used, "damaged-20261122T130000Z").read_bytes() == content


def test_a_missing_vault_is_put_back_without_a_question(used: Bench) -> None:
    used.path.unlink()
    used.ok("backup", "restore")
    assert keys_in(used) == ["first"]
    assert not [name for name in names(used) if "replaced" in name or "damaged" in name]


def test_a_sound_vault_is_replaced_only_when_asked_and_kept(used: Bench) -> None:
    before = used.path.read_bytes()
    done = used.run("backup", "restore", answers=["no"])
    assert done.status == 1
    assert "is sound: save 3 of 2026-11-22 13:00 UTC, 2 keys." in done.err
    assert "is sound: save 2 of 2026-11-22 12:00 UTC, 1 key." in done.err
    assert used.path.read_bytes() == before
    without = used.run("backup", "restore")
    assert without.status == 2
    assert "--yes" in without.err
    assert used.path.read_bytes() == before
    told = used.ok("backup", "restore", answers=["yes"]).err
    assert "has seen a later save" in told
    assert keys_in(used) == ["first"]
    assert beside(used, "replaced-20261122T130000Z").read_bytes() == before
    assert "older copy" in used.ok("list").err


def test_it_can_be_undone(used: Bench) -> None:
    used.ok("backup", "restore", "--yes")
    kept = beside(used, "replaced-20261122T130000Z")
    assert "kept" in used.ok("backup", "list").out
    used.ok("backup", "restore", "--from", str(kept), "--yes")
    assert keys_in(used) == ["first", "second"]
    assert beside(used, "replaced-20261122T130000Z.2").exists()
    assert kept.exists()


def test_a_copy_from_elsewhere_leaves_the_backup_alone(used: Bench) -> None:
    copy = used.home / "copy"
    shutil.copy(used.path, copy)
    used.feed("third")
    backup = beside(used, "bak").read_bytes()
    used.ok("backup", "restore", "--from", str(copy), "--yes")
    assert keys_in(used) == ["first", "second"]
    assert beside(used, "bak").read_bytes() == backup


def test_a_wrong_password_or_a_damaged_copy_changes_nothing(used: Bench) -> None:
    before = used.path.read_bytes()
    used.password_file.write_text("wrong\n")
    assert used.run("backup", "restore", "--yes").status == 3
    used.password_file.write_text(PASSWORD)
    damage(beside(used, "bak"))
    done = used.run("backup", "restore", "--yes")
    assert done.status == 4
    assert f"{beside(used, 'bak')} cannot be put back." in done.err
    beside(used, "bak").write_bytes(b"KEYFOB2\n")
    assert used.run("backup", "restore", "--yes").status == 4
    assert used.path.read_bytes() == before
    assert len(names(used)) == 3


def test_the_password_is_asked_for_by_the_copys_name(used: Bench) -> None:
    del used.environ["KEYFOB_PASSWORD_FILE"]
    damage(used.path)
    used.ok("backup", "restore", answers=["wrong", PASSWORD, "y"])
    assert used.prompts[0] == f"Password of {beside(used, 'bak')}: "
    assert used.prompts[2] == "Put the copy in its place? [y/N] "


def test_a_vault_under_another_password_is_said_to_be_perhaps_sound(used: Bench) -> None:
    copy = used.home / "copy"
    shutil.copy(used.path, copy)
    (used.home / "new").write_text("brass lantern over the harbour")
    used.ok("password", "--new-password-file", str(used.home / "new"))
    done = used.run("backup", "restore", "--from", str(copy), answers=["n"])
    assert done.status == 1
    assert "may be sound" in done.err


def test_the_same_file_again_is_nothing_to_do(used: Bench) -> None:
    (used.home / "new").write_text(PASSWORD)
    used.ok("password", "--new-password-file", str(used.home / "new"))
    assert "nothing to put back" in used.ok("backup", "restore").err
    assert len(names(used)) == 3


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["backup"], 2),
        (["backup", "make"], 2),
        (["backup", "list", "--yes"], 2),
        (["backup", "restore", "FILE"], 2),
        (["backup", "restore", "--json"], 2),
        (["backup", "restore", "--from", "/nowhere/at/all"], 6),
    ],
)
def test_wrong_usage(used: Bench, words: list[str], status: int) -> None:
    assert used.run(*words).status == status


def test_the_vault_itself_is_no_copy(used: Bench) -> None:
    done = used.run("backup", "restore", "--from", str(used.path), "--yes")
    assert done.status == 2
    assert "the vault itself" in done.err


def test_without_a_backup_it_says_how_to_name_a_copy(bench: Bench) -> None:
    done = bench.run("backup", "restore")
    assert done.status == 6
    assert "--from" in done.err


def test_what_is_no_file_is_left_alone(used: Bench) -> None:
    used.path.unlink()
    used.path.mkdir()
    assert used.run("backup", "restore", "--yes").status == 6
    assert used.path.is_dir()


def test_a_vault_that_is_a_link_stays_one(used: Bench) -> None:
    link = used.home / "link"
    link.symlink_to(used.path)
    damage(used.path)
    used.environ["KEYFOB_VAULT"] = str(link)
    used.ok("backup", "restore", "--yes")
    assert link.is_symlink()
    assert keys_in(used) == ["first"]
