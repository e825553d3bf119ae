"""The app's fixtures, for the attacks on its screens."""

from __future__ import annotations

from tests.tui.conftest import clipboard, clock, home, make_app

__all__ = ["clipboard", "clock", "home", "make_app"]
