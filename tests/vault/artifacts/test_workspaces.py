from __future__ import annotations

from pathlib import Path

import pytest

from vault.artifacts.workspaces import folders_named


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("crates/a", "crates/b", "crates/b/deep", "other"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "crates" / "file").touch()
    return tmp_path


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("crates/a", ["crates/a"]),
        ("./crates/*/", ["crates/a", "crates/b"]),
        ("crates\\[ab]", ["crates/a", "crates/b"]),
        ("crates/**", ["crates", "crates/a", "crates/b", "crates/b/deep"]),
        ("other/**/x", ["other/x"]),
        ("nothing/*", []),
        ("crates/a\0*", []),
    ],
)
def test_what_a_pattern_names(tree: Path, pattern: str, expected: list[str]) -> None:
    named = [str(path.relative_to(tree)) for path in folders_named(tree, [pattern])]
    assert named == expected


@pytest.mark.parametrize("pattern", ["*/../" * 90 + "*", "**/" * 150 + "x"])
def test_what_would_be_looked_for_for_ever_is_given_up(tree: Path, pattern: str) -> None:
    for number in range(30):
        (tree / "crates" / f"c{number}").mkdir()
    (tree / "crates" / "loop").symlink_to(tree)
    assert len(list(folders_named(tree, [pattern] * 500))) < 10_000
