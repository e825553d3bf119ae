"""Built packages: each kind of file, and each way one can be hostile."""

from __future__ import annotations

import gzip
import io
import os
import random
import tempfile
import tracemalloc
import zipfile
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.powers import without_powers
from tests.vault.artifacts.making import (
    GEM,
    HEADERS,
    NUSPEC,
    PACKAGE_JSON,
    WHOLE,
    gem,
    refusal,
    tar_gz,
    tarred,
    zipped,
)
from vault.artifacts import Artifact, ArtifactError, packages, read_artifact
from vault.errors import ValueRefusedError
from vault.keys.kind import Kind
from vault.packages.reading import plain_file

MIB = 1024 * 1024
IDS: dict[Kind, str] = {
    "nuget": "Contoso.Core",
    "python": "Contoso.Core",
    "npm": "@contoso/core",
    "cargo": "contoso-core",
    "gem": "contoso-core",
}
KINDS: dict[str, Kind] = {
    "nupkg": "nuget",
    "snupkg": "nuget",
    "whl": "python",
    "gz": "python",
    "zip": "python",
    "tgz": "npm",
    "crate": "cargo",
    "gem": "gem",
}
OURS = (TypeError, AttributeError, NameError, AssertionError, KeyError, IndexError)
"""What only a mistake of keyfob's raises, whatever the file holds."""

DAMAGED = ("it is damaged", "it ends in the middle", "whole zip archive", "such archive")


class TestEachKind:
    """What a whole package tells."""

    @pytest.mark.parametrize("name", WHOLE)
    def test_id_and_version_come_from_inside(self, tmp_path: Path, name: str) -> None:
        path = tmp_path / name
        path.write_bytes(WHOLE[name])
        kind = KINDS[name.rpartition(".")[2]]
        expected = Artifact(kind, IDS[kind], "1.2.0", path, symbols=name.endswith(".snupkg"))
        assert read_artifact(path) == expected

    def test_the_older_kind_of_symbol_package_is_one_too(self, tmp_path: Path) -> None:
        path = tmp_path / "Contoso.Core.1.2.0.symbols.nupkg"
        path.write_bytes(zipped({"Contoso.Core.nuspec": NUSPEC}))
        assert read_artifact(path).symbols

    def test_the_ending_may_be_in_capitals(self, tmp_path: Path) -> None:
        path = tmp_path / "CONTOSO.CORE.1.2.0.NUPKG"
        path.write_bytes(WHOLE["Contoso.Core.1.2.0.nupkg"])
        assert read_artifact(path).package_id == "Contoso.Core"

    @pytest.mark.parametrize("name", ["a.exe", "nupkg", "a.tar.xz", "a.gz"])
    def test_other_files_are_refused_by_naming_what_is_read(
        self, tmp_path: Path, name: str
    ) -> None:
        error = refusal(tmp_path / name, b"")
        assert name in error.message
        assert ".nupkg" in error.hint
        assert ".tar.gz" in error.hint

    def test_an_npm_package_and_a_gem_may_have_any_file_name(self, tmp_path: Path) -> None:
        for suffix in ("tgz", "gem"):
            path = tmp_path / f"latest.{suffix}"
            path.write_bytes(WHOLE[f"contoso-core-1.2.0.{suffix}"])
            assert read_artifact(path).version == "1.2.0"


class TestOtherNames:
    """A file named as another package than it is."""

    @pytest.mark.parametrize(
        ("name", "other"),
        [
            ("Contoso.Core.1.2.0.nupkg", "Fabrikam.1.2.0.nupkg"),
            ("Contoso.Core.1.2.0.nupkg", "Contoso.Core.1.3.0.nupkg"),
            ("contoso_core-1.2.0-py3-none-any.whl", "fabrikam-1.2.0-py3-none-any.whl"),
            ("contoso_core-1.2.0.tar.gz", "fabrikam-1.2.0.tar.gz"),
            ("contoso-core-1.2.0.crate", "fabrikam-1.2.0.crate"),
        ],
    )
    def test_is_refused_with_both_names(self, tmp_path: Path, name: str, other: str) -> None:
        error = refusal(tmp_path / other, WHOLE[name])
        assert other.partition("-")[0].partition(".1")[0] in error.message.rpartition("says")[2]
        assert "ontoso" in error.message.rpartition("metadata")[2]

    def test_a_wheel_whose_metadata_lies_in_another_projects_directory(
        self, tmp_path: Path
    ) -> None:
        data = zipped({"fabrikam-1.2.0.dist-info/METADATA": HEADERS})
        error = refusal(tmp_path / "contoso_core-1.2.0-py3-none-any.whl", data)
        assert "'fabrikam'" in error.message

    def test_a_crate_whose_directory_is_another_crates(self, tmp_path: Path) -> None:
        data = tar_gz({"fabrikam-1.0.0/Cargo.toml": '[package]\nname="contoso"\nversion="1.0.0"'})
        assert "'fabrikam-1.0.0'" in refusal(tmp_path / "contoso-1.0.0.crate", data).message


class TestFiles:
    """What is no file, or cannot be read."""

    def test_a_missing_one(self, tmp_path: Path) -> None:
        error = refusal(tmp_path / "a.nupkg")
        assert error.message == f"{tmp_path / 'a.nupkg'} cannot be read: no such file or directory."
        assert error.exit_code == 2

    def test_a_directory(self, tmp_path: Path) -> None:
        (tmp_path / "a.whl").mkdir()
        assert "it is not a file" in refusal(tmp_path / "a.whl").message

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
    def test_a_pipe_is_not_waited_for(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "a.gem")
        assert "it is not a file" in refusal(tmp_path / "a.gem").message

    @pytest.mark.skipif(os.name == "nt", reason="permissions work otherwise on Windows")
    def test_one_that_may_not_be_read(self, tmp_path: Path) -> None:
        (tmp_path / "a.gem").write_bytes(gem())
        (tmp_path / "a.gem").chmod(0)
        error = without_powers(lambda: refusal(tmp_path / "a.gem"))
        assert "cannot be read: permission denied." in error.message

    def test_a_name_no_system_takes(self) -> None:
        assert refusal(Path("a\0b.gem")).exit_code == ValueRefusedError.exit_code


class TestDamage:
    """Archives that are cut, empty, or something else."""

    @pytest.mark.parametrize("name", WHOLE)
    def test_another_kind_of_file(self, tmp_path: Path, name: str) -> None:
        error = refusal(tmp_path / name, b"not an archive at all" * 100)
        assert any(reason in error.message for reason in DAMAGED), error.message
        assert error.hint == "Build the package again, or name the right file."

    @pytest.mark.parametrize("name", WHOLE)
    @pytest.mark.parametrize("share", [0, 0.1, 0.5, 0.9])
    def test_one_that_ends_early(self, tmp_path: Path, name: str, share: float) -> None:
        data = WHOLE[name].rstrip(b"\0")
        error = refusal(tmp_path / name, data[: int(len(data) * share)])
        assert any(reason in error.message for reason in (*DAMAGED, "it holds no")), error.message

    @settings(
        max_examples=400,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(name=st.sampled_from(sorted(WHOLE)), seed=st.randoms(use_true_random=False))
    def test_changed_bytes_end_in_a_package_or_a_sentence(
        self, name: str, seed: random.Random
    ) -> None:
        data = bytearray(WHOLE[name])
        if name.endswith(("gz", "crate")) and seed.random() < 0.7:  # else only gzip is tried
            data = bytearray(gzip.decompress(bytes(data)))
        for _ in range(seed.randint(1, 8)):
            data[seed.randrange(len(data))] = seed.choice([0, 255, 32, 49, seed.randrange(256)])
        whole = bytes(data)
        if whole[:2] != b"\x1f\x8b" and name.endswith(("gz", "crate")):
            whole = gzip.compress(whole, 1)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, name)
            path.write_bytes(whole)
            try:
                end: Artifact | ArtifactError = read_artifact(path)
            except ArtifactError as error:
                end = error
        if isinstance(end, Artifact):
            assert end.path == path
        else:
            assert end.message.endswith(".")
            assert end.hint
            assert not isinstance(end.__cause__, OURS), end.__cause__


class TestMetadata:
    """Metadata that is missing, doubled, or not what it should be."""

    @pytest.mark.parametrize(
        ("name", "empty"),
        [
            ("a.nupkg", zipped({"lib/a.nuspec": NUSPEC})),
            ("a-1-py3-none-any.whl", zipped({"METADATA": HEADERS, "a/b/METADATA": HEADERS})),
            ("a-1.tar.gz", tar_gz({"PKG-INFO": HEADERS})),
            ("a-1.tgz", tar_gz({"package.json": PACKAGE_JSON})),
            ("a-1.crate", tar_gz({"a-1/src/lib.rs": ""})),
            ("a-1.gem", tarred({"data.tar.gz": b""})),
        ],
    )
    def test_none_where_it_belongs(self, tmp_path: Path, name: str, empty: bytes) -> None:
        assert "it holds no " in refusal(tmp_path / name, empty).message

    @pytest.mark.parametrize(
        ("name", "double"),
        [
            ("a.nupkg", zipped({"a.nuspec": NUSPEC, "b.nuspec": NUSPEC})),
            ("a.nupkg", zipped({"a.nuspec": NUSPEC, "A.NUSPEC": NUSPEC})),
            (
                "a-1-py3-none-any.whl",
                zipped({"a-1.dist-info/METADATA": HEADERS, "b-1.dist-info/METADATA": HEADERS}),
            ),
            ("a-1.tar.gz", tar_gz({"a-1/PKG-INFO": HEADERS, "b/PKG-INFO": HEADERS})),
            ("a-1.tgz", tar_gz({"a/package.json": "{}", "package/package.json": PACKAGE_JSON})),
            ("a-1.tgz", tar_gz({"a/package.json": "{}", "./a//package.json": PACKAGE_JSON})),
        ],
    )
    def test_two(self, tmp_path: Path, name: str, double: bytes) -> None:
        assert "it holds more than one " in refusal(tmp_path / name, double).message

    def test_the_same_member_twice(self, tmp_path: Path) -> None:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("a.nuspec", NUSPEC)
            with pytest.warns(UserWarning, match="Duplicate"):
                archive.writestr("a.nuspec", NUSPEC.replace("Contoso", "Fabrikam"))
        assert "more than one nuspec" in refusal(tmp_path / "a.nupkg", buffer.getvalue()).message

    @pytest.mark.parametrize(
        ("name", "data"),
        [
            ("a-1.tgz", tar_gz({"package/Package.JSON": PACKAGE_JSON})),
            ("a-1.tar.gz", tar_gz({"a-1/pkg-info": HEADERS})),
        ],
    )
    def test_in_another_case(self, tmp_path: Path, name: str, data: bytes) -> None:
        assert "it spells " in refusal(tmp_path / name, data).message

    def test_entities_are_not_followed(self, tmp_path: Path) -> None:
        bomb = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
        data = zipped({"a.nuspec": bomb + NUSPEC.partition("?>")[2].replace("Core", "&b;")})
        assert "has a document type" in refusal(tmp_path / "a.nupkg", data).message

    def test_a_name_in_pieces_is_put_together(self, tmp_path: Path) -> None:
        data = zipped({"a.nuspec": NUSPEC.replace("so.", "s<!-- x -->o<![CDATA[.]]>")})
        path = tmp_path / "contoso.core.nupkg"
        path.write_bytes(data)
        assert read_artifact(path).package_id == "Contoso.Core"

    @pytest.mark.parametrize(
        ("toml", "reason"),
        [
            ("a" + ".a" * 50_000 + " = 1", "a key of too many parts"),
            ("[a" + ".a" * 50_000 + "]", "a key of too many parts"),
            ("#" * 300_000, "is too large"),
        ],
    )
    def test_a_cargo_toml_that_would_take_long(
        self, tmp_path: Path, toml: str, reason: str
    ) -> None:
        data = tar_gz({"a-1.0.0/Cargo.toml": toml})
        assert reason in refusal(tmp_path / "a-1.0.0.crate", data).message

    @pytest.mark.parametrize("bad", ["../../etc", "a b", "$id$", "x" * 200, "a\x1b[31m", "ä"])
    def test_a_name_that_is_none(self, tmp_path: Path, bad: str) -> None:
        data = tar_gz({"package/package.json": PACKAGE_JSON.replace("@contoso/core", bad)})
        nuspec = zipped({"a.nuspec": NUSPEC.replace("Contoso.Core", bad)})
        for name, hostile in (("a.tgz", data), ("a.nupkg", nuspec)):
            if bad != "x" * 200 or name == "a.nupkg":  # npm's limit is 214
                error = refusal(tmp_path / name, hostile)
                assert "as name, which is none" in error.message or "is not" in error.message

    @pytest.mark.parametrize(
        ("json", "reason"),
        [
            ("[]", "is not a JSON object"),
            ('{"name": 1, "version": "1.0.0"}', "gives no name"),
            ('{"name": "a"}', "gives no version"),
            ('{"name": "a", "version": "one two"}', "as version, which is none"),
            ("{", "is not JSON"),
            ("[" * 100_000, "nested too deeply"),
            ('{"name": "a", "version": ' + "9" * 5_000 + "}", "damaged"),
            (b"\xff\xfe\x00", "is not UTF-8"),
        ],
    )
    def test_a_package_json_that_tells_nothing(
        self, tmp_path: Path, json: str | bytes, reason: str
    ) -> None:
        assert reason in refusal(tmp_path / "a.tgz", tar_gz({"a/package.json": json})).message

    def test_a_specification_that_unpacks_to_too_much(self, tmp_path: Path) -> None:
        error = refusal(tmp_path / "a.gem", gem(GEM + "x: y\n" * MIB))
        assert "its metadata is too large" in error.message


class TestBounds:
    """What a package may cost."""

    def test_of_a_large_wheel_only_list_and_metadata_are_read(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "contoso_core-1.2.0-py3-none-any.whl"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("contoso/a.bin", random.Random(1).randbytes(50 * MIB))
            archive.writestr("contoso_core-1.2.0.dist-info/METADATA", HEADERS)
        counted = 0

        class Counting(io.FileIO):
            def readinto(self, buffer: object, /) -> int | None:
                nonlocal counted
                read = super().readinto(buffer)  # type: ignore[arg-type]
                counted += read or 0
                return read

            def readall(self) -> bytes:
                nonlocal counted
                data = super().readall()
                counted += len(data)
                return data

        def opened(path: Path) -> BinaryIO:
            return io.BufferedReader(Counting(path))

        monkeypatch.setattr(packages, "plain_file", opened)
        assert read_artifact(path).package_id == "Contoso.Core"
        assert 0 < counted < MIB // 4

    def test_a_member_that_unpacks_to_very_much_takes_no_memory(self, tmp_path: Path) -> None:
        data = zipped({"a.nuspec": b" " * (200 * MIB)})
        tracemalloc.start()
        try:
            error = refusal(tmp_path / "a.nupkg", data)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert "its metadata is too large" in error.message
        assert peak < 40 * MIB

    def test_what_reading_opens_it_closes(self, tmp_path: Path) -> None:
        path = tmp_path / "a.gem"
        path.write_bytes(gem())
        with plain_file(path) as stream:
            assert stream.fileno() > 0
        assert stream.closed
