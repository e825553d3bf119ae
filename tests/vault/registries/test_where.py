from __future__ import annotations

import pytest

from vault.registries.where import line_of

TEXT = """\
id = "x"
rotation.kind = "magic"

[lifetimes] # how long
options = ["1d"]
default = "1d"

[[actions]]
id = "push"

[[actions]]
id = "unlist"
permits = ["fly"]
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("id", 1),
        ("rotation.kind", 2),
        ("lifetimes.options[0]", 5),
        ("lifetimes", 4),
        ("lifetimes.missing", 4),
        ("actions[1].permits", 13),
        ("actions[0].permits", 8),
        ("actions[7].permits", None),
        ("nowhere", None),
        ("", None),
    ],
)
def test_the_line_of_a_field_or_of_the_table_it_is_missing_from(
    path: str, line: int | None
) -> None:
    assert line_of(TEXT, path) == line


def test_a_key_of_a_table_is_not_taken_for_one_of_the_file() -> None:
    assert line_of("[a]\nid = 1\n[b]\nid = 2\n", "b.id") == 4
    assert line_of("[a]\nid = 1\n", "id") is None


def test_a_line_that_is_almost_a_heading_takes_no_time() -> None:
    assert line_of("[" + " " * 100_000 + "\n[a]\nid = 1\n", "a.id") == 3
