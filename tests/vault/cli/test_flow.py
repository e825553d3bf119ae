from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vault.cli.bench import Screen
from vault.cli.desk import Desk
from vault.cli.flow import flow, fold
from vault.cli.parser import Parser

SENTENCE = "The calendar names no key, but the registries where this machine knows them."


def test_a_sentence_breaks_between_words_and_stays_as_far_in() -> None:
    assert fold(f"  {SENTENCE}", 40) == [
        "  The calendar names no key, but the",
        "  registries where this machine knows",
        "  them.",
    ]


@given(st.text(alphabet="ab -/", max_size=60), st.integers(0, 30))
def test_no_word_is_broken_and_none_is_lost(line: str, width: int) -> None:
    assert " ".join(fold(line, width)).split() == line.split()


@given(st.lists(st.text(alphabet="ab", min_size=1, max_size=9), min_size=1), st.integers(9, 30))
def test_what_can_fit_fits(words: list[str], width: int) -> None:
    assert all(len(line) <= width for line in fold(" ".join(words), width))


def test_an_example_stays_one_line_and_its_remark_goes_under_it() -> None:
    text = (
        "examples:\n  keyfob check --ics keys.ics   for a calendar\n  keyfob export --age age1 file"
    )
    assert flow(text, 24) == [
        "examples:",
        "  keyfob check --ics keys.ics",
        "      for a calendar",
        "  keyfob export --age age1 file",
    ]


def test_a_paragraph_that_is_too_wide_is_filled_anew_and_no_other() -> None:
    text = f"{SENTENCE}\nWith --names it does.\nExit status 1: no.\n\nOne.\nTwo."
    assert flow(text, 60) == [
        "The calendar names no key, but the registries where this",
        "machine knows them. With --names it does.",
        "Exit status 1: no.",
        "",
        "One.",
        "Two.",
    ]


def test_talk_is_folded_for_a_terminal_only() -> None:
    for stream, lines in ((Screen(), 2), (io.StringIO(), 1)):
        desk = Desk(stderr=stream, columns=lambda _stream: 50)
        desk.note(SENTENCE)
        assert len(stream.getvalue().splitlines()) == lines


def test_help_fits_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    parser = Parser(prog="keyfob", epilog=f"examples:\n  keyfob check\n\n{SENTENCE} {SENTENCE}")
    text = parser.format_help()
    assert max(map(len, text.splitlines())) <= 60
    assert "  keyfob check\n" in text
