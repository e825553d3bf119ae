from __future__ import annotations

import pytest

from vault.errors import ValueRefusedError
from vault.keys.line import check_line, folded


def test_a_line_is_trimmed_and_composed() -> None:
    assert check_line(" Cafe\u0301 ", "place", 9) == "Caf\u00e9"
    assert folded("CAFE\u0301") == folded("caf\u00e9")


@pytest.mark.parametrize("text", ["", "  ", "a\nb", "\u202ea", "0123456789"])
def test_what_is_no_line_is_refused_by_its_name(text: str) -> None:
    with pytest.raises(ValueRefusedError, match="place"):
        check_line(text, "place", 9)
