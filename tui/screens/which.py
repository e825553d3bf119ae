"""Who may push this? Every key with its verdict, the narrowest that may first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tui.desk import desk
from tui.say import line, say
from tui.widgets.command_bar import CommandBar
from tui.widgets.fields import TextField
from vault.errors import ValueRefusedError
from vault.keys.choice import Candidate
from vault.keys.decision import Reason
from vault.keys.key import Key
from vault.which import Answer, Question, parse_question, who_may

MOST = 100
"""How many keys are shown; those that may come first."""

_HELP = "A package's id, or an action before it: unlist Contoso.Core"
_MARKS = {True: ("✓ may", "$fine"), None: ("? depends", "$soon"), False: ("✗ may not", "$quiet")}
_NAME_WIDTH = 22
_TITLE_WIDTH = 16
_INDENT = 11


class WhichScreen(ModalScreen[str | None]):
    """One field, and under it the answer, key by key, while it is typed.

    Closes with the id of the first key that may, or None.
    """

    BINDINGS = [
        Binding("escape", "dismiss(None)", "Back", show=False),
        Binding("down", "scroll(1)", "Down", show=False),
        Binding("up", "scroll(-1)", "Up", show=False),
    ]
    DEFAULT_CSS = """
    WhichScreen #said { height: auto; max-height: 100%; }
    WhichScreen VerticalScroll { height: auto; max-height: 14; }
    """

    def __init__(self, keys: Sequence[Key], asked: str = "") -> None:
        """Ask.

        Args:
            keys: The vault's keys.
            asked: What stands in the field at first.
        """
        super().__init__()
        self._keys = keys
        self._asked = asked
        self._found: Answer | None = None

    def compose(self) -> ComposeResult:
        """The panel."""
        with Vertical(classes="panel wide") as panel:
            panel.border_title = "Who may push this?"
            panel.border_subtitle = "enter go to the first · esc back"
            yield Static(say(_HELP, "$quiet"))
            yield TextField(self._asked, placeholder="Contoso.Core", id="asked")
            with VerticalScroll(can_focus=False):
                yield Static("", id="said")
        yield CommandBar(
            [("enter", "Go to the first", "screen.go"), ("esc", "Back", "screen.dismiss(None)")]
        )

    def on_mount(self) -> None:
        """Answer what stands there already."""
        self.query_one(TextField).focus()
        self._answer()

    @on(Input.Changed, "#asked")
    def _typed(self) -> None:
        self._answer()

    @on(Input.Submitted, "#asked")
    def _submitted(self) -> None:
        self.action_go()

    def action_go(self) -> None:
        """Close with the first key that may, if there is one."""
        found = () if self._found is None else self._found.candidates
        first = next((one for one in found if one.verdict.allowed is not False), None)
        if first is not None:
            self.dismiss(first.key.id)

    def action_scroll(self, by: int) -> None:
        """Move the answer up or down."""
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)

    def _answer(self) -> None:
        said = self.query_one("#said", Static)
        text = self.query_one(TextField).value.strip()
        if not text:
            self._found = None
            said.update(say(f"{len(self._keys):,} keys to ask.", "$quiet"))
            return
        try:
            question = read_question(text)
        except ValueRefusedError as error:
            self._found = None
            said.update(line(("✗ ", "bold $late"), (f"{error.message} {error.hint}", "$late")))
            return
        self._found = who_may(self._keys, question, desk(self).clock())
        width = self.query_one(VerticalScroll).scrollable_content_region.width
        said.update(answer(self._found, desk(self).clock(), width or 60))


def read_question(text: str) -> Question:
    """A question from one line: a package's id, or an action and an id.

    Raises:
        ValueRefusedError: It is neither.
    """
    action, _, package_id = text.partition(" ")
    if not package_id.strip():
        action, package_id = "push", action
    return parse_question(action, package_id)


def answer(found: Answer, now: datetime, width: int) -> Content:
    """The verdicts, a line a key, and under it why not, or on what it depends.

    A key that is simply about other packages gets no sentence: its line says which.

    Args:
        found: The keys and their verdicts.
        now: The current time.
        width: Columns there are.
    """
    shown = found.candidates[:MOST]
    names = min(max((len(one.key.name) for one in shown), default=0), _NAME_WIDTH)
    titles = max((len(found.title(one.key)) for one in shown), default=0)
    titles = min(titles, _TITLE_WIDTH)
    lines: list[Content] = [] if shown else [say("There is no key.", "$quiet")]
    for one in shown:
        head = _head(one, found.title(one.key), names, titles)
        lines.append(head.truncate(width, ellipsis=True))
        why = _why(one, now)
        if why:
            wrapped = say(why, "$quiet").wrap(max(width - _INDENT, 20))
            lines += [Content(" " * _INDENT) + text for text in wrapped]
    more = len(found.candidates) - len(shown)
    said = (f"… and {more:,} more." if more else "", found.say_left_out())
    lines += [say(text, "$quiet") for text in said if text]
    return Content("\n").join(lines)


def _head(one: Candidate, title: str, names: int, titles: int) -> Content:
    mark, style = _MARKS[one.verdict.allowed]
    quiet = "$quiet" if one.verdict.allowed is False else ""
    return line(
        (f"{mark:<{_INDENT}}", style),
        say(one.key.name, f"bold {quiet}".strip(), width=names).pad_right(
            max(names - len(one.key.name), 0)
        ),
        "  ",
        say(title, "$quiet", width=titles).pad_right(max(titles - len(title), 0)),
        "  ",
        (f"{' '.join(one.key.actions)} on {', '.join(map(str, one.key.globs))}", quiet),
    )


def _why(one: Candidate, now: datetime) -> str:
    verdict, life = one.verdict, one.key.lifetime
    if verdict.allowed:
        return life.say(now) if life.expires is None else f"expires {life.say(now)}"
    if verdict.reason is Reason.NO_PACKAGE and verdict.near is None:
        return ""
    return verdict.sentence
