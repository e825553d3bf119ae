"""What is wrong with keys and vault, and the way to what mends each of it."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.say import line, say
from tui.widgets.command_bar import CommandBar
from tui.widgets.note_line import NoteLine
from tui.widgets.rows import Row, RowList
from vault.doctor.finding import Finding, Mend

_DOES = {
    Mend.ROTATE: "rotate it",
    Mend.EDIT: "edit it",
    Mend.REMOVE: "delete it",
    Mend.PLACES: "go on with it",
    Mend.PAGE: "open the page",
    Mend.BY_HAND: "go to it",
}


class DoctorScreen(ModalScreen[Finding | None]):
    """The findings, the worst first. Closes with the one to mend, or None."""

    BINDINGS = [Binding("escape,q", "dismiss(None)", "Back", show=False)]
    DEFAULT_CSS = """
    DoctorScreen RowList { height: auto; max-height: 15; margin-top: 1; }
    DoctorScreen NoteLine { display: none; margin-top: 1; }
    DoctorScreen.-said RowList { max-height: 10; }
    DoctorScreen.-said NoteLine { display: block; }
    """

    def __init__(self, findings: Sequence[Finding]) -> None:
        """Show these findings."""
        super().__init__()
        self._findings = findings

    def compose(self) -> ComposeResult:
        """The panel."""
        with Vertical(classes="panel wide") as panel:
            panel.border_title = "What is wrong"
            yield Static(self._summary())
            if self._findings:
                yield RowList(
                    Row(str(place), one.sentence, one.fix)
                    for place, one in enumerate(self._findings)
                )
                yield NoteLine()
        yield CommandBar(
            [
                *([("enter", "Mend", "screen.mend")] if self._findings else []),
                ("esc", "Back", "screen.dismiss(None)"),
            ]
        )

    def on_mount(self) -> None:
        """Focus the list, and say what enter does."""
        if self._findings:
            self.query_one(RowList).focus()
        self._say()

    @on(RowList.Moved)
    def _moved(self, event: RowList.Moved) -> None:
        if not isinstance(event, RowList.Chosen):
            self.remove_class("-said")  # it was about another finding
            self._say()

    def _say(self) -> None:
        one = self._here()
        does = f"enter {_DOES[one.mend]} · " if one is not None and one.key_id else ""
        at = ""
        if one is not None:
            at = f"{self.query_one(RowList).cursor + 1} of {len(self._findings)} · "
        self.query_one(".panel").border_subtitle = f"{at}{does}esc back"

    @on(RowList.Chosen)
    def _chosen(self) -> None:
        self.action_mend()

    def action_mend(self) -> None:
        """Open the page of the finding under the cursor, or close with it if it has a key."""
        one = self._here()
        if one is not None and one.mend is Mend.PAGE:
            self.add_class("-said")
            self.query_one(NoteLine).visit(one.page, "The address of that page is not known here.")
        elif one is not None and one.key_id:
            self.dismiss(one)

    def _here(self) -> Finding | None:
        if not self._findings:
            return None
        row = self.query_one(RowList).here
        return None if row is None else self._findings[int(row.id)]

    def _summary(self) -> Content:
        number = len(self._findings)
        if not number:
            return line(("✓ ", "$fine"), "Nothing is wrong.")
        many = f"{number:,} things were found. The worst first."
        return say("One thing was found." if number == 1 else many, "$quiet")
