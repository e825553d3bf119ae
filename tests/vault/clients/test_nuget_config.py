from __future__ import annotations

from pathlib import Path

import pytest

from tests.vault.clients.making import written
from vault.clients.nuget_config import files, settings
from vault.errors import ValueRefusedError


def config(path: Path, sources: str = "", more: str = "") -> Path:
    text = f"<configuration><packageSources>{sources}</packageSources>{more}</configuration>"
    return written(path, text)


def source(name: str, address: str) -> str:
    return f'<add key="{name}" value="{address}" />'


def test_the_nearest_file_counts(tmp_path: Path) -> None:
    home, project = tmp_path / "home", tmp_path / "project"
    config(home / ".nuget/NuGet/NuGet.Config", source("feed", "https://far.example"))
    config(project / "nuget.config", source("Feed", "https://near.example"))
    (project / "src").mkdir()
    found = settings(files(project / "src", {"HOME": str(home)}))
    assert found.resolve("FEED") == "https://near.example"
    assert found.resolve("other") == "other"


def test_a_tool_may_add_a_file_beside_the_users(tmp_path: Path) -> None:
    added = config(tmp_path / ".nuget/NuGet/config/tool.config", source("a", "https://a.example"))
    assert files(tmp_path / "project", {"HOME": str(tmp_path)}) == [added]


def test_clear_forgets_the_farther_files(tmp_path: Path) -> None:
    near = config(tmp_path / "a", "<clear />" + source("b", "https://b.example"))
    far = config(tmp_path / "b", source("a", "https://a.example"))
    assert settings([near, far]).sources == {"b": "https://b.example"}


def test_prefixes_of_a_namespace_hide_nothing(tmp_path: Path) -> None:
    text = (
        '<configuration xmlns:x="x"><x:packageSources>'
        '<x:add x:key="nuget.org" x:value="https://evil.example" /></x:packageSources>'
        "</configuration>"
    )
    found = settings([written(tmp_path / "nuget.config", text)])
    assert found.resolve("nuget.org") == "https://evil.example"


def test_where_pushes_go(tmp_path: Path) -> None:
    push = '<config><add key="DefaultPushSource" value="https://push.example" /></config>'
    assert settings([config(tmp_path / "a", more=push)]).push == "https://push.example"
    assert settings([]).push == ""


def test_only_the_file_named(tmp_path: Path) -> None:
    config(tmp_path / "nuget.config")
    named = config(tmp_path / "other.config")
    assert files(tmp_path, {}, only=named) == [named]
    assert files(tmp_path, {}, only=tmp_path / "missing") == []


@pytest.mark.parametrize(
    "text",
    [
        "<configuration>",
        "",
        '<!DOCTYPE c [<!ENTITY a "https://evil.example">]><configuration />',
        "<configuration>" + "x" * 300_000,
    ],
)
def test_a_file_that_cannot_be_understood_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueRefusedError, match="cannot be read as a NuGet configuration"):
        settings([written(tmp_path / "nuget.config", text)])


@pytest.mark.parametrize(
    "sources",
    [
        '<add key="a" value="b" Value="c" />',
        '<add xmlns:x="x" key="a" value="b" x:value="c" />',
        source("a", "b") + source("A", "c"),
    ],
)
def test_what_is_said_twice_is_refused(tmp_path: Path, sources: str) -> None:
    with pytest.raises(ValueRefusedError, match="cannot be read as a NuGet configuration"):
        settings([config(tmp_path / "nuget.config", sources)])
