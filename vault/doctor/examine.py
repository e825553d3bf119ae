"""The whole examination, in the order to tell it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from vault.doctor.finding import Finding, Kind
from vault.doctor.keys import examine_keys
from vault.doctor.secrets import examine_secrets
from vault.lending import Lender
from vault.registries.loader import known

_ORDER = {kind: place for place, kind in enumerate(Kind)}


def examine(lender: Lender, now: datetime) -> list[Finding]:
    """What is wrong with the keys of a vault, the worst first.

    Args:
        lender: Tells of the keys, and opens those secrets that may be the same.
        now: The current time.
    """
    profiles = {profile.id: profile for profile in known()}
    return in_order([*examine_keys(lender.keys, profiles, now), *examine_secrets(lender)])


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Findings in the order to tell them: by kind, then by the key's name."""
    return sorted(findings, key=lambda one: (_ORDER[one.kind], one.key_name.casefold()))
