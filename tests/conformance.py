"""Compare keyfob with vector files: `python tests/conformance.py FILE...`.

A file's kind is the longest known kind in its name. Every row is put to the product's own functions
and its answer compared with the row's. Failing rows and the reason of every skipped row are
printed; the last line is `N passed, M failed, K skipped`, and the exit status 1 if any failed.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

if not __package__:
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.conformance_keys import KEY_FORMAT_SECTIONS, token_row
from tests.conformance_scopes import SCOPE_UNIT_SECTIONS, scope_row
from tests.conformance_tools import Answer, Row, Skip, present
from vault.keys.glob import Glob, Matching, charset_problem, is_package_id, registry_accepts

RowCheck: TypeAlias = Callable[[Row], Answer]


def glob_row(row: Row) -> Answer:
    differs = row.get("differs_in") or {}
    if "ascii_fold_linear" in differs:
        raise Skip("keyfob folds ASCII only and anchors at both ends, on purpose")
    if row.get("portable") is False and not differs:
        raise Skip("the row is not portable and does not say which matchers differ")
    pattern, package_id = present(row, "pattern"), present(row, "package_id")
    return {"match": (present(row, "match"), Glob(pattern).covers(package_id))}


def package_id_row(row: Row) -> Answer:
    package_id = present(row, "package_id")
    if package_id.endswith("\n") and row.get("valid_for_push"):
        raise Skip("keyfob refuses the trailing line feed that .NET's $ lets through")
    return {"valid_for_push": (present(row, "valid_for_push"), is_package_id(package_id))}


def charset_row(row: Row) -> Answer:
    accepted = charset_problem(present(row, "pattern")) is None
    return {"form_accepts": (present(row, "form_accepts"), accepted)}


def crates_row(row: Row) -> Answer:
    pattern = present(row, "pattern")
    answer: Answer = {}
    if row.get("valid") is not None:
        answer["valid"] = (row["valid"], registry_accepts(pattern, Matching.PREFIX))
    if row.get("crate") is not None and row.get("match") is not None:
        answer["match"] = (row["match"], Glob(pattern, Matching.PREFIX).covers(row["crate"]))
    return answer


KINDS: Mapping[str, RowCheck | Mapping[str, RowCheck]] = {
    "nuget_glob": glob_row,
    "nuget_scope": scope_row,
    "nuget_scope_units": SCOPE_UNIT_SECTIONS,
    "nuget_key_format": KEY_FORMAT_SECTIONS,
    "nuget_package_id": package_id_row,
    "nuget_pattern_charset": charset_row,
    "crates_pattern": crates_row,
    "token_formats": token_row,
}


@dataclass(frozen=True)
class Result:
    """What became of one row: `passed`, `failed` or `skipped`."""

    status: str
    place: str
    reason: str = ""


def check_file(path: Path) -> Iterator[Result]:
    """The results of every row of one file."""
    kind = max((kind for kind in KINDS if kind in path.name), key=len, default=None)
    if kind is None:
        yield Result("skipped", path.name, "not a kind this runner compares")
        return
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        yield Result("failed", path.name, f"cannot be read: {error}")
        return
    for section, number, row in _rows(data):
        check = KINDS[kind]
        name = row.get("name", "") if isinstance(row, dict) else ""
        place = f"{path.name} {section}[{number}] {name}".rstrip()
        chosen = check.get(section) if isinstance(check, Mapping) else check
        yield _check_row(chosen, row, place)


def _rows(data: Any) -> Iterator[tuple[str, int, Any]]:
    """Rows of a list, or of the lists of objects in an object; other entries are remarks."""
    sections = data if isinstance(data, dict) else {"": data}
    for section, rows in sections.items():
        if isinstance(rows, list) and (not rows or isinstance(rows[0], dict)):
            yield from ((section, number, row) for number, row in enumerate(rows))


def _check_row(check: RowCheck | None, row: Any, place: str) -> Result:
    if check is None or not isinstance(row, dict):
        return Result("skipped", place, "a section or row this runner does not know")
    try:
        answer = check(row)
    except Skip as skip:
        return Result("skipped", place, str(skip))
    except Exception as error:  # noqa: BLE001 - a crash of the product is one failed row, not the end
        return Result("failed", place, f"{type(error).__name__}: {error}")
    if not answer:
        return Result("skipped", place, "the row expects nothing that can be compared")
    wrong = [
        f"{field}: expected {expected!r}, got {actual!r}"
        for field, (expected, actual) in answer.items()
        if expected != actual
    ]
    return Result("failed" if wrong else "passed", place, "; ".join(wrong))


def main(arguments: list[str]) -> int:
    """Check the named files; 1 if a row failed, 2 if no file was named."""
    if not arguments:
        print("usage: python tests/conformance.py FILE...", file=sys.stderr)
        return 2
    counts: Counter[str] = Counter()
    for name in arguments:
        for result in check_file(Path(name)):
            counts[result.status] += 1
            if result.status != "passed":
                print(f"{result.status}: {ascii(result.place)[1:-1]}: {ascii(result.reason)[1:-1]}")
    print(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
