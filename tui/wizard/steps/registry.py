"""Step 1: which registry will honour the key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual import events, on
from textual.widget import Widget

from tui.widgets.note_line import NoteLine
from tui.widgets.rows import Row, RowList
from tui.wizard.answers import Answers
from tui.wizard.defaults import registries_by_use
from tui.wizard.steps.base import Step
from vault.registries.profile import Profile

OWN = "On a server of your own"


class RegistryStep(Step):
    """A list of the registries keyfob knows, the last used first; typing finds one."""

    label = "Registry"

    DEFAULT_CSS = """
    RegistryStep RowList { height: auto; max-height: 12; margin-bottom: 1; }
    """

    def body(self) -> Iterable[Widget]:
        """The list."""
        yield RowList(id="registries")
        yield NoteLine()

    def fill(self) -> None:
        """The registries, the answered one under the cursor."""
        self._typed = ""
        used = {key.registry for key in self.keys}
        profiles = registries_by_use(self.keys)
        self._profiles = {profile.id: profile for profile in profiles}
        self.ask("Which registry is the key for?", f"Type to find one of the {len(profiles)}.")
        self.query_one(RowList).show(grouped(profiles, used), at=self.answers.profile.id)
        self._describe(self.answers.profile.id)

    def begin(self) -> None:
        """Focus the list."""
        self.query_one(RowList).focus()

    def take(self) -> Answers:
        """The registry under the cursor."""
        row = self.query_one(RowList).here
        return self.answers.on(self._profiles[row.id]) if row else self.answers

    def holds(self, answers: Answers) -> bool:
        """Always: there is no answer without a registry."""
        del answers
        return True

    def summary(self, answers: Answers) -> str:
        """The registry's title."""
        return answers.profile.title

    @on(RowList.Moved, "#registries")
    def _moved(self, event: RowList.Moved) -> None:
        if not self._begins(event.row, self._typed):
            self._typed = ""
        self._describe(event.row.id)

    @on(RowList.Chosen, "#registries")
    def _chosen(self) -> None:
        self.answered()

    def on_key(self, event: events.Key) -> None:
        """Go to the registry whose title begins with what was typed in a row."""
        letter = (event.character or "").casefold()
        inside = bool(self._typed) and letter in {" ", "."}
        if not (letter.isalnum() or inside) or not self.query_one(RowList).has_focus:
            return
        event.stop()
        if not self._find(self._typed + letter, ahead=0):
            self._find(letter, ahead=1)

    def _find(self, text: str, *, ahead: int) -> bool:
        """Whether a row begins with the text; the next such one is under the cursor then."""
        rows = self.query_one(RowList)
        start = rows.cursor + ahead
        order = [*range(start, len(rows.rows)), *range(start)]
        index = next((i for i in order if self._begins(rows.rows[i], text)), None)
        if index is None:
            return False
        self._typed, rows.cursor = text, index
        return True

    @staticmethod
    def _begins(row: Row, text: str) -> bool:
        return row.open and row.text.casefold().startswith(text)

    def _describe(self, registry: str) -> None:
        self.query_one(NoteLine).whisper(self._profiles[registry].summary)


def grouped(profiles: Iterable[Profile], used: Iterable[str]) -> Sequence[Row]:
    """The rows: the registries with keys and the public ones, then servers of one's own.

    Args:
        profiles: In the order to offer them.
        used: Ids of the registries that have keys.
    """
    kept = set(used)
    here: list[Row] = []
    below: list[Row] = []
    for profile in profiles:
        apart = profile.self_hosted and profile.id not in kept
        (below if apart else here).append(Row(profile.id, profile.title))
    heading = [Row("gap", "", open=False), Row("own", OWN, open=False)]
    return [*here, *heading, *below] if below else here
