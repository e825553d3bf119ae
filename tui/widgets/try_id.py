"""A field to try a package id against globs; the verdict shows at once."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from tui.say import line
from tui.widgets.line_field import LineField
from tui.widgets.preview import advice
from vault.keys.glob import Glob
from vault.keys.near import near_miss


class TryId(Vertical):
    """One line to type an id into, one line that says whether the globs cover it."""

    DEFAULT_CSS = """
    TryId { height: 2; }
    TryId Horizontal { height: 1; }
    TryId #label { width: 11; color: $quiet; }
    TryId #verdict { height: 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._globs: tuple[Glob, ...] = ()

    def compose(self) -> ComposeResult:
        """Label, field, verdict."""
        with Horizontal():
            yield Static("Try an id", id="label")
            yield LineField(placeholder="any package id", id="try")
        yield Static("", id="verdict")

    def against(self, globs: tuple[Glob, ...]) -> None:
        """Judge by these globs from now on."""
        self._globs = globs
        self._judge()

    def take_focus(self) -> None:
        """Focus the field."""
        self.query_one(LineField).focus()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._judge()

    def _judge(self) -> None:
        package_id = self.query_one(LineField).value.strip()
        self.query_one("#verdict", Static).update(
            verdict(self._globs, package_id).truncate(
                max(self.content_size.width, 20), ellipsis=True
            )
        )


def verdict(globs: tuple[Glob, ...], package_id: str) -> Content:
    """Whether the globs cover this id, and what would if they just miss it."""
    if not package_id or not globs:
        return Content("")
    glob = next((glob for glob in globs if glob.covers(package_id)), None)
    if glob is not None:
        return line(("✓ ", "$fine"), "covered by ", (glob.text, "bold"))
    near = next(filter(None, (near_miss(glob, package_id) for glob in globs)), None)
    return line(("✗ ", "bold $soon"), f"not covered{': ' + advice(near) if near else ''}")
