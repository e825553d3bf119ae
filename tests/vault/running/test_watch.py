from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.running.phrases import ENDING, REFUSAL
from vault.running.watch import Watch

REFUSALS = [
    "error: Response status code does not indicate success: 403 (The specified API key is ...",
    "HTTPError: 403 Forbidden from https://upload.index.invalid/legacy/",
    "npm error code E403",
    "npm ERR! 401 Unauthorized - PUT http://127.0.0.1:4873/x",
    "error: the remote server responded with an error (status 403 Forbidden): no",
    "  Forbidden http://127.0.0.1/api/v2/package/ 12ms (403)",
    "Response: 401 Unauthorized",
    "The existing key doesn't have access of push_rubygem on RubyGems.org. Please sign in to ...",
    "Access Denied. Please sign up for an account at https://gems.invalid",
]
HARMLESS = [
    "Pushing Contoso.Core.1.403.0.nupkg to 'https://api.nuget.org'...",
    "uploaded 401 files in 403 ms",
    "Created 201 Created",
    "Access is not forbidden here",
    "No access denied to anybody",
]


def seen(*pieces: bytes, stream: int = 2) -> Watch:
    watch = Watch()
    for piece in pieces:
        watch.feed(stream, piece)
    watch.end()
    return watch


@pytest.mark.parametrize("line", REFUSALS)
def test_a_refusal_is_seen(line: str) -> None:
    assert seen(line.encode()).refused


@pytest.mark.parametrize("line", HARMLESS)
def test_a_number_alone_is_no_refusal(line: str) -> None:
    assert not seen(line.encode()).refused


@given(st.lists(st.integers(0, 120), max_size=5))
def test_however_lines_are_cut(cuts: list[int]) -> None:
    data = b"Pushing...\nnpm error code E403\nYour API key expires in 7 days. Visit x\n"
    places = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    watch = seen(*[data[a:b] for a, b in pairwise(places)])
    assert watch.refused
    assert watch.days_left == 7


def test_streams_are_not_mixed() -> None:
    watch = Watch()
    watch.feed(1, b"npm error code E4")
    watch.feed(2, b"03\n")
    watch.end()
    assert not watch.refused


def test_a_line_without_end_takes_no_memory() -> None:
    watch = Watch()
    for _ in range(100):
        watch.feed(1, b"x" * 65536)
    assert sum(map(len, watch._rest.values())) <= 4096


def judged(data: bytes) -> tuple[bool, int | None]:
    """The same without regard to marks, line by line."""
    lines = data.split(b"\n")
    endings = [found for line in lines if (found := ENDING.search(line))]
    refused = any(REFUSAL.search(line) for line in lines)
    return refused, int(endings[-1][1]) if endings else None


PIECES = [*REFUSALS, *HARMLESS, "api KEY expires in 3 days", "KEY EXPIRES IN 9 DAYS", "x" * 50]


@given(st.lists(st.sampled_from([*PIECES, *map(str.upper, PIECES)])))
def test_no_line_is_passed_over_for_want_of_a_mark(lines: list[str]) -> None:
    data = "\n".join(lines).encode()
    watch = seen(data)
    assert (watch.refused, watch.days_left) == judged(data)


def test_the_patterns_are_not_loaded_while_nothing_needs_them() -> None:
    code = (
        "import sys; from vault.running.watch import Watch\n"
        "watch = Watch(); watch.feed(1, b'uploading\\n' * 1000); watch.end()\n"
        "sys.exit('vault.running.phrases' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
