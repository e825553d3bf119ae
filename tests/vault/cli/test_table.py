from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vault.cli.table import GAP, cell_width, lay_out
from vault.text import safe

TEXT = st.text(max_size=30).map(safe)
ROWS = st.lists(st.tuples(TEXT, TEXT, TEXT), min_size=1, max_size=8)


def line(cells: list[str]) -> str:
    return (" " * GAP).join(cells)


@given(ROWS)
def test_every_column_but_the_last_is_as_wide_in_every_row(
    rows: list[tuple[str, str, str]],
) -> None:
    laid = lay_out(rows)
    for column in range(2):
        assert len({cell_width(cells[column]) for cells in laid}) == 1
    assert [cells[2] for cells in laid] == [row[2] for row in rows]


@given(ROWS, st.integers(min_value=24 + 2 * GAP, max_value=120))
def test_it_fits_wherever_it_can(rows: list[tuple[str, str, str]], width: int) -> None:
    laid = lay_out(rows, narrows=(0, 1, 2), width=width)
    assert all(cell_width(line(cells)) <= width for cells in laid)


@given(ROWS)
def test_without_a_width_nothing_is_cut(rows: list[tuple[str, str, str]]) -> None:
    for row, cells in zip(rows, lay_out(rows, narrows=(0, 1, 2)), strict=True):
        assert all(cell.startswith(text) for text, cell in zip(row, cells, strict=True))


def test_wide_characters_count_twice() -> None:
    assert cell_width("日本") == 4
    assert cell_width("e\u0301") == 1
    assert lay_out([("日本語日本語", "x"), ("a", "y")], narrows=(0,), width=11) == [
        ["日本語… ", "x"],
        ["a       ", "y"],
    ]
