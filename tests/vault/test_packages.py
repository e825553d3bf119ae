"""Package ids in a directory: each kind of file, and every way a file can be hostile."""

from __future__ import annotations

import os
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.powers import without_powers
from vault.packages import PackageId, package_ids
from vault.packages.reading import LARGEST, texts

NUSPEC = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">'
    "<metadata><id>{}</id><version>1.0.0</version></metadata></package>"
)
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa">'
    '<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
    "<package><metadata><id>Bomb&c;</id></metadata></package>"
)
PLENTY = 60.0  # seconds: for tests that are not about time


def project(*properties: str) -> str:
    """A project file with these elements in its property group."""
    inside = "".join(properties)
    return f'<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup>{inside}</PropertyGroup></Project>'


def write(path: Path, text: str | bytes) -> Path:
    """A file, with the directories it needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def pack(path: Path, nuspec: str | bytes, name: str = "Contoso.Core.nuspec") -> Path:
    """A built package."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("lib/net8.0/Contoso.dll", b"MZ")
        archive.writestr(name, nuspec)
    return path


def found(
    directory: Path, *, limit: int = 500, depth: int = 4, entries: int = 4000
) -> list[PackageId]:
    """What is found when there is time."""
    return list(package_ids(directory, limit=limit, depth=depth, entries=entries, seconds=PLENTY))


def ids(directory: Path) -> list[str]:
    """Only the ids."""
    return [package.id for package in found(directory)]


class TestEachKind:
    """What each kind of file says."""

    def test_a_built_package_says_its_nuspecs_id(self, tmp_path: Path) -> None:
        pack(tmp_path / "out" / "anything.nupkg", NUSPEC.format("Contoso.Core"))
        assert found(tmp_path) == [PackageId("Contoso.Core", "nuget", "out/anything.nupkg")]

    @pytest.mark.parametrize("name", ["A.1.0.0.symbols.nupkg", "A.1.0.0.snupkg"])
    def test_symbols_are_not_packages(self, tmp_path: Path, name: str) -> None:
        pack(tmp_path / name, NUSPEC.format("Contoso.Core"))
        assert ids(tmp_path) == []

    def test_a_nuspec_below_the_root_of_the_archive_is_not_the_packages(
        self, tmp_path: Path
    ) -> None:
        pack(tmp_path / "a.nupkg", NUSPEC.format("Contoso.Core"), "content/other.nuspec")
        assert ids(tmp_path) == []

    @pytest.mark.parametrize(
        "place",
        ["packages/Other.Lib.1.0.0/Other.Lib.1.0.0.nupkg", "other.lib/1.0.0/other.lib.1.0.0.nupkg"],
    )
    def test_packages_that_were_only_restored_are_someone_elses(
        self, tmp_path: Path, place: str
    ) -> None:
        pack(tmp_path / place, NUSPEC.format("Other.Lib"))
        assert ids(tmp_path) == []

    @pytest.mark.parametrize("suffix", ["csproj", "fsproj", "vbproj"])
    def test_a_project_says_its_package_id(self, tmp_path: Path, suffix: str) -> None:
        write(tmp_path / f"App.{suffix}", project("<PackageId> Contoso.App </PackageId>"))
        assert found(tmp_path) == [PackageId("Contoso.App", "nuget", f"App.{suffix}")]

    @pytest.mark.parametrize(
        ("properties", "expected"),
        [
            (["<AssemblyName>Contoso.Assembly</AssemblyName>"], ["Contoso.Assembly"]),
            ([], ["App"]),
            (["<PackageId>$(AssemblyName)</PackageId>"], ["App"]),
            (
                ["<PackageId>$(AssemblyName).Pkg</PackageId>", "<AssemblyName>Asm</AssemblyName>"],
                ["Asm.Pkg"],
            ),
            (["<PackageId>Contoso.$(MSBuildProjectName)</PackageId>"], ["Contoso.App"]),
            (["<packageid>Contoso.$(msbuildprojectname)</packageid>"], ["Contoso.App"]),
            (["<AssemblyName>C.$(MSBuildProjectName)</AssemblyName>"], ["C.App"]),
            (["<PackageId>$(Company).App</PackageId>"], []),
            (["<PackageId>$([System.IO.Path]::GetTempPath())</PackageId>"], []),
            (["<PackageId></PackageId>"], ["App"]),
            (["<PackageId>One</PackageId>", "<PackageId>Two</PackageId>"], ["Two"]),
            (["<PackageId>Contoso</PackageId>", "<IsPackable>False</IsPackable>"], []),
            (["<PackageId>Contoso</PackageId>", "<IsPackable>true</IsPackable>"], ["Contoso"]),
            (["<PackageId>not an id!</PackageId>"], []),
        ],
    )
    def test_how_a_project_gets_its_id(
        self, tmp_path: Path, properties: list[str], expected: list[str]
    ) -> None:
        write(tmp_path / "App.csproj", project(*properties))
        assert ids(tmp_path) == expected

    def test_an_old_project_with_a_namespace_is_read_too(self, tmp_path: Path) -> None:
        text = project("<AssemblyName>Old.Style</AssemblyName>").replace(
            "<Project ", '<Project xmlns="http://schemas.microsoft.com/developer/msbuild/2003" '
        )
        write(tmp_path / "a.csproj", text)
        assert ids(tmp_path) == ["Old.Style"]

    def test_directory_build_props_says_its_own_id(self, tmp_path: Path) -> None:
        write(tmp_path / "Directory.Build.props", project("<PackageId>Contoso</PackageId>"))
        assert found(tmp_path) == [PackageId("Contoso", "nuget", "Directory.Build.props")]

    def test_and_names_the_projects_below_that_do_not_name_themselves(self, tmp_path: Path) -> None:
        template = "<PackageId>Contoso.$(MSBuildProjectName)</PackageId>"
        write(tmp_path / "Directory.Build.props", project(template))
        write(tmp_path / "A.csproj", project())
        write(tmp_path / "src" / "b" / "B.csproj", project())
        write(tmp_path / "src" / "c" / "C.csproj", project("<PackageId>Own</PackageId>"))
        assert ids(tmp_path) == ["Contoso.A", "Contoso.B", "Own"]

    def test_the_nearest_props_count_alone(self, tmp_path: Path) -> None:
        template = "<PackageId>Contoso.$(MSBuildProjectName)</PackageId>"
        write(tmp_path / "Directory.Build.props", project(template))
        internal = project("<IsPackable>false</IsPackable>")
        write(tmp_path / "tests" / "Directory.Build.props", internal)
        write(tmp_path / "tests" / "unit" / "T.csproj", project())
        write(tmp_path / "src" / "S.csproj", project())
        assert ids(tmp_path) == ["Contoso.S"]

    @pytest.mark.parametrize(
        ("name", "text", "kind", "expected"),
        [
            ("Cargo.toml", '[package]\nname = "serde_like"', "cargo", "serde_like"),
            ("pyproject.toml", '[project]\nname = "Con-toso.py"', "python", "Con-toso.py"),
            ("pyproject.toml", '[tool.poetry]\nname = "contoso"', "python", "contoso"),
            ("package.json", '{"name": "@contoso/app"}', "npm", "@contoso/app"),
            ("package.json", '\ufeff{"name": "contoso"}', "npm", "contoso"),
        ],
    )
    def test_a_manifest_says_its_name(
        self, tmp_path: Path, name: str, text: str, kind: str, expected: str
    ) -> None:
        write(tmp_path / name, text)
        (package,) = found(tmp_path)
        assert (package.id, package.kind, package.source) == (expected, kind, name)

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("Cargo.toml", '[workspace]\nmembers = ["a"]'),
            ("Cargo.toml", '[package]\nname = "internal"\npublish = false'),
            ("pyproject.toml", "[tool.ruff]\nline-length = 100"),
            ("package.json", '{"name": "site", "private": true}'),
            ("package.json", "{}"),
        ],
    )
    def test_what_is_not_published_has_no_id(self, tmp_path: Path, name: str, text: str) -> None:
        write(tmp_path / name, text)
        assert ids(tmp_path) == []


class TestTheWalk:
    """Where it looks, in which order, and when it stops."""

    def test_the_nearest_come_first_then_by_name(self, tmp_path: Path) -> None:
        for place in ("z/deep/D.csproj", "b/B.csproj", "a/A.csproj", "Z.csproj"):
            write(tmp_path / place, project())
        assert ids(tmp_path) == ["Z", "A", "B", "D"]

    def test_duplicates_merge_whatever_their_case_and_the_nearest_stays(
        self, tmp_path: Path
    ) -> None:
        pack(tmp_path / "contoso.1.0.0.nupkg", NUSPEC.format("Contoso.Core"))
        pack(tmp_path / "contoso.1.1.0.nupkg", NUSPEC.format("Contoso.Core"))
        write(tmp_path / "src" / "x.csproj", project("<PackageId>CONTOSO.core</PackageId>"))
        assert found(tmp_path) == [PackageId("Contoso.Core", "nuget", "contoso.1.0.0.nupkg")]

    def test_the_same_name_on_two_registries_is_two_packages(self, tmp_path: Path) -> None:
        write(tmp_path / "Cargo.toml", '[package]\nname = "contoso"')
        write(tmp_path / "package.json", '{"name": "contoso"}')
        assert [package.kind for package in found(tmp_path)] == ["cargo", "npm"]

    @pytest.mark.parametrize(
        "place",
        [".git", "node_modules", "bin/Release", "OBJ", "target/package", ".venv", "__pycache__"],
    )
    def test_output_dependencies_and_hidden_directories_are_skipped(
        self, tmp_path: Path, place: str
    ) -> None:
        write(tmp_path / place / "A.csproj", project())
        assert ids(tmp_path) == []

    def test_depth_is_bounded(self, tmp_path: Path) -> None:
        write(tmp_path / "1/2/3/4/In.csproj", project())
        write(tmp_path / "1/2/3/4/5/Out.csproj", project())
        assert ids(tmp_path) == ["In"]
        assert found(tmp_path, depth=0) == []

    def test_entries_are_bounded(self, tmp_path: Path) -> None:
        for number in range(50):
            write(tmp_path / f"P{number}.csproj", project())
        assert len(found(tmp_path, entries=20)) == 20

    def test_results_are_bounded(self, tmp_path: Path) -> None:
        for number in range(20):
            write(tmp_path / f"P{number}.csproj", project())
        assert len(found(tmp_path, limit=7)) == 7

    def test_time_is_bounded_and_what_was_found_is_kept(self, tmp_path: Path) -> None:
        for number in range(20):
            write(tmp_path / f"P{number:02}.csproj", project())
        ticks = iter(range(1000))
        some = package_ids(tmp_path, seconds=5, monotonic=lambda: float(next(ticks)))
        assert [package.id for package in some] == ["P00", "P01", "P02", "P03", "P04"]

    def test_symbolic_links_are_not_followed_so_a_loop_ends(self, tmp_path: Path) -> None:
        inside = tmp_path / "tree"
        write(inside / "A.csproj", project())
        write(tmp_path / "outside" / "B.csproj", project())
        (inside / "loop").symlink_to(inside, target_is_directory=True)
        (inside / "away").symlink_to(tmp_path / "outside", target_is_directory=True)
        (inside / "C.csproj").symlink_to(tmp_path / "outside" / "B.csproj")
        assert ids(inside) == ["A"]

    def test_a_relative_directory_will_do(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        template = "<PackageId>Contoso.$(MSBuildProjectName)</PackageId>"
        write(tmp_path / "Directory.Build.props", project(template))
        write(tmp_path / "src" / "A.csproj", project())
        monkeypatch.chdir(tmp_path)
        assert found(Path()) == [PackageId("Contoso.A", "nuget", "src/A.csproj")]

    def test_a_thousand_projects_take_no_longer_than_allowed(self, tmp_path: Path) -> None:
        for number in range(1000):
            write(tmp_path / f"{number % 30}" / f"P{number}.csproj", project())
        started = time.monotonic()
        assert package_ids(tmp_path)
        assert time.monotonic() - started < 2


NAMES = ["a.nupkg", "a.csproj", "Directory.Build.props", "Cargo.toml", "package.json"]


class TestHostileFiles:
    """Nothing raises, nothing hangs, and the good neighbour is still found."""

    @pytest.fixture
    def tree(self, tmp_path: Path) -> Path:
        write(tmp_path / "z" / "good" / "pyproject.toml", '[project]\nname = "good"')
        return tmp_path

    @pytest.mark.parametrize("name", NAMES)
    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"\x00\xff\xfe garbage",
            b"PK\x05\x06",
            b"<Project",
            b"<a>" * 5000,
            b"[" * 100_000,
            b'{"name": ' + b"9" * 5000 + b"}",
            b'{"name": ["a"]}',
            b"[1, 2]",
            b"package = 1\nproject = 2",
            b"[package]\nname = 3",
            b"\xff\xfe<\x00P\x00",
            BOMB.encode(),
            b"<" + b"a" * (2 * LARGEST) + b"/>",
        ],
        ids=lambda data: repr(data[:20]),
    )
    def test_broken_content(self, tree: Path, name: str, data: bytes) -> None:
        write(tree / name, data)
        assert ids(tree) == ["good"]

    @pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
    def test_files_that_are_not_files(self, tree: Path) -> None:
        os.mkfifo(tree / "Cargo.toml")
        (tree / "package.json").mkdir()
        (tree / "a.csproj").symlink_to("nowhere")
        assert ids(tree) == ["good"]

    @pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
    def test_unreadable_files_and_directories(self, tree: Path) -> None:
        write(tree / "a.csproj", project()).chmod(0)
        (tree / "b").mkdir(mode=0)
        assert without_powers(lambda: ids(tree)) == ["good"]

    def test_a_directory_that_is_gone(self, tmp_path: Path) -> None:
        assert ids(tmp_path / "nowhere") == []
        assert ids(write(tmp_path / "file", "x")) == []

    @pytest.mark.parametrize(
        "nuspec",
        [
            BOMB,
            '<!DOCTYPE a SYSTEM "file:///etc/passwd">' + NUSPEC.format("A").partition("?>")[2],
            "<package><metadata><id></id></metadata></package>",
            "<package><metadata/></package>",
            NUSPEC.format("Bad Id"),
            NUSPEC.format("&#27;]2;title&#7;"),
            NUSPEC.format("A" * 200),
            NUSPEC.format("A") + " " * LARGEST,
        ],
        ids=range(8),
    )
    def test_a_nuspec_that_is_none(self, tree: Path, nuspec: str) -> None:
        pack(tree / "a.nupkg", nuspec)
        assert ids(tree) == ["good"]

    def test_a_nuspec_that_unpacks_to_far_more_than_it_says(self, tree: Path) -> None:
        path = pack(tree / "a.nupkg", NUSPEC.format("A") + " " * 50_000_000)
        data = path.read_bytes()
        size = 50_000_000 + len(NUSPEC.format("A"))
        claimed = data.replace(size.to_bytes(4, "little"), b"\xff\0\0\0")
        assert claimed != data
        path.write_bytes(claimed)
        assert ids(tree) == ["good"]

    @pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    def test_a_nuspec_packed_in_a_way_that_unpacks_without_a_bound(
        self, tree: Path, method: int
    ) -> None:
        with zipfile.ZipFile(tree / "a.nupkg", "w", method) as archive:
            archive.writestr("a.nuspec", NUSPEC.format("A"))
        assert ids(tree) == ["good"]

    def test_an_archive_of_very_many_files(self, tree: Path) -> None:
        with zipfile.ZipFile(tree / "a.nupkg", "w") as archive:
            for number in range(6000):
                archive.writestr(f"{number}", b"")
            archive.writestr("a.nuspec", NUSPEC.format("A"))
        assert ids(tree) == ["good"]

    def test_an_encrypted_package(self, tree: Path) -> None:
        path = pack(tree / "a.nupkg", NUSPEC.format("A"))
        data = bytearray(path.read_bytes())
        at = data.rfind(b"PK\1\2")
        data[at + 8] |= 1
        path.write_bytes(data)
        assert ids(tree) == ["good"]

    @given(data=st.binary(max_size=300))
    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_any_bytes(self, tree: Path, data: bytes) -> None:
        for name in NAMES:
            write(tree / name, data)
        assert "good" in ids(tree)

    @given(cut=st.integers(0, 400), flip=st.integers(0, 400))
    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_a_damaged_package(self, tree: Path, cut: int, flip: int) -> None:
        data = bytearray(pack(tree / "a.nupkg", NUSPEC.format("Contoso.Core")).read_bytes())
        data[flip % len(data)] ^= 0x55
        write(tree / "a.nupkg", bytes(data[: len(data) - cut]))
        assert "good" in ids(tree)


@pytest.mark.parametrize(
    "refused",
    [BOMB, "<!DOCTYPE package><package/>", "<a>" * 100 + "</a>" * 100],
    ids=["entities", "document type", "depth"],
)
def test_xml_with_a_document_type_or_without_a_floor_is_refused(refused: str) -> None:
    with pytest.raises(ValueError, match=r"document type|deeply"):
        texts(refused.encode(), "package/metadata/id")


def test_texts_are_those_of_the_path_alone() -> None:
    data = (
        b"<p:Package xmlns:p='u'><ID>no</ID><metadata><id> A<!-- -->B </id>"
        b"<x><id>no</id></x></metadata></p:Package>"
    )
    assert texts(data, "package/metadata/id") == {"package/metadata/id": ["AB"]}
