from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import conformance

ROOT = Path(__file__).resolve().parent.parent
VECTORS = ROOT / "tests" / "vectors"
COMPARED = sorted(path.name for path in VECTORS.glob("*.json") if path.stem in conformance.KINDS)


def run(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    status = conformance.main([str(path)])
    return status, capsys.readouterr().out.splitlines()


def totals(line: str) -> tuple[int, int, int]:
    match = re.fullmatch(r"(\d+) passed, (\d+) failed, (\d+) skipped", line)
    assert match is not None, line
    return int(match[1]), int(match[2]), int(match[3])


def test_every_required_kind_has_a_vector_file() -> None:
    assert {Path(name).stem for name in COMPARED} == set(conformance.KINDS)


@pytest.mark.parametrize("name", COMPARED)
def test_keyfob_agrees_with_the_vectors(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, lines = run(VECTORS / name, capsys)
    passed, failed, skipped = totals(lines[-1])
    assert (status, failed) == (0, 0), "\n".join(lines)
    assert passed > 2 * skipped
    assert len(lines) == skipped + 1, "each skipped row gives its reason"


@pytest.mark.parametrize(
    ("name", "row", "wrong"),
    [
        ("nuget_glob.json", {"pattern": "Alpha.*", "package_id": "Alpha", "match": False}, "match"),
        ("hidden_crates_pattern.v2.json", {"pattern": "te*st", "valid": False}, "valid"),
        ("my-nuget_package_id.json", {"package_id": "a..b", "valid_for_push": False}, None),
    ],
)
def test_a_wrong_row_is_named_and_the_status_says_so(
    name: str,
    row: dict[str, object],
    wrong: str | None,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    flipped = {key: not value if isinstance(value, bool) else value for key, value in row.items()}
    path = tmp_path / name
    path.write_text(json.dumps([row, flipped, {**row, "extra": [1]}]), encoding="utf-8")
    status, lines = run(path, capsys)
    assert status == 1
    assert totals(lines[-1]) == (2, 1, 0)
    assert f"{name} [1]: {wrong or 'valid_for_push'}: expected True, got False" in lines[0]


def test_rows_with_nothing_to_compare_are_skipped_not_failed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {
        "nuget_glob.json": [{"pattern": None, "package_id": "a", "match": False}, {}],
        "nuget_scope.json": [{"request": {"action": "dance"}}, {"scopes": None, "request": None}],
        "nuget_key_format.json": {"v6": [{"key": "x"}], "note": "n", "v5_create": [{"colour": 1}]},
        "token_formats.json": [{"format": "new", "token": "zzz", "valid": True}, {"op": "merge"}],
        "unheard_of.json": [{"a": 1}],
    }
    for name, data in files.items():
        (tmp_path / name).write_text(json.dumps(data), encoding="utf-8")
        status, lines = run(tmp_path / name, capsys)
        passed, failed, skipped = totals(lines[-1])
        assert (status, passed, failed) == (0, 0, 0), (name, lines)
        assert skipped == len(lines) - 1 > 0


def test_a_file_that_cannot_be_read_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "nuget_glob.json").write_text("{", encoding="utf-8")
    assert run(tmp_path / "nuget_glob.json", capsys)[0] == 1
    assert run(tmp_path / "absent_nuget_glob.json", capsys)[0] == 1
    assert conformance.main([]) == 2


@pytest.mark.parametrize("start", [["tests/conformance.py"], ["-m", "tests.conformance"]])
def test_it_runs_as_a_script_and_as_a_module(start: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, *start, str(VECTORS / "crates_pattern.json")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert totals(done.stdout.splitlines()[-1])[1] == 0
