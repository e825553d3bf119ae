from __future__ import annotations

import pytest

from vault.errors import ValueRefusedError
from vault.keys.turn import check_why


def test_a_reason_is_one_line_or_nothing() -> None:
    assert check_why("  leaked in a log ") == "leaked in a log"
    assert check_why(" ") == ""
    for text in ("x" * 201, "a\nb", "\x1b[2J"):
        with pytest.raises(ValueRefusedError):
            check_why(text)
