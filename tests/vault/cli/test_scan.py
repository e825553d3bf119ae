"""`keyfob scan`: where keys lie, never what they are."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.vault.cli.bench import OTHER_V4, V4, Bench, Screen


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    (root / "src").mkdir(parents=True)
    (root / "src" / "a.env").write_text(f"\nKEY={V4}\n")
    (root / "src" / "b.env").write_text(f"KEY={OTHER_V4}\n")
    (root / "src" / "c.log").write_text(f"KEY={V4}\n")
    (root / ".gitignore").write_text("*.log\n")
    return root


def test_file_line_and_which_key_it_is(bench: Bench, tree: Path) -> None:
    bench.nuget("release")
    done = bench.run("scan", str(tree))
    assert done.status == 1
    assert done.out.splitlines() == [
        f"{tree}/src/a.env:2: a nuget.org v4 key (nuget.org), in the vault as release",
        f"{tree}/src/b.env:1: a nuget.org v4 key (nuget.org)",
    ]
    assert done.err == "2 keys in 2 of 3 files.\n"


def test_ignored_files_too(bench: Bench, tree: Path) -> None:
    assert "c.log:1" in bench.run("scan", str(tree), "--no-ignore").out


def test_nothing_found_is_0(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = bench.ok("scan", str(tmp_path / "empty"))
    assert (done.out, done.err) == ("", "No key lies in 0 files.\n")


def test_json_without_secrets(bench: Bench, tree: Path) -> None:
    bench.nuget("release")
    done = bench.run("scan", str(tree), "--json")
    first, second = json.loads(done.out)
    assert first == {
        "file": f"{tree}/src/a.env",
        "line": 2,
        "format": "nuget v4",
        "registry": "nuget.org",
        "key": "release",
        "fingerprint": bench.vault().find("release").fingerprint,
    }
    assert second["key"] is None
    assert V4[9:] not in done.out


def test_no_question_is_asked_where_the_vault_is_locked(bench: Bench, tree: Path) -> None:
    bench.nuget("release")
    del bench.environ["KEYFOB_PASSWORD_FILE"]
    done = bench.run("scan", str(tree), answers=[], stdout=Screen())
    assert (done.status, bench.prompts) == (1, [])


def test_it_works_without_a_vault(fresh: Bench, tree: Path) -> None:
    assert fresh.run("scan", str(tree)).status == 1
    assert fresh.run("scan", str(tree), "--no-vault").err == "2 keys in 2 of 3 files.\n"


def test_no_such_directory(bench: Bench, tmp_path: Path) -> None:
    done = bench.run("scan", str(tmp_path / "none"))
    assert done.status == 6
    assert "There is no file or directory" in done.err


def test_a_hostile_file_name_reaches_no_terminal(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "a\x1b]0;x\x07\nb").write_text(V4)
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/tree/\xff")).write_text(V4)
    for line in (["scan"], ["scan", "--json"]):
        done = bench.run(*line, str(tmp_path / "tree"))
        assert done.status == 1
        assert "\x1b" not in done.out
        assert "\x07" not in done.out
