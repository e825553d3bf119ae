"""Step 7: the key in one sentence, and every answer once more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from textual import on
from textual.binding import Binding
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui.dates import say_end
from tui.desk import desk
from tui.say import line, say
from tui.widgets.note_line import NoteLine
from tui.widgets.rows import Row, RowList
from tui.wizard.answers import Answers, join_words, say_outcome
from tui.wizard.secret import is_issued
from tui.wizard.steps.base import Step
from vault.keys.glob import Glob
from vault.keys.key import Key
from vault.registries.hosts import configured_host, resolve
from vault.registries.profile import Profile
from vault.registries.trusted import publishes_version

GO = "go"
"""Id of the row that goes on."""
LABEL = 10
NAMED = 2


class ReviewStep(Step):
    """The outcome; enter goes on, enter on an answer leads there and back."""

    label = "Review"

    BINDINGS = [Binding("ctrl+o", "open_page", "Publish without a key", show=False)]

    DEFAULT_CSS = """
    ReviewStep #outcome { height: auto; max-height: 6; margin-bottom: 1; }
    ReviewStep #warnings { height: auto; max-height: 3; margin-bottom: 1; }
    ReviewStep #keyless { color: $quiet; height: auto; max-height: 2; margin-bottom: 1; }
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
        yield Static("", id="keyless")
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
        told = say_keyless(answers)
        keyless = self.query_one("#keyless", Static)
        keyless.display = bool(told)
        keyless.update(say(told))
        values = {
            "Registry": profile.title,
            "Name": answers.name,
            "Owner": answers.owner,
            "Scope": " ".join(answers.actions),
            "Packages": " ".join(glob.text for glob in answers.globs),
            "Lifetime": say_end(life),
        }
        go = "Get the key" if is_issued(profile) else "Make the key"
        go = "Hand the key in" if answers.made else go
        rows = [Row(name, value, label=f"{name:<{LABEL}}") for name, value in values.items()]
        gap = Row("gap", "", open=False)
        self.query_one(RowList).show([*rows, gap, Row(GO, go)], at=GO)

    def begin(self) -> None:
        """Focus the rows."""
        self.query_one(RowList).focus()

    @property
    def extras(self) -> Sequence[tuple[str, str, str]]:
        """The page on publishing without a key, where there is one."""
        if not say_keyless(self.answers):
            return ()
        return (("ctrl+o", "Publish without a key", "open_page"),)

    def action_open_page(self) -> None:
        """Open the registry's page on publishing without a key."""
        offer = self.answers.profile.trusted_publishing
        if offer is None or not say_keyless(self.answers):
            return
        page = resolve(offer.page, configured_host)
        self.note.visit(page, "The address of that page is not known here.")

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


def say_keyless(answers: Answers) -> str:
    """One sentence if a CI could do what the key is for without it, else an empty string."""
    offer = answers.profile.trusted_publishing
    if offer is None or not publishes_version(answers.profile, answers.actions):
        return ""
    named = [str(ci) for ci in offer.accepts[:NAMED]]
    rest = ["others"] if len(offer.accepts) > NAMED else []
    return f"{join_words([*named, *rest])} can publish without a key."
