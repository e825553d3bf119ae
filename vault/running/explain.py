"""What keyfob knows of a command and its key: before it runs, and when a registry refused it."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from vault.clients.base import Invocation
from vault.keys.decision import decide
from vault.keys.key import Key
from vault.keys.request import Ask
from vault.running.narrowing import GOOD_FOR
from vault.running.plan import Plan

_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


def say_wanted(invocation: Invocation) -> tuple[str, ...]:
    """What a command is about to do, one phrase for each package: `publish a 1.0, from a.whl`."""
    return tuple(
        " ".join(filter(None, [one.ask, one.package_id, one.version])) + f", from {one.source}"
        for one in invocation.wanted
    )


def say_depends(plan: Plan, now: datetime) -> tuple[str, ...]:
    """On what it depends whether the registry takes the key; empty if on nothing."""
    if plan.sure:
        return ()
    table = plan.profile.action_table
    found = (decide(plan.key, one.request, table, now) for one in plan.invocation.wanted)
    return tuple(one.sentence for one in found if one.allowed is None)


def say_unencrypted(invocation: Invocation) -> str:
    """That the key crosses the net for all to read; empty if it does not leave this machine so."""
    parts = urlsplit(invocation.address or "")
    host = parts.hostname or ""
    if parts.scheme != "http" or host in _THIS_MACHINE or host.endswith(".localhost"):
        return ""
    return f"{host} is named with http: who is on the way there can read the key. Use https."


def explain_refusal(plan: Plan, now: datetime, *, narrowed: bool) -> tuple[str, ...]:
    """Why a registry may have answered 401 or 403 to a key that should do: what to look at.

    nuget.org answers alike for an unknown key, an ended one, a wrong scope and a wrong owner, so
    that only what keyfob itself knows can tell them apart.

    Args:
        plan: What was run.
        now: The current time.
        narrowed: Whether the key was narrowed before it was handed out.
    """
    key, title = plan.key, plan.profile.title
    lines = [
        f"{title} refused {key.name}. As far as keyfob knows the key may do this, so:",
        *(f"- {sentence}" for sentence in say_depends(plan, now)),
    ]
    if key.owner and any(one.ask is not Ask.PUBLISH for one in plan.invocation.wanted):
        lines.append(f"- Is {key.owner} an owner of the package?")
    elif key.owner:
        lines.append(f"- Is the package {key.owner}'s, or its id new and not reserved?")
    lines.append(_since(key, title))
    if narrowed:
        minutes = int(GOOD_FOR.total_seconds() // 60)
        lines.append(
            f"- It was narrowed to this command and {minutes} minutes: is this machine's clock "
            "right? --no-narrow hands it out as it is."
        )
    return tuple(lines)


def _since(key: Key, title: str) -> str:
    made = f"{key.lifetime.created:%Y-%m-%d}"
    return (
        f"- Was the key regenerated, changed or deleted on {title} since {made}? "
        f"If so: keyfob rotate {key.name}"
    )
