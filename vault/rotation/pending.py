"""Which keys want attention: rotations that were left half done, and keys that fall due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from vault.keys.key import Key
from vault.keys.lifetime import State
from vault.keys.place import places_behind

_ORDER = {state: place for place, state in enumerate(State)}


def is_half_done(key: Key) -> bool:
    """Whether something is left of a rotation: a place that is behind, or the old value.

    A revoked key is given to no place any more; its old value is still to be ended. A registry that
    was asked for a new value and never answered may have ended the present one.
    """
    if key.retire is not None or key.asked is not None:
        return True
    return key.lifetime.revoked is None and bool(places_behind(key))


def half_done(keys: Iterable[Key]) -> tuple[Key, ...]:
    """The keys of which something is left to do, in the order given."""
    return tuple(key for key in keys if is_half_done(key))


def due(keys: Iterable[Key], now: datetime) -> tuple[Key, ...]:
    """The keys that want a new secret: expired, urgent or soon, the most urgent first."""
    wanted = {State.EXPIRED, State.URGENT, State.SOON}
    found = [(key.lifetime.state(now), key) for key in keys]
    judged = [(state, key) for state, key in found if state in wanted]
    judged.sort(key=lambda pair: (_ORDER[pair[0]], pair[1].lifetime.expires or now, pair[1].name))
    return tuple(key for _, key in judged)
