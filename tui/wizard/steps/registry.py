"""Step 1: which registry will honour the key."""

from __future__ import annotations

from collections.abc import Iterable

from textual import on
from textual.widget import Widget

from tui.widgets.note_line import NoteLine
from tui.widgets.rows import Row, RowList
from tui.wizard.answers import Answers
from tui.wizard.defaults import registries_by_use
from tui.wizard.steps.base import Step


class RegistryStep(Step):
    """A list of the registries keyfob knows, the last used first."""

    label = "Registry"

    DEFAULT_CSS = """
    RegistryStep RowList { height: auto; max-height: 14; margin-bottom: 1; }
    """

    def body(self) -> Iterable[Widget]:
        """The list."""
        yield RowList(id="registries")
        yield NoteLine()

    def fill(self) -> None:
        """The registries, the answered one under the cursor."""
        self.ask("Which registry is the key for?")
        self._profiles = {profile.id: profile for profile in registries_by_use(self.keys)}
        rows = [Row(profile.id, profile.title) for profile in self._profiles.values()]
        self.query_one(RowList).show(rows, at=self.answers.profile.id)
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
        self._describe(event.row.id)

    @on(RowList.Chosen, "#registries")
    def _chosen(self) -> None:
        self.answered()

    def _describe(self, registry: str) -> None:
        self.query_one(NoteLine).whisper(self._profiles[registry].summary)
