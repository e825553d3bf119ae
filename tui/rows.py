"""Keys as the list shows them: in order of urgency, and found by any of their words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from tui.widgets.key_list import Row, shown_state
from vault.keys.lifetime import State, state_at
from vault.records import Entry
from vault.registries.profile import Profile

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
                return row.entry.record.owner == self.value
            case _:
                return True


def make_rows(
    entries: Iterable[Entry], profiles: Mapping[str, Profile], now: datetime
) -> list[Row]:
    """The rows of these keys, the most urgent first, soonest end first among equals."""
    titles = {name: profile.title for name, profile in profiles.items()}
    by_state: dict[State, list[Row]] = {state: [] for state in State}
    for entry in entries:
        record = entry.record
        state = state_at(now, record.created, record.expires, record.revoked)
        title = titles.get(record.registry, record.registry)
        by_state[state].append(Row(entry, state, title))
    for rows in by_state.values():
        rows.sort(key=_by_end)
    return [row for rows in by_state.values() for row in rows]


def _by_end(row: Row) -> tuple[datetime, str]:
    record = row.entry.record
    return record.expires or _FAR, record.name


def narrowed(rows: Sequence[Row], wanted: str, choice: Choice) -> Sequence[Row]:
    """The rows that hold every word wanted, and that the side pane's choice leaves."""
    if choice.field:
        rows = [row for row in rows if choice.leaves(row)]
    for word in wanted.lower().split():
        rows = [row for row in rows if word in row.haystack]
    return rows
