from __future__ import annotations

import os
from pathlib import Path

import pytest

from vault.clients.private import write_private
from vault.errors import StorageError


@pytest.mark.skipif(os.name == "nt", reason="modes are of POSIX")
def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    previous = os.umask(0)
    try:
        path = write_private(tmp_path / "f", "text\n")
    finally:
        os.umask(previous)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_bytes() == b"text\n"


def test_what_is_there_is_not_written_into(tmp_path: Path) -> None:
    (tmp_path / "f").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StorageError, match="could not be written"):
        write_private(tmp_path / "f", "text")
    assert not (tmp_path / "elsewhere").exists()
