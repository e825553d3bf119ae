"""File names that tell the same package as the metadata, and those that do not."""

from __future__ import annotations

import pytest

from vault.artifacts.names import check_crate, check_nuget, check_sdist, check_wheel
from vault.packages.reading import UnacceptableError


@pytest.mark.parametrize(
    ("stem", "version"),
    [
        ("Contoso.Core.1.2.0", "1.2.0"),
        ("contoso.CORE.1.2.0", "1.2"),
        ("Contoso.Core.1.2", "1.2.0.0"),
        ("Contoso.Core.1.2.0", "01.02.00"),
        ("Contoso.Core.1.2.0-Beta.1", "1.2-beta.1+4f2c"),
        ("Contoso.Core.0.0.0", "0.0"),
        ("Contoso.Core", "1.2.0"),
    ],
)
def test_names_of_nuget_packages(stem: str, version: str) -> None:
    check_nuget(stem, "Contoso.Core", version)


@pytest.mark.parametrize(
    "stem",
    [
        "Contoso.Core.1.2.1",
        "Contoso.Core.Extra.1.2.0",
        "Contoso.1.2.0",
        "Contoso.Core-1.2.0",
        "Contoso.Core1.2.0",
        "Contoso.Core.1.2.0 (1)",
        "Contoso.Core.",
        "",
    ],
)
def test_names_of_other_nuget_packages(stem: str) -> None:
    with pytest.raises(UnacceptableError) as caught:
        check_nuget(stem, "Contoso.Core", "1.2.0")
    assert repr(stem) in caught.value.reason
    assert "'Contoso.Core.1.2.0'" in caught.value.reason


@pytest.mark.parametrize("name", ["contoso_core", "Contoso.Core", "CONTOSO__core"])
def test_names_of_wheels(name: str) -> None:
    check_wheel(f"{name}-1.2.0-py3-none-any", f"{name}-1.2.0", "Contoso.Core")
    check_wheel(f"{name}-1.2.0-1-py3-none-any", "contoso_core-1.2.0", "contoso-core")


@pytest.mark.parametrize(
    ("stem", "folder"),
    [
        ("contoso-1.2.0-py3-none-any", "contoso_core-1.2.0"),
        ("contoso_core-1.2.0-py3-none-any", "contoso-1.2.0"),
        ("contoso_core-1.2.0", "contoso_core-1.2.0"),
        ("contoso-core-1.2.0-1-py3-none-any", "contoso_core-1.2.0"),
    ],
)
def test_names_of_other_wheels(stem: str, folder: str) -> None:
    with pytest.raises(UnacceptableError):
        check_wheel(stem, folder, "contoso-core")


@pytest.mark.parametrize("stem", ["contoso_core-1.2.0", "Contoso.Core-1.2.0rc1", "contoso-core-v2"])
def test_names_of_sdists(stem: str) -> None:
    check_sdist(stem, "contoso-core")


@pytest.mark.parametrize("stem", ["contoso-1.2.0", "contoso-core-extra-1.2.0", "contoso-core", ""])
def test_names_of_other_sdists(stem: str) -> None:
    with pytest.raises(UnacceptableError):
        check_sdist(stem, "contoso-core")


@pytest.mark.parametrize(
    ("stem", "folder"),
    [("contoso-1.0.1", "contoso-1.0.0"), ("contoso-1.0.0", "Contoso-1.0.0"), ("contoso", "a")],
)
def test_crates_are_compared_character_for_character(stem: str, folder: str) -> None:
    check_crate("contoso-1.0.0", "contoso-1.0.0", "contoso", "1.0.0")
    with pytest.raises(UnacceptableError):
        check_crate(stem, folder, "contoso", "1.0.0")
