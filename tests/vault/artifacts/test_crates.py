"""Crates out of directories: alone, and in workspaces."""

from __future__ import annotations

import os
from pathlib import Path
from unittest.mock import patch

import pytest

from vault.artifacts import Artifact, ArtifactError, read_project


def crate(folder: Path, name: str, more: str = 'version = "1.2.0"\n') -> Path:
    """A crate's manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "Cargo.toml"
    path.write_text(f'[package]\nname = "{name}"\n{more}')
    return path


def workspace(folder: Path, members: str, more: str = "") -> Path:
    """A workspace's manifest without a crate of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "Cargo.toml"
    path.write_text(f"[workspace]\nmembers = {members}\n{more}")
    return path


def refused(folder: Path, package: str | None = None) -> ArtifactError:
    """Why no crate can be told."""
    with pytest.raises(ArtifactError) as caught:
        read_project(folder, "cargo", package=package)
    return caught.value


def test_the_crate_of_a_directory(tmp_path: Path) -> None:
    path = crate(tmp_path, "contoso")
    assert read_project(tmp_path, "cargo") == Artifact("cargo", "contoso", "1.2.0", path)


def test_the_nearest_manifest_above_counts(tmp_path: Path) -> None:
    path = crate(tmp_path, "contoso")
    (tmp_path / "src" / "bin").mkdir(parents=True)
    assert read_project(tmp_path / "src" / "bin", "cargo").path == path


@pytest.mark.parametrize("members", ['["crates/*"]', '["./crates/b"]', '["x", "crates/[ab]"]'])
def test_a_crate_of_the_workspace_by_name(tmp_path: Path, members: str) -> None:
    workspace(tmp_path, members)
    crate(tmp_path / "crates" / "a", "contoso-a")
    path = crate(tmp_path / "crates" / "b", "contoso-b")
    expected = Artifact("cargo", "contoso-b", "1.2.0", path)
    assert read_project(tmp_path, "cargo", package="contoso-b") == expected
    assert read_project(tmp_path, "cargo", package="contoso-b@1.2.0") == expected


def test_patterns_that_would_be_looked_for_for_ever_are_given_up(tmp_path: Path) -> None:
    for name in "abcdefgh":
        (tmp_path / name).mkdir()
    workspace(tmp_path, "[" + ",\n".join(['"' + "*/../" * 80 + '*"'] * 200) + "]")
    with patch("os.scandir", side_effect=os.scandir) as looked:
        assert "no crate called 'x'" in refused(tmp_path, "x").message
    assert looked.call_count < 10_000


def test_a_crate_next_to_the_one_cargo_runs_in(tmp_path: Path) -> None:
    workspace(tmp_path, '["a", "b"]')
    folder = crate(tmp_path / "a", "contoso-a").parent
    crate(tmp_path / "b", "contoso-b")
    assert read_project(folder, "cargo", package="contoso-b").package_id == "contoso-b"
    assert read_project(folder, "cargo").package_id == "contoso-a"


def test_a_dependency_by_path_belongs_to_the_workspace(tmp_path: Path) -> None:
    more = 'version = "1.0.0"\n[workspace]\n[dependencies]\nb = { path = "deep/b" }\n'
    crate(tmp_path, "contoso-a", more)
    crate(tmp_path / "deep" / "b", "contoso-b")
    assert read_project(tmp_path, "cargo", package="contoso-b").package_id == "contoso-b"


@pytest.mark.parametrize("form", ["version.workspace = true", "version = { workspace = true }"])
def test_a_version_of_the_workspace(tmp_path: Path, form: str) -> None:
    workspace(tmp_path, '["a"]', '[workspace.package]\nversion = "3.1.4"\n')
    folder = crate(tmp_path / "a", "contoso", form).parent
    assert read_project(folder, "cargo").version == "3.1.4"
    assert read_project(tmp_path, "cargo", package="contoso").version == "3.1.4"


def test_a_crate_that_says_where_its_workspace_is(tmp_path: Path) -> None:
    workspace(tmp_path / "root", '["../a"]', '[workspace.package]\nversion = "3.1.4"\n')
    more = 'version.workspace = true\nworkspace = "../root"\n'
    folder = crate(tmp_path / "a", "contoso", more).parent
    assert read_project(folder, "cargo").version == "3.1.4"


def test_a_workspace_needs_a_name(tmp_path: Path) -> None:
    workspace(tmp_path, '["a"]')
    assert "-p NAME" in refused(tmp_path).hint


def test_a_name_that_is_not_in_the_workspace(tmp_path: Path) -> None:
    crate(tmp_path, "contoso")
    assert "no crate called 'fabrikam'" in refused(tmp_path, "fabrikam").message


@pytest.mark.parametrize("publish", ["false", "[]"])
def test_a_crate_that_is_not_published(tmp_path: Path, publish: str) -> None:
    crate(tmp_path, "contoso", f'version = "1.0.0"\npublish = {publish}\n')
    assert "publish = false" in refused(tmp_path).message


def test_a_crate_without_a_version(tmp_path: Path) -> None:
    crate(tmp_path, "contoso", "")
    assert "gives no version" in refused(tmp_path).message


def test_a_manifest_that_is_broken(tmp_path: Path) -> None:
    path = tmp_path / "Cargo.toml"
    path.write_text("[package")
    assert refused(tmp_path).message == (
        f"{path} cannot be taken for a crate's manifest: its metadata is not TOML."
    )


@pytest.mark.parametrize(
    "pattern", ["**", "/*/*/*", "../*", "a" * 300, "*" * 300, "a/" * 9000, "a\\0b", "a\\0b/*"]
)
def test_patterns_that_look_everywhere_end_soon(tmp_path: Path, pattern: str) -> None:
    folder = tmp_path / "inside"  # alone: the directory above is the other tests'
    workspace(folder, f"['{pattern}', 1]".replace("'", '"').replace("\\0", "\\u0000"))
    assert "no crate called" in refused(folder, "no-such-crate").message


def test_crates_that_depend_on_each_other_in_a_ring(tmp_path: Path) -> None:
    for here, there in (("a", "b"), ("b", "a")):
        more = f'version = "1.0.0"\n[dependencies]\nx = {{ path = "../{there}" }}\n'
        crate(tmp_path / here, f"contoso-{here}", more)
    assert "no crate called" in refused(tmp_path / "a", "contoso-c").message
