"""What falls due, told without the password: from the header's counts and the local name index.

Reads no secret, needs no cryptography, and is what `keyfob check` and the unlock screen show. The
header is authenticated only when the vault is opened, so this is a reminder, not a proof.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from vault.errors import DamagedError
from vault.keys.lifetime import Lifetime, State
from vault.sealing.encoding import format_time, parse_time
from vault.sealing.header import Header, read_header
from vault.store.base import Store
from vault.store.state import LocalState

if TYPE_CHECKING:  # keys and their grants take longer to load than `check` takes to run
    from vault.keys.key import Key


@dataclass(frozen=True, slots=True)
class Due:
    """One key, or several alike, with an end.

    Attributes:
        name: The key's name, or "" when only dates are known.
        registry: Id of its registry, or "".
        lifetime: Created and expires; to the hour when only dates are known.
        state: How urgent it is.
        count: How many keys this row stands for: 1 when it has a name.
    """

    name: str
    registry: str
    lifetime: Lifetime
    state: State
    count: int = 1


@dataclass(frozen=True, slots=True)
class Report:
    """What a vault's keys are like at one moment, as far as can be told without the password.

    Attributes:
        total: How many keys the vault holds, revoked ones included.
        rows: The keys that are due or expired, soonest end first.
        counts: How many keys are in each state.
        named: Whether the rows carry names.
        note: One sentence why there are no names although the vault allows them, or "".
    """

    total: int
    rows: tuple[Due, ...]
    counts: Counter[State] = field(default_factory=Counter)
    named: bool = False
    note: str = ""

    @property
    def expired(self) -> int:
        """How many keys have expired."""
        return self.counts[State.EXPIRED]

    @property
    def due(self) -> int:
        """How many keys still work and need attention."""
        return self.counts[State.SOON] + self.counts[State.URGENT]


def report(
    store: Store, state: LocalState | None, now: datetime, *, within: timedelta | None = None
) -> Report:
    """What falls due, from the header of a vault and this machine's name index.

    Args:
        store: The vault.
        state: This machine's memory of vaults, or None to go by the header alone.
        now: The current time, aware.
        within: Count every key that ends within this time as due, instead of the rule that
            scales with the lifetime.

    Raises:
        VaultMissingError: There is no vault.
        DamagedError: It is damaged, or no vault.
        NewerFormatError: A newer keyfob wrote it.
        StorageError: It cannot be read.
    """
    header = read_header(store.read())
    index = state.read_index(header.vault_id) if state else None
    named = _from_index(index, header) if index else None
    dues = named if named is not None else _from_header(header)
    counts: Counter[State] = Counter()
    judged = []
    for due in dues:
        verdict = _judge(due.lifetime, now, within)
        counts[verdict] += due.count
        if verdict is State.EXPIRED or verdict.due:
            judged.append(Due(due.name, due.registry, due.lifetime, verdict, due.count))
    counts[State.NEVER] += header.never
    counts[State.REVOKED] += header.revoked
    judged.sort(key=lambda due: (due.lifetime.expires or now, due.name))
    stale = index is not None and named is None
    return Report(
        total=sum(counts.values()),
        rows=tuple(judged),
        counts=counts,
        named=named is not None,
        note="Names are from before the last change elsewhere; open the vault once to renew them."
        if stale
        else "",
    )


def index_row(key: Key) -> dict[str, str | None]:
    """What the local index keeps of one key: its name, registry and dates."""
    life = key.lifetime
    return {
        "name": key.name,
        "registry": key.registry,
        "created": format_time(life.created),
        "expires": None if life.expires is None else format_time(life.expires),
        "revoked": None if life.revoked is None else format_time(life.revoked),
    }


def _judge(life: Lifetime, now: datetime, within: timedelta | None) -> State:
    verdict = life.state(now)
    left = life.left(now)
    if within is None or left is None or verdict is State.EXPIRED:
        return verdict
    if left > within:
        return State.FINE
    return State.URGENT if verdict is State.URGENT else State.SOON


def _from_header(header: Header) -> list[Due]:
    return [Due("", "", expiry.lifetime, State.FINE, expiry.count) for expiry in header.expiries]


def _from_index(index: tuple[int, list[dict[str, Any]]], header: Header) -> list[Due] | None:
    """The index's rows that have an end and are not revoked; None if it is not of this save."""
    generation, rows = index
    if generation != header.generation:
        return None
    try:
        return [
            Due(
                row["name"],
                row["registry"],
                Lifetime(
                    parse_time(row["created"], "a date"), parse_time(row["expires"], "a date")
                ),
                State.FINE,
            )
            for row in rows
            if row["expires"] is not None and row["revoked"] is None
        ]
    except (KeyError, TypeError, ValueError, DamagedError):
        return None
