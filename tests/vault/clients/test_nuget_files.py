from __future__ import annotations

import sys
from pathlib import Path

import pytest

from vault.clients.nuget_files import packages
from vault.errors import ValueRefusedError

FILES = (
    "A.nupkg",
    ".hidden.nupkg",
    "B.NUPKG",
    "A.snupkg",
    "[x].nupkg",
    "out/C.nupkg",
    "out/d/E.nupkg",
)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.nupkg", {"A.nupkg", ".hidden.nupkg", "B.NUPKG", "[x].nupkg"}),
        ("*", {"A.nupkg", ".hidden.nupkg", "B.NUPKG", "[x].nupkg"}),
        ("./*.nupkg", {"A.nupkg", ".hidden.nupkg", "B.NUPKG", "[x].nupkg"}),
        ("?*.nupkg", {"A.nupkg", ".hidden.nupkg", "B.NUPKG", "[x].nupkg"}),
        ("*.snupkg", {"A.snupkg"}),
        ("a*.nupkg", {"A.nupkg"}),
        ("[x]*.nupkg", {"[x].nupkg"}),
        ("[x].nupkg", {"[x].nupkg"}),
        ("out/*", {"out/C.nupkg"}),
        ("out/**", {"out/C.nupkg", "out/d/E.nupkg"}),
        ("o*/c*", {"out/C.nupkg"}),
        ("**/E.nupkg", {"out/d/E.nupkg"}),
    ],
)
def test_patterns_name_what_nuget_pushes(work: Path, pattern: str, expected: set[str]) -> None:
    found = packages(work, [pattern])
    assert {each.relative_to(work).as_posix() for each in found} == expected


@pytest.mark.parametrize("pattern", ["", "absent.nupkg", "?.nupkg", "absent/*", "a\0b"])
def test_what_names_nothing_is_refused(work: Path, pattern: str) -> None:
    with pytest.raises(ValueRefusedError):
        packages(work, [pattern])


@pytest.mark.skipif(sys.platform == "win32", reason="it takes both separators")
def test_a_whole_path_may_be_a_pattern(work: Path) -> None:
    assert packages(Path("/"), [f"{work}/out/*"]) == [work / "out" / "C.nupkg"]
