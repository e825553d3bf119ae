"""What falls due, told without the password: from the header's counts and the local name index.

Reads no secret, needs no cryptography, and is what `keyfob check` and the unlock screen show. The
header is authenticated only when the vault is opened, so this is a reminder, not a proof.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import NamedTuple

from vault.errors import DamagedError
from vault.index import glance, save_mark
from vault.keys.lifetime import Lifetime, State
from vault.sealing.beginning import written_id
from vault.store.base import Store
from vault.store.state import LocalState


class Due(NamedTuple):
    """One key, or several alike, with an end.

    Attributes:
        name: The key's name, or "" when only dates are known.
        registry: Id of its registry, or "".
        lifetime: Created and expires; to the hour when only dates are known.
        state: How urgent it is.
        keys: How many keys this row stands for: 1 when it has a name.
    """

    name: str
    registry: str
    lifetime: Lifetime
    state: State
    keys: int = 1


class Report(NamedTuple):
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
    counts: Counter[State]
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
    data = store.read()
    index = state.read_index(_vault_id(data)) if state else None
    found = _from_index(index, data, now, within) if index else None
    dues, others = found or _from_header(data)
    counts = Counter(others)
    judged = []
    for due in dues:
        verdict = _judge(due.lifetime, now, within)
        counts[verdict] += due.keys
        if verdict is State.EXPIRED or verdict.due:
            judged.append(Due(due.name, due.registry, due.lifetime, verdict, due.keys))
    judged.sort(key=lambda due: (due.lifetime.expires or now, due.name))
    return Report(
        total=sum(counts.values()),
        rows=tuple(judged),
        counts=counts,
        named=found is not None,
        note="Names are from before the last change elsewhere; open the vault once to renew them."
        if index is not None and found is None
        else "",
    )


def _vault_id(data: bytes) -> str:
    """The vault's id; only of a file that another program wrote is the whole header read for it."""
    found = written_id(data)
    if found is None:
        from vault.sealing.header import read_vault_id

        found = read_vault_id(data)
    return found


def _judge(life: Lifetime, now: datetime, within: timedelta | None) -> State:
    verdict = life.state(now)
    left = life.left(now)
    if within is None or left is None or verdict is State.EXPIRED:
        return verdict
    if left > within:
        return State.FINE
    return State.URGENT if verdict is State.URGENT else State.SOON


def _from_header(data: bytes) -> tuple[list[Due], dict[State, int]]:
    """The keys with an end, several alike together, and how many there are of the others."""
    from vault.sealing.header import read_header

    header = read_header(data)
    dues = [Due("", "", expiry.lifetime, State.FINE, expiry.count) for expiry in header.expiries]
    return dues, {State.NEVER: header.never, State.REVOKED: header.revoked}


def _from_index(
    index: tuple[str, list[bytes]], data: bytes, now: datetime, within: timedelta | None
) -> tuple[list[Due], dict[State, int]] | None:
    """The keys that may be due, and how many there are of the others; None if it is another's.

    An index of this very save was written by who had opened it, so the header need not be read:
    with thousands of keys that takes longer than all the rest.
    """
    save, rows = index
    if save != save_mark(data):
        return None
    try:
        seen = glance(rows, now, within)
    except DamagedError:
        return None
    dues = [Due(key.name, key.registry, key.lifetime, State.FINE) for key in seen.due]
    others = {State.FINE: seen.fine, State.NEVER: seen.never, State.REVOKED: seen.revoked}
    return dues, others
