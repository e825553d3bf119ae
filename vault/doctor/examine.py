"""The whole examination, in the order to tell it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from vault.doctor.finding import Finding, Kind
from vault.doctor.keys import examine_keys
from vault.doctor.place import examine_place
from vault.doctor.secrets import examine_secrets
from vault.lending import Lender
from vault.registries.loader import known
from vault.sealing.header import read_header
from vault.store.base import Store

_FAR = datetime.max.replace(tzinfo=UTC)
_ORDER = {kind: place for place, kind in enumerate(Kind)}


def examine(lender: Lender, now: datetime) -> list[Finding]:
    """What is wrong with the keys of a vault, the worst first.

    Args:
        lender: Tells of the keys, and opens those secrets that may be the same.
        now: The current time.
    """
    profiles = {profile.id: profile for profile in known()}
    keys = sorted(lender.keys, key=lambda key: (key.lifetime.expires or _FAR, key.name.casefold()))
    return in_order([*examine_keys(keys, profiles, now), *examine_secrets(lender)])


def examine_store(store: Store, now: datetime) -> list[Finding]:
    """What is wrong with a vault's file and what is around it.

    Raises:
        VaultError: It is missing, damaged or cannot be read.
    """
    header = read_header(store.read())
    return list(examine_place(header, store.backups(), store.notes, now))


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Findings in the order to tell them: by kind, and as they were found."""
    return sorted(findings, key=lambda one: _ORDER[one.kind])
