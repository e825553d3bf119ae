"""Files of any size and kind: where a key stands in them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.vault.cli.bench import OTHER_V4, V4
from vault.scanning.reading import keys_of
from vault.scanning.shapes import BEFORE, LONGEST

_HUGE = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (400 << 20, 400 << 20))
from vault.scanning.reading import keys_of
print([hit.line for hit in keys_of(sys.argv[1])])
"""


def places(path: Path, **piece: int) -> list[tuple[int | None, str]]:
    return [(hit.line, hit.secret.reveal()) for hit in keys_of(str(path), **piece)]


def test_each_key_has_its_line(tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_text(f"one\r\n{V4}\r\n\r\n\r\na={OTHER_V4} {V4}")
    assert places(file) == [(2, V4), (5, OTHER_V4), (5, V4)]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_text_as_windows_writes_it(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "x"
    file.write_text(f"one\n{V4}\n", encoding=encoding)
    assert places(file) == [(2, V4)]


def test_a_file_that_is_no_text_has_no_lines(tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_bytes(b"\0\1\2\n" + V4.encode() + b"\0")
    assert places(file) == [(None, V4)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.lists(st.integers(0, 12_000), min_size=1, max_size=4))
def test_the_pieces_a_file_is_read_in_change_nothing(tmp_path: Path, gaps: list[int]) -> None:
    file = tmp_path / "x"
    file.write_text("".join("ab cd\n" * (gap // 6) + " " * (gap % 6) + V4 + "\n" for gap in gaps))
    assert places(file, piece=LONGEST + BEFORE + 1) == places(file)
    assert places(file, piece=1_000) == places(file)
    assert len(places(file)) == len(gaps)


def test_a_gibibyte_takes_little_memory(tmp_path: Path) -> None:
    file = tmp_path / "x"
    with file.open("wb") as stream:
        stream.seek(1 << 30)
        stream.write(b"\n" + V4.encode() + b"\n")
    done = subprocess.run(
        [sys.executable, "-c", _HUGE, str(file)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "[None]\n"), done.stderr


def test_links_and_pipes_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "real").write_text(V4)
    (tmp_path / "link").symlink_to("real")
    with pytest.raises(OSError):
        places(tmp_path / "link")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        assert places(tmp_path / "pipe") == []
