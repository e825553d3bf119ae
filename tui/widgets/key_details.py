"""What the selected key is: what it covers, what it may do, whose it is, and how long."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui.say import line, say
from tui.widgets.lifeline import STYLES, lifeline
from vault.keys.duration import say_duration, whole_days
from vault.keys.grant import Operation
from vault.keys.key import Key
from vault.keys.lifetime import State
from vault.keys.near import preview
from vault.keys.place import places_behind
from vault.packages import PackageId, select_ids
from vault.registries.profile import Profile

LABEL = 9
"""Cells of the labels' column."""


class KeyDetails(Widget):
    """One key in full, in at most seven lines."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    KeyDetails {
        height: 9; padding: 0 1; border: round $line; border-title-color: $foreground;
        border-subtitle-color: $quiet;
    }
    """

    key: reactive[Key | None] = reactive(None)
    packages: reactive[Sequence[PackageId]] = reactive(())
    now: reactive[datetime | None] = reactive(None)

    def __init__(self, profiles: dict[str, Profile]) -> None:
        super().__init__(id="details")
        self._profiles = profiles

    def watch_key(self, key: Key | None) -> None:
        """Put the name in the border."""
        self.border_title = say(key.name, width=60) if key else Content("")

    def on_unmount(self) -> None:
        """Forget the key: a timer may hold on to this widget after the vault was locked."""
        self.set_reactive(KeyDetails.key, None)

    def render(self) -> Content:
        """The lines."""
        key, now = self.key, self.now
        if key is None or now is None:
            return Content("")
        width = max(self.content_size.width, 20)
        rows = [
            ("Covers", self._covers(key)),
            ("May", self._may(key, width - LABEL)),
            ("Owner", line(key.owner, ("  on " + self._title(key), "$quiet"))),
            ("Life", _life(key, now, width - LABEL)),
            ("Secret", _secret(key, now)),
        ]
        if key.note:
            rows.append(("Note", say(key.note)))
        lines = [
            (Content.styled(f"{label:<{LABEL}}", "$quiet") + text).truncate(width, ellipsis=True)
            for label, text in rows
        ]
        return Content("\n").join(lines)

    def _title(self, key: Key) -> str:
        profile = self._profiles.get(key.registry)
        return profile.title if profile else key.registry

    def _covers(self, key: Key) -> Content:
        text = say("  ".join(glob.text for glob in key.globs))
        if any(glob.everything for glob in key.globs):
            return text + Content.styled("  every package, future ones too", "$soon")
        profile = self._profiles.get(key.registry)
        ids = select_ids(self.packages, profile.packages if profile else ())
        if not ids:
            return text
        seen = preview(key.globs, ids)
        text += Content.styled(f"   {len(seen.covered)} of {len(ids)} ids here", "$quiet")
        if seen.near:
            names = ", ".join(near.package_id for near in seen.near[:3])
            text += say(f"   not {names}", "$quiet")
        return text

    def _may(self, key: Key, width: int) -> Content:
        profile = self._profiles.get(key.registry)
        if profile is None:
            return say(", ".join(key.actions))
        held = [profile.action(action) for action in key.actions]
        words = "; ".join(
            action.label if action else name for name, action in zip(key.actions, held, strict=True)
        )
        if len(words) > width:
            words = ", ".join(key.actions)
        permits = {operation for action in held if action for operation in action.permits}
        offered = {operation for action in profile.offered for operation in action.permits}
        missing = [
            f"not {operation.words}" for operation in Operation if operation in offered - permits
        ]
        rest = "   " + ", ".join(missing) if missing else ""
        if len(words) + len(rest) > width:
            rest = "   nothing else"
        return line(words, (rest, "$quiet"))


def _life(key: Key, now: datetime, width: int) -> Content:
    life, state = key.lifetime, key.lifetime.state(now)
    begun = _day(life.created, now)
    if life.revoked is not None:
        return line(
            ("revoked ", ""),
            _moment(life.revoked, now),
            ("   its settings stay; r rotates", "$quiet"),
        )
    if life.expires is None or life.duration is None:
        return line(("since " + begun, "$quiet"), "   never expires")
    end, whole = _moment(life.expires, now), say_duration(life.duration)
    left = life.expires - now
    if state is State.EXPIRED:
        words = f"expired {life.say(now)}, lived {whole}"
    elif days := whole_days(left):
        words = f"{days} of {whole} left"
    else:
        words = f"{say_duration(left)} of {whole} left"
    room = width - len(begun) - len(end) - len(words) - 9
    bar = lifeline(state, life.fraction_left(now), max(min(room, 40), 4))
    loud = STYLES[state] if state is State.EXPIRED or state.due else "$quiet"
    return line((begun + "  ", "$quiet"), bar, "  ", end, ("   " + words, loud))


def _secret(key: Key, now: datetime) -> Content:
    return line(
        key.format or "unknown format",
        ("" if key.places else f"   fingerprint {key.fingerprint}", "$quiet"),
        (f"   {_last_handed_out(key, now)}", "$quiet"),
        _installed(key),
    )


def _installed(key: Key) -> Content:
    """At how many of its places the present secret is, or that it may be good for none."""
    if key.asked is not None:
        return line(("   ! ", "bold $soon"), "may be spent: r finds out")
    if not key.places:
        return Content("")
    many, left = len(key.places), len(places_behind(key))
    if left:
        return line(("   ! ", "bold $soon"), f"at {many - left} of {many} places")
    return line((f"   installed at {many} place{'s' * (many > 1)}", "$quiet"))


def _last_handed_out(key: Key, now: datetime) -> str:
    """When the secret last left the vault, and how."""
    times = {"copied": key.copied, "used": key.used}
    known = {how: time for how, time in times.items() if time is not None}
    if not known:
        return "never copied"
    how = max(known, key=known.__getitem__)
    words = say_duration(now - known[how])
    return f"{how} just now" if words == "moments" else f"{how} {words} ago"


def _day(time: datetime, now: datetime) -> str:
    local = time.astimezone()
    return f"{local.day} {local:%b}" + ("" if local.year == now.year else f" {local:%Y}")


def _moment(time: datetime, now: datetime) -> str:
    return f"{_day(time, now)} {time.astimezone():%H:%M}"
