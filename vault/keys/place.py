"""A place: somewhere a key's secret is installed, and whether the present one is there yet.

What is pending is derived, never stored: a place is behind until it was confirmed or waived after
the key's last turn, which is when its present secret came into the vault. That is later than
`Lifetime.created` where a secret tells itself when it was made, and a place confirmed in between
has the old one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from vault.errors import PlaceNotFoundError, ValueRefusedError
from vault.keys.command import check_command
from vault.keys.line import check_line, folded

if TYPE_CHECKING:  # a key has places
    from vault.keys.key import Key

PlaceKind: TypeAlias = Literal["ci-secret", "file", "machine", "person", "other"]
"""What sort of place it is."""
PLACE_KINDS: tuple[PlaceKind, ...] = get_args(PlaceKind)

MAX_WHERE = 200
MAX_PLACES = 100
"""Most places of one key."""

_TICK = timedelta(seconds=1)
"""The step in which times are stored."""


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere a key's secret is installed.

    Attributes:
        kind: What sort of place it is; a newer keyfob may know more.
        where: What the user calls it, unique for its key whatever the case; may be a URL.
        command: Installs the secret there, reading it from stdin; or "".
        confirmed: When the secret of that time was known to be there, or None.
        waived: When the user said that it need not be there, or None if it was confirmed since.
        other: Fields a newer keyfob wrote, kept as they are.
    """

    kind: PlaceKind
    where: str
    command: str = ""
    confirmed: datetime | None = None
    waived: datetime | None = None
    other: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def settled(self) -> datetime | None:
        """When it was last confirmed or waived, or None."""
        return max(filter(None, (self.confirmed, self.waived)), default=None)

    def settled_before(self, time: datetime) -> Place:
        """The same place, for a secret of this time: what was said of it was said before.

        Times are stored in seconds, and clocks go back: without this a place confirmed in the same
        second, or by a clock that was ahead, would count as having the new secret.
        """
        if self.settled is None or self.settled < time:
            return self
        last = time - _TICK
        return replace(
            self,
            confirmed=self.confirmed and min(self.confirmed, last),
            waived=self.waived and min(self.waived, last),
        )


def behind(place: Place, key: Key) -> bool:
    """Whether a place was neither confirmed nor waived since the key has its present secret."""
    settled = place.settled
    if settled is None:
        return True
    return bool(key.history) and settled < key.history[-1].at


def places_behind(key: Key) -> tuple[Place, ...]:
    """The places of a key that are behind, in order."""
    return tuple(place for place in key.places if behind(place, key))


def new_place(kind: str, where: str, command: str = "") -> Place:
    """A place as a user describes it.

    Raises:
        ValueRefusedError: The kind is unknown, or a text is refused.
    """
    known = next((one for one in PLACE_KINDS if one == kind.strip().lower()), None)
    if known is None:
        raise ValueRefusedError(
            "There is no such kind of place.", f"Choose from {', '.join(PLACE_KINDS)}."
        )
    return Place(known, check_line(where, "place", MAX_WHERE), check_command(command))


def find_place(places: Sequence[Place], where: str, *, prefix: bool = False) -> Place:
    """The place that is called so, whatever the case.

    Args:
        places: The places of one key.
        where: What it is called.
        prefix: Also take the beginning of it, if only one begins so.

    Raises:
        PlaceNotFoundError: None is called so, or several begin so; the hint lists all.
    """
    wanted = folded(where.strip())
    for place in places:
        if folded(place.where) == wanted:
            return place
    near = [place for place in places if wanted and folded(place.where).startswith(wanted)]
    if prefix and len(near) == 1:
        return near[0]
    listed = ", ".join(place.where for place in near or places)
    raise PlaceNotFoundError(
        "Several places begin so." if prefix and near else "The key has no such place.",
        f"It has: {listed}." if listed else "It has none yet.",
    )


def merged(present: Sequence[Place], wanted: Sequence[Place]) -> tuple[Place, ...]:
    """The wanted places in their order; what is known of those that stay is as at present.

    Raises:
        ValueRefusedError: Two of them are called the same, or there are too many.
    """
    if len(wanted) > MAX_PLACES:
        raise ValueRefusedError(f"{MAX_PLACES} is the most places a key may have.")
    known = {folded(place.where): place for place in present}
    found: dict[str, Place] = {}
    for place in wanted:
        mark = folded(place.where)
        if mark in found:
            raise ValueRefusedError("The key has this place already.", f"It is: {place.where}")
        old = known.get(mark, place)
        found[mark] = replace(
            place, confirmed=old.confirmed, waived=old.waived, other={**old.other, **place.other}
        )
    return tuple(found.values())
