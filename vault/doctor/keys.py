"""What is wrong with keys: each rule a function of one key and the time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache, partial

from vault.doctor.finding import Finding, Kind, Mend
from vault.keys.duration import say_duration
from vault.keys.grant import Operation
from vault.keys.key import Key
from vault.keys.lifetime import State
from vault.keys.place import places_behind
from vault.registries.hosts import HostReader, configured_host
from vault.registries.profile import Profile
from vault.registries.trusted import keyless_places, say_places

LONG_UNUSED = timedelta(days=90)
"""A key that was handed out by nobody for so long may not be needed any more."""

SETTLED = timedelta(days=14)
"""A key is not asked whether it is used before it is so old."""

SKEW = timedelta(hours=1)
"""How far in the future a date may lie before a clock must have been wrong."""

Rule = Callable[[Key, Profile | None, datetime], Finding | None]


def examine_keys(
    keys: Iterable[Key],
    profiles: Mapping[str, Profile],
    now: datetime,
    host_of: HostReader = configured_host,
) -> Iterator[Finding]:
    """What is wrong with each key, one rule after the other.

    Args:
        keys: The vault's keys.
        profiles: What is known of registries, by id.
        now: The current time.
        host_of: Answers hosts that are not written in a profile.
    """
    hosts = cache(host_of)  # it reads files: once, not for every key
    rules: tuple[Rule, ...] = (*_RULES, partial(_keyless, hosts))
    for key in keys:
        for rule in rules:
            finding = rule(key, profiles.get(key.registry), now)
            if finding is not None:
                yield finding


def _expired(key: Key, _: Profile | None, now: datetime) -> Finding | None:
    if key.lifetime.state(now) is not State.EXPIRED:
        return None
    said = f"{key.name} expired {key.lifetime.say(now)}."
    return _about(key, Kind.EXPIRED, said, "Give it a new secret, or remove it.", Mend.ROTATE)


def _due(key: Key, _: Profile | None, now: datetime) -> Finding | None:
    state = key.lifetime.state(now)
    if not state.due or state is State.EXPIRED:
        return None
    said = f"{key.name} expires {key.lifetime.say(now)}."
    return _about(key, Kind.DUE, said, "Give it a new secret.", Mend.ROTATE)


def _half_done(key: Key, profile: Profile | None, now: datetime) -> Finding | None:
    title = key.registry if profile is None else profile.title
    if key.asked is not None:
        said = f"{title} was asked for a new secret of {key.name}, and no answer came."
        return _about(key, Kind.HALF_DONE, said, "Rotate it to find out.", Mend.ROTATE)
    behind = places_behind(key) if key.lifetime.state(now) is not State.REVOKED else ()
    if behind:
        where = ", ".join(place.where for place in behind[:3])
        more = f" and {len(behind) - 3} more" if len(behind) > 3 else ""  # noqa: PLR2004 - shown above
        said = f"{key.name}'s present secret is not known to be at {where}{more}."
        return _about(
            key, Kind.HALF_DONE, said, "Install it there, then confirm the place.", Mend.PLACES
        )
    if key.retire is None:
        return None
    said = f"{key.name}'s former secret may still work at {title}."
    return _about(key, Kind.HALF_DONE, said, "End it there, then say so.", Mend.PLACES)


def _too_broad(key: Key, _: Profile | None, now: datetime) -> Finding | None:
    if key.lifetime.state(now).dead or not any(glob.everything for glob in key.globs):
        return None
    said = f"{key.name} covers every package there is and every one to come."
    return _about(key, Kind.TOO_BROAD, said, "Name the packages it is for.", Mend.EDIT)


def _more_than_needed(key: Key, profile: Profile | None, now: datetime) -> Finding | None:
    """A key for new ids whose globs are ids that exist: it was rotated, so it has published."""
    if profile is None or key.lifetime.state(now).dead or not key.history:
        return None
    table = profile.action_table
    wide = [
        table[name]
        for name in key.actions
        if name in table and Operation.PUBLISH_NEW in table[name].permits
    ]
    lesser = next(
        (
            action
            for action in profile.offered
            if Operation.PUBLISH_VERSION in action.permits
            and Operation.PUBLISH_NEW not in action.permits
        ),
        None,
    )
    if not wide or lesser is None or not all(glob.exact for glob in key.globs):
        return None
    said = f"{key.name} may create packages, and the ones it names exist by now."
    return _about(
        key, Kind.MORE_THAN_NEEDED, said, f"At its next rotation take {lesser.id}.", Mend.EDIT
    )


def _no_end(key: Key, profile: Profile | None, now: datetime) -> Finding | None:
    if key.lifetime.state(now) is not State.NEVER:
        return None
    own = profile is not None and profile.secret_source != "issued"  # noqa: S105 - a word
    fix = "Give it a date to be reminded at." if own else "Make the next one with an end."
    return _about(key, Kind.NO_END, f"{key.name} never expires.", fix, Mend.EDIT)


def _unused(key: Key, _: Profile | None, now: datetime) -> Finding | None:
    if key.lifetime.state(now).dead:
        return None
    times = [time for time in (key.copied, key.used) if time is not None]
    age = now - key.lifetime.created
    if not times:
        if age < SETTLED or key.history:
            return None
        said = f"{key.name} was never handed out in its {say_duration(age)}."
        return _about(key, Kind.NEVER_USED, said, "Remove it if nobody needs it.", Mend.REMOVE)
    since = now - max(times)
    if since < LONG_UNUSED:
        return None
    said = f"{key.name} was last handed out {say_duration(since)} ago."
    return _about(key, Kind.UNUSED, said, "Remove it if nobody needs it.", Mend.REMOVE)


def _unknown_registry(key: Key, profile: Profile | None, _: datetime) -> Finding | None:
    if profile is not None:
        return None
    said = f"{key.name} is for {key.registry}, of which keyfob knows nothing."
    return _about(
        key, Kind.UNKNOWN_REGISTRY, said, "Give keyfob a profile of it again.", Mend.BY_HAND
    )


def _clock(key: Key, _: Profile | None, now: datetime) -> Finding | None:
    times = {
        "was made": key.lifetime.created,
        "was revoked": key.lifetime.revoked,
        "was copied": key.copied,
        "was used": key.used,
    }
    for what, time in times.items():
        if time is not None and time > now + SKEW:
            said = f"{key.name} {what} in the future, on {time:%Y-%m-%d}."
            return _about(
                key,
                Kind.CLOCK,
                said,
                "Look at this machine's clock; it was wrong, or is.",
                Mend.BY_HAND,
            )
    return None


def _keyless(
    host_of: HostReader, key: Key, profile: Profile | None, now: datetime
) -> Finding | None:
    """An expired key is asked too: that is when one would make the next."""
    if profile is None or key.lifetime.state(now) is State.REVOKED:
        return None
    found = keyless_places(profile, key, host_of)
    if not found:
        return None
    said = f"{key.name} may not be needed at {say_places(found)}."
    fix = f"{found[0].sentence} Set that up, then remove or waive the place."
    return Finding(Kind.KEYLESS, said, fix, Mend.PAGE, key.id, key.name, found[0].page)


def _about(key: Key, kind: Kind, sentence: str, fix: str, mend: Mend) -> Finding:
    return Finding(kind, sentence, fix, mend, key.id, key.name)


_RULES: tuple[Rule, ...] = (
    _expired,
    _half_done,
    _due,
    _too_broad,
    _more_than_needed,
    _no_end,
    _unused,
    _unknown_registry,
    _clock,
)
