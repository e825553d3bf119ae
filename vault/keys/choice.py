"""Which key to take: the narrowest that may, so that what leaves the vault is worth the least.

Among keys that may do what is asked, in this order: the key whose globs are ids without a `*`,
before the one with the longest literal text before its first `*`, before the one with the fewest
`*`, before `*` alone; then the key with fewer actions, the one with fewer globs, and the one that
ends sooner. Of a key with several globs the widest counts.

After the keys that may come those for which it depends on whether the id exists, then the rest:
those that a change of glob or action would help before the ones that are revoked or expired.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

from vault.keys.decision import Reason, Verdict, decide
from vault.keys.grant import Action
from vault.keys.key import Key, name_key
from vault.keys.request import Request

Standing: TypeAlias = tuple[int | float | str, ...]
Tables: TypeAlias = Mapping[str, Mapping[str, Action]]
"""Actions by their id, by the id of their registry. A registry that is not in it has none."""

_NEVER = datetime.max.replace(tzinfo=UTC).timestamp()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A key and what became of it.

    Attributes:
        key: The key.
        verdict: Whether it may, and why not.
    """

    key: Key
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Choice:
    """The key to take for everything that is asked, or why there is none.

    Attributes:
        key: The narrowest key that may do all of it, or None.
        sure: Whether it may whatever is not known; a key may be sure of new versions only.
        nearest: If there is none: the key that comes nearest, or None if there are no keys.
        refusals: If there is none: what the nearest key may not do, one verdict each.
        split: If there is none: whether each thing could be done by some key of its own.
    """

    key: Key | None
    sure: bool = True
    nearest: Key | None = None
    refusals: tuple[Verdict, ...] = ()
    split: bool = False


def rank(
    keys: Iterable[Key], request: Request, tables: Tables, now: datetime
) -> tuple[Candidate, ...]:
    """Every key with its verdict, in the order of this file's head.

    Args:
        keys: Keys, of whatever registries.
        request: What is asked.
        tables: The actions of these registries.
        now: The current time.
    """
    candidates = [Candidate(key, _decide(key, request, tables, now)) for key in keys]
    return tuple(sorted(candidates, key=_standing))


def choose(
    keys: Sequence[Key], requests: Sequence[Request], tables: Tables, now: datetime
) -> Choice:
    """The narrowest key that may do all that is asked; a command hands out one key only.

    Where it is not known whether an id exists, a key that may whatever the answer comes first.

    Args:
        keys: Keys for one server.
        requests: What is asked, at least one thing.
        tables: The actions of these keys' registries.
        now: The current time.

    Raises:
        ValueError: Nothing is asked.
    """
    if not requests:
        raise ValueError("nothing is asked")
    verdicts = {key.id: [_decide(key, one, tables, now) for one in requests] for key in keys}
    order = sorted(keys, key=lambda key: _standing_for_all(key, verdicts[key.id]))
    if not order:
        return Choice(None)
    first = order[0]
    refusals = tuple(one for one in verdicts[first.id] if one.allowed is False)
    if not refusals:
        return Choice(first, sure=all(one.allowed for one in verdicts[first.id]))
    split = all(
        any(verdicts[key.id][place].allowed is not False for key in keys)
        for place in range(len(requests))
    )
    return Choice(None, nearest=first, refusals=refusals, split=split)


def narrowness(key: Key) -> Standing:
    """How much a key may touch; sorts the narrowest first.

    The widest of its globs counts, whichever of them covers the package: that is what is lost if
    the secret leaks.
    """
    width = max((_width(glob.text) for glob in key.globs), default=_width("*"))
    expires = key.lifetime.expires
    end = _NEVER if expires is None else expires.timestamp()
    return (*width, len(key.actions), len(key.globs), end, name_key(key.name))


def _width(text: str) -> tuple[int, int, int]:
    """Exact before the longest literal beginning before the fewest stars before `*` alone."""
    stars = text.count("*")
    if not stars:
        return (0, 0, 0)
    return (1 if text.strip("*") else 2, -len(text.split("*", 1)[0]), stars)


def _standing(candidate: Candidate) -> Standing:
    """Where a candidate stands among others; sorts the best first."""
    return (_group(candidate.verdict), *narrowness(candidate.key))


def _decide(key: Key, request: Request, tables: Tables, now: datetime) -> Verdict:
    return decide(key, request, tables.get(key.registry, {}), now)


def _standing_for_all(key: Key, verdicts: Sequence[Verdict]) -> Standing:
    """One key's place for several requests: fewest refusals, then as for the worst of them."""
    refused = sum(one.allowed is False for one in verdicts)
    worst = max(_group(one) for one in verdicts)
    return (refused, worst, *narrowness(key))


def _group(verdict: Verdict) -> int:
    if verdict.allowed:
        return 0
    if verdict.allowed is None:
        return 1
    if verdict.reason.dead:
        return 4
    return 2 if verdict.near is not None or verdict.reason is Reason.NOT_TOGETHER else 3
