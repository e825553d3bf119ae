"""What every step of the wizard is: one question, its field, one line that says what is wrong."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from tui.say import say
from tui.widgets.note_line import NoteLine
from tui.wizard.answers import Answers
from vault.errors import ValueRefusedError
from vault.keys.key import Key


class Step(Vertical):
    """One question of the wizard.

    A step is shown with the answers so far (`open`), and asked for the answers with its own put
    in (`take`). What is wrong is said under its field after the first try, then while typing.

    Attributes:
        label: Its name in the rail.
        answers: The answers it was opened with.
    """

    label: ClassVar[str]

    DEFAULT_CSS = """
    Step { height: 1fr; }
    Step .question { text-style: bold; height: auto; }
    Step .question.-alone { margin-bottom: 1; }
    Step .help { color: $quiet; height: auto; margin-bottom: 1; }
    """

    class Answered(Message):
        """Enter in this step: go on."""

        def __init__(self, step: Step) -> None:
            super().__init__()
            self.step = step

    class Jump(Message):
        """Another step is wanted, to come back here from."""

        def __init__(self, label: str) -> None:
            super().__init__()
            self.label = label

    def __init__(self, keys: Sequence[Key], answers: Answers) -> None:
        """Make a step.

        Args:
            keys: The vault's keys when the wizard was opened.
            answers: To start from.
        """
        super().__init__(id=f"step-{self.label.lower()}")
        self.keys = keys
        self.answers = answers
        self._tried = False
        self._stored: tuple[object, ...] | None = None

    def compose(self) -> ComposeResult:
        """The question, what helps to answer it, and the body."""
        yield Static("", classes="question")
        yield Static("", classes="help")
        yield from self.body()

    @abstractmethod
    def body(self) -> Iterable[Widget]:
        """The step's own widgets, a `NoteLine` among them."""

    def open(self, answers: Answers) -> None:
        """Show these answers and put the focus where the step begins."""
        self.answers = answers
        self._tried = False
        self.note.silence()
        self.fill()
        self.begin()

    @abstractmethod
    def fill(self) -> None:
        """Put `answers` into the widgets; what was typed and not taken stays, see `news`."""

    def news(self, *stored: object) -> bool:
        """Whether these stored answers are others than the widgets were last filled from."""
        if stored == self._stored:
            return False
        self._stored = stored
        return True

    def leave(self) -> Answers:
        """The answers when another step is gone to without enter: with this one's if it is good."""
        try:
            return self.take()
        except ValueRefusedError:
            return self.answers

    @abstractmethod
    def begin(self) -> None:
        """Focus the step's first field."""

    @abstractmethod
    def take(self) -> Answers:
        """The answers with this step's own as it stands.

        Raises:
            ValueRefusedError: It cannot be taken.
        """

    @abstractmethod
    def holds(self, answers: Answers) -> bool:
        """Whether the stored answer of this step still stands."""

    @abstractmethod
    def summary(self, answers: Answers) -> str:
        """The stored answer in a few words, for the rail."""

    @property
    def extras(self) -> Sequence[tuple[str, str, str]]:
        """Further keys that work in it, for the bar: (key, label, action of `acting`)."""
        return ()

    @property
    def acting(self) -> Widget:
        """The widget whose actions `extras` names."""
        return self

    @property
    def touched(self) -> bool:
        """Whether leaving would lose something typed here."""
        return False

    @property
    def note(self) -> NoteLine:
        """The line under the field."""
        return self.query_one(NoteLine)

    def ask(self, question: str, *help_lines: str) -> None:
        """Set the question and the quiet lines under it."""
        title = self.query_one(".question", Static)
        title.update(say(question))
        title.display = bool(question)
        title.set_class(not any(help_lines), "-alone")
        hints = self.query_one(".help", Static)
        hints.update(Content("\n").join(say(text) for text in help_lines if text))
        hints.display = any(help_lines)

    def submit(self) -> Answers | None:
        """`take` with what is wrong said under the field; None if something is."""
        self._tried = True
        try:
            answers = self.take()
        except ValueRefusedError as error:
            self.refuse(error)
            return None
        self.note.silence()
        return answers

    def refuse(self, error: ValueRefusedError) -> None:
        """Say what is wrong."""
        self.note.refuse(error)

    def changed(self) -> None:
        """The answer changed: say at once what is wrong with it, if it was tried before."""
        if self._tried:
            self.submit()

    def answered(self) -> None:
        """Say that enter was pressed."""
        self.post_message(self.Answered(self))
