"""A tree of files: what is read, what .gitignore leaves out, and that nothing stops the walk."""

from __future__ import annotations

import os
from pathlib import Path
from unittest.mock import Mock, patch

import pytest

from tests.powers import without_powers
from tests.vault.cli.bench import V4
from vault.scanning.scan import Tally, scan


def put(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"key = {V4}\n")


def names(root: Path, *, ignored: bool = False) -> list[str]:
    return [str(Path(hit.path).relative_to(root)) for hit in scan(root, ignored=ignored)]


def test_every_file_in_order_of_name(tmp_path: Path) -> None:
    put(tmp_path, "b", "a/z", "a/y", "c/d/e", ".hidden/f")
    tally = Tally()
    found = [hit.path for hit in scan(tmp_path, tally=tally)]
    assert found == [str(tmp_path / name) for name in ("b", ".hidden/f", "a/y", "a/z", "c/d/e")]
    assert (tally.files, tally.unread) == (5, 0)


def test_a_single_file_even_behind_a_link_the_user_names(tmp_path: Path) -> None:
    put(tmp_path, "a")
    (tmp_path / "link").symlink_to("a")
    assert len(list(scan(tmp_path / "a"))) == len(list(scan(tmp_path / "link"))) == 1


def test_gitignore_is_respected_as_git_does(tmp_path: Path) -> None:
    (tmp_path / ".git" / "info").mkdir(parents=True)
    (tmp_path / ".git" / "info" / "exclude").write_text("private\n")
    (tmp_path / ".gitignore").write_text("*.log\n!keep.log\nbuild/\n/only-here\n[bad\n")
    put(tmp_path, "a.log", "keep.log", "build/x", "only-here", "sub/only-here", "private", ".git/x")
    put(tmp_path, "sub/b.log", "sub/c.txt", "sub/build/y")
    (tmp_path / "sub" / ".gitignore").write_text("!b.log\nc.txt\n")
    assert names(tmp_path) == ["keep.log", "sub/b.log", "sub/only-here"]
    assert len(names(tmp_path, ignored=True)) == 10


def test_rules_above_the_directory_hold_too_unless_they_leave_it_out(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("*.log\nbuild/\nsub/x\n")
    put(tmp_path, "sub/a.log", "sub/b", "sub/x", "build/c")
    assert names(tmp_path / "sub") == ["b"]
    assert names(tmp_path / "build") == ["c"]


def test_a_pattern_that_would_take_for_ever_is_left_out(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("*a" * 20 + "b\nx\n")
    put(tmp_path, "a" * 200, "x")
    assert names(tmp_path) == ["a" * 200]


def test_patterns_that_together_would_take_for_ever_are_left_out(tmp_path: Path) -> None:
    slow = "".join(f"*a*a*a{number}z\n" for number in range(15_000))
    (tmp_path / ".gitignore").write_text(f"x\n{slow}y\n")
    put(tmp_path, *(f"{'a' * 240}{number}" for number in range(10)), "x", "y")
    assert len(names(tmp_path)) == 10


@pytest.mark.parametrize("line", ["[z-a]", "[a-\\d]", "[[]", "!", "[", "\\"])
@pytest.mark.filterwarnings("error")
def test_what_is_no_pattern_is_passed_over(tmp_path: Path, line: str) -> None:
    (tmp_path / ".gitignore").write_text(f"{line}\nx\n")
    put(tmp_path, "a", "x")
    assert names(tmp_path) == ["a"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_for_a_file_of_patterns_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / ".gitignore")
    put(tmp_path, "a")
    assert names(tmp_path) == ["a"]


def test_links_are_not_followed(tmp_path: Path) -> None:
    put(tmp_path, "outside/a", "tree/b")
    (tmp_path / "tree" / "up").symlink_to("..")
    (tmp_path / "tree" / "a").symlink_to("../outside/a")
    assert names(tmp_path / "tree") == ["b"]


@pytest.mark.skipif(os.name == "nt", reason="modes are a POSIX matter")
def test_what_cannot_be_read_is_counted(tmp_path: Path) -> None:
    put(tmp_path, "a", "closed/b")
    (tmp_path / "closed").chmod(0)
    tally = Tally()
    assert len(without_powers(lambda: list(scan(tmp_path, tally=tally)))) == 1
    assert tally.unread == 1
    (tmp_path / "closed").chmod(0o700)


def test_what_the_file_system_does_not_tell_is_counted(tmp_path: Path) -> None:
    unknown = Mock(spec=os.DirEntry, path="x")
    unknown.name = "x"
    unknown.is_dir.side_effect = PermissionError
    tally = Tally()
    with patch("os.scandir") as listed:
        listed.return_value.__enter__.return_value = [unknown]
        assert list(scan(tmp_path, tally=tally)) == []
    assert tally.unread == 1


def test_what_went_away_meanwhile_is_counted(tmp_path: Path) -> None:
    put(tmp_path, "a", "b")
    tally = Tally()
    hits = scan(tmp_path, tally=tally)
    next(hits)
    (tmp_path / "b").unlink()
    assert list(hits) == []
    assert tally.unread == 1
