"""Opening a page: in a desktop's browser, or not at all."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tui.browser import open_page

ADDRESS = "https://registry.example/account/apikeys"


@pytest.fixture
def opener(tmp_path: Path) -> Path:
    """A directory with an `xdg-open` that writes down what it was asked for."""
    program = tmp_path / "xdg-open"
    program.write_text(f'#!/bin/sh\necho noise; echo noise >&2\necho "$1" > {tmp_path}/opened\n')
    program.chmod(0o755)
    return tmp_path


def test_a_desktop_opens_it_without_a_word(opener: Path, capfd: pytest.CaptureFixture[str]) -> None:
    environ = {"PATH": f"{opener}:/usr/bin:/bin", "DISPLAY": ":9"}
    assert open_page(ADDRESS, environ, system="linux")
    written = opener / "opened"
    for _ in range(500):
        if written.exists() and written.read_text():
            break
        threading.Event().wait(0.01)
    assert written.read_text() == ADDRESS + "\n"
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("environ", [{}, {"DISPLAY": ":9", "PATH": "/nowhere"}])
def test_without_a_desktop_or_an_opener_nothing_is_started(
    environ: dict[str, str], opener: Path
) -> None:
    assert not open_page(ADDRESS, {"PATH": str(opener), **environ}, system="linux")
    assert not (opener / "opened").exists()


def test_elsewhere_python_knows_the_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def note(address: str) -> bool:
        asked.append(address)
        return True

    monkeypatch.setattr("webbrowser.open", note)
    assert open_page(ADDRESS, system="darwin")
    assert asked == [ADDRESS]
