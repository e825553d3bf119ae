from __future__ import annotations

from pathlib import Path

import pytest

from vault.clients.toml_file import toml_file
from vault.errors import ValueRefusedError


@pytest.mark.parametrize(
    "text",
    ["a = ", "a = " + "[" * 100_000, ".".join(["a"] * 100_000) + " = 1", "\udcff"],
    ids=["malformed", "deep", "a key that would take minutes", "no UTF-8"],
)
def test_what_cannot_be_read_stops_the_command(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(ValueRefusedError) as caught:
        toml_file(path, "where the key goes", "Mend it.")
    assert "cannot be read, so that it is not known where the key goes" in caught.value.message
    assert caught.value.hint == "Mend it."


def test_what_windows_editors_put_before_a_text_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("a = 1\n", encoding="utf-8-sig")
    assert toml_file(tmp_path / "config.toml", "", "") == {"a": 1}
