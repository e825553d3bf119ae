"""Keys as the list shows them: in order of urgency, and found by any of their words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from tui.widgets.key_list import Row
from vault.keys.key import Key
from vault.keys.lifetime import State
from vault.registries.profile import Profile

_RANK = {state: rank for rank, state in enumerate(State)}
_FAR = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of the side pane: which keys it leaves.

    Attributes:
        field: `state`, `registry` or `owner`; "" leaves all.
        value: The value that field must have.
    """

    field: str = ""
    value: str = ""

    def leaves(self, row: Row) -> bool:
        """Whether this row stays."""
        match self.field:
            case "state":
                return shown_state(row.state) == self.value
            case "registry":
                return row.title == self.value
            case "owner":
                return row.key.owner == self.value
            case _:
                return True


def shown_state(state: State) -> str:
    """The word a state is filtered by: soon and urgent are both `due`."""
    return "due" if state.due else state.value


def make_rows(keys: Iterable[Key], profiles: Mapping[str, Profile], now: datetime) -> list[Row]:
    """The rows of these keys, the most urgent first, soonest end first among equals."""
    titles = {name: profile.title for name, profile in profiles.items()}
    rows = []
    for key in keys:
        state = key.lifetime.state(now)
        title = titles.get(key.registry, key.registry)
        globs = " ".join([glob.text for glob in key.globs])
        words = (
            f"{key.name} {title} {key.owner} {globs} {' '.join(key.actions)} {shown_state(state)}"
        )
        rows.append(Row(key, state, title, words.lower()))
    rows.sort(key=lambda row: (_RANK[row.state], row.key.lifetime.expires or _FAR, row.key.name))
    return rows


def narrowed(rows: Sequence[Row], wanted: str, choice: Choice) -> Sequence[Row]:
    """The rows that hold every word wanted, and that the side pane's choice leaves."""
    if choice.field:
        rows = [row for row in rows if choice.leaves(row)]
    for word in wanted.lower().split():
        rows = [row for row in rows if word in row.haystack]
    return rows
