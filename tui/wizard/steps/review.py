"""Step 7: the key in one sentence, and every answer once more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from textual import on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui.dates import say_end
from tui.desk import desk
from tui.say import line, say
from tui.widgets.note_line import NoteLine
from tui.widgets.rows import Row, RowList
from tui.wizard.answers import Answers, say_outcome
from tui.wizard.secret import is_issued
from tui.wizard.steps.base import Step
from vault.keys.glob import Glob
from vault.keys.key import Key
from vault.registries.profile import Profile

GO = "go"
"""Id of the row that goes on."""
LABEL = 10


class ReviewStep(Step):
    """The outcome; enter goes on, enter on an answer leads there and back."""

    label = "Review"

    DEFAULT_CSS = """
    ReviewStep #outcome { height: auto; max-height: 6; margin-bottom: 1; }
    ReviewStep #warnings { height: auto; max-height: 3; margin-bottom: 1; }
    ReviewStep RowList { height: 1fr; }
    """

    def __init__(
        self,
        keys: Sequence[Key],
        answers: Answers,
        doubts: Callable[[tuple[Glob, ...], Profile], list[str]],
    ) -> None:
        """Make the step.

        Args:
            keys: The vault's keys.
            answers: To start from.
            doubts: What is worth a second look about these globs, one sentence each.
        """
        super().__init__(keys, answers)
        self._doubts = doubts

    def body(self) -> Iterable[Widget]:
        """The sentence, the warnings, the answers."""
        yield Static("", id="outcome")
        yield Static("", id="warnings")
        yield RowList(id="answers")
        yield NoteLine()

    def fill(self) -> None:
        """Everything, with the cursor on the row that goes on."""
        answers, profile = self.answers, self.answers.profile
        life, _ = answers.span(desk(self).clock())
        self.ask("Is this the key?")
        self.query_one("#outcome", Static).update(say(say_outcome(answers, life)))
        doubts = self._doubts(answers.globs, profile)
        warnings = self.query_one("#warnings", Static)
        warnings.display = bool(doubts)
        said = (line(("! ", "bold $soon"), doubt) for doubt in doubts)
        warnings.update(Content("\n").join(said))
        values = {
            "Registry": profile.title,
            "Name": answers.name,
            "Owner": answers.owner,
            "Scope": " ".join(answers.actions),
            "Packages": " ".join(glob.text for glob in answers.globs),
            "Lifetime": say_end(life),
        }
        go = "Get the key" if is_issued(profile) else "Make the key"
        rows = [Row(name, value, label=f"{name:<{LABEL}}") for name, value in values.items()]
        gap = Row("gap", "", open=False)
        self.query_one(RowList).show([*rows, gap, Row(GO, go)], at=GO)

    def begin(self) -> None:
        """Focus the rows."""
        self.query_one(RowList).focus()

    def take(self) -> Answers:
        """Nothing new is asked here."""
        return self.answers

    def holds(self, answers: Answers) -> bool:
        """Always."""
        del answers
        return True

    def summary(self, answers: Answers) -> str:
        """Nothing."""
        del answers
        return ""

    @on(RowList.Chosen, "#answers")
    def _chosen(self, event: RowList.Chosen) -> None:
        if event.row.id == GO:
            self.answered()
        else:
            self.post_message(self.Jump(event.row.id))
