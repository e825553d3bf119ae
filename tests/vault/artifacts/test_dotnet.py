"""NuGet packages out of directories: nuspecs, project files, and what is inherited."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.vault.artifacts.making import NUSPEC
from vault.artifacts import Artifact, ArtifactError, read_project


def project(path: Path, **properties: str) -> Path:
    """A project or property file."""
    inside = "".join(f"<{name}>{value}</{name}>" for name, value in properties.items())
    path.write_text(f"<Project><PropertyGroup>{inside}</PropertyGroup></Project>")
    return path


def refused(folder: Path, package: str | None = None) -> ArtifactError:
    """Why no package can be told."""
    with pytest.raises(ArtifactError) as caught:
        read_project(folder, "nuget", package=package)
    return caught.value


@pytest.mark.parametrize("suffix", ["csproj", "fsproj", "vbproj"])
def test_a_project(tmp_path: Path, suffix: str) -> None:
    path = project(tmp_path / f"App.{suffix}", PackageId="Contoso.App", Version="1.2.0")
    assert read_project(tmp_path, "nuget") == Artifact("nuget", "Contoso.App", "1.2.0", path)


@pytest.mark.parametrize(
    ("properties", "package_id", "version"),
    [
        ({}, "App", ""),
        ({"AssemblyName": "Contoso.Assembly"}, "Contoso.Assembly", ""),
        ({"Version": "1.0.0", "PackageVersion": "2.0.0"}, "App", "2.0.0"),
        ({"Version": "$(Major).0.0"}, "App", ""),
    ],
)
def test_what_a_project_leaves_out(
    tmp_path: Path, properties: dict[str, str], package_id: str, version: str
) -> None:
    project(tmp_path / "App.csproj", **properties)
    found = read_project(tmp_path, "nuget")
    assert (found.package_id, found.version) == (package_id, version)


def test_what_it_inherits(tmp_path: Path) -> None:
    template = "Contoso.$(MSBuildProjectName)"
    project(tmp_path / "Directory.Build.props", PackageId=template, Version="4.0.0")
    (tmp_path / "src" / "a").mkdir(parents=True)
    project(tmp_path / "src" / "a" / "A.csproj")
    found = read_project(tmp_path / "src" / "a", "nuget")
    assert (found.package_id, found.version) == ("Contoso.A", "4.0.0")


def test_a_nuspec_comes_before_a_project(tmp_path: Path) -> None:
    path = tmp_path / "a.nuspec"
    path.write_text(NUSPEC)
    project(tmp_path / "App.csproj")
    assert read_project(tmp_path, "nuget") == Artifact("nuget", "Contoso.Core", "1.2.0", path)


def test_but_one_of_tokens_is_filled_in_from_the_project(tmp_path: Path) -> None:
    (tmp_path / "App.nuspec").write_text(NUSPEC.replace("Contoso.Core", "$id$"))
    project(tmp_path / "App.csproj", AssemblyName="Contoso.App")
    assert read_project(tmp_path, "nuget").package_id == "Contoso.App"


def test_a_version_that_is_a_token_is_left_open(tmp_path: Path) -> None:
    (tmp_path / "a.nuspec").write_text(NUSPEC.replace("1.2.0", "$version$"))
    assert read_project(tmp_path, "nuget").version == ""


@pytest.mark.parametrize("package", ["contoso.b", "B"])
def test_one_of_several_by_id_or_file(tmp_path: Path, package: str) -> None:
    project(tmp_path / "A.csproj")
    project(tmp_path / "B.csproj", PackageId="Contoso.B")
    assert read_project(tmp_path, "nuget", package=package).package_id == "Contoso.B"
    assert "A.csproj, B.csproj" in refused(tmp_path).message
    assert "no package called 'C'" in refused(tmp_path, "C").message


@pytest.mark.parametrize("properties", [{"IsPackable": "false"}, {"PackageId": "$(Company).App"}])
def test_a_project_that_makes_none_or_computes_its_id(
    tmp_path: Path, properties: dict[str, str]
) -> None:
    project(tmp_path / "App.csproj", **properties)
    assert "not packable, or only a build" in refused(tmp_path).message


def test_nothing_there(tmp_path: Path) -> None:
    assert "holds no nuspec or project file" in refused(tmp_path).message
    assert "cannot be read" in refused(tmp_path / "missing").message


@pytest.mark.parametrize("text", ["<Project", "<!DOCTYPE a []><Project/>", "\0", "<a>" * 100])
def test_a_broken_one(tmp_path: Path, text: str) -> None:
    (tmp_path / "App.csproj").write_text(text)
    message = refused(tmp_path).message
    assert message.startswith(f"{tmp_path / 'App.csproj'} cannot be taken for a project file: ")


def test_a_nuspec_with_two_ids(tmp_path: Path) -> None:
    (tmp_path / "a.nuspec").write_text(NUSPEC.replace("<id>", "<id>Fabrikam</id><id>"))
    assert "more than one name" in refused(tmp_path).message
