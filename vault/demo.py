"""A vault of made-up keys, held in memory: the look around, the screenshots and the tour.

Every secret is invented, does not work anywhere and is different each time.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from vault.clock import Clock, now
from vault.home import Home
from vault.keys.glob import Glob
from vault.keys.grant import grants_for
from vault.keys.key import Draft
from vault.keys.lifetime import Lifetime
from vault.keys.own_secret import generate_own_secret
from vault.keys.place import Place
from vault.keys.secret import Secret
from vault.packages import PackageId
from vault.registries.loader import load
from vault.sealing.kdf import CHEAPEST
from vault.store.memory import MemoryStore
from vault.vault import Vault

PACKAGES = tuple(
    PackageId(package_id, "nuget", f"src/{package_id}/{package_id}.csproj")
    for package_id in (
        *("Contoso", "Contoso.Core", "Contoso.Web", "Contoso.Web.Client", "Contoso.Logging"),
        *("Contoso.Legacy.Soap", "Contoso.Tools.Cli", "ContosoLab", "Ada.Utils.Text"),
    )
)
"""Packages as a working directory of the made-up publisher would show them."""


@dataclass(frozen=True, slots=True)
class _Sample:
    name: str
    registry: str
    owner: str
    actions: tuple[str, ...]
    globs: tuple[str, ...]
    age: timedelta
    life: timedelta | None
    copied: timedelta | None = None
    note: str = ""
    places: tuple[Place, ...] = ()
    format: str = ""
    """What its secret passes for, where no made-up one has the registry's shape."""


_DAY = timedelta(days=1)
_AHEAD = timedelta(hours=2)
"""How much younger than said every key is, so that no day is counted down while somebody looks."""

_SAMPLES = (
    _Sample(
        "release-bot", "nuget.org", "contoso", ("push-version",), ("Contoso.*",),
        28 * _DAY, 30 * _DAY, 3 * _DAY, "GitHub contoso/core, secret NUGET_KEY",
        (
            Place("ci-secret", "GitHub contoso/core", "gh secret set NUGET_KEY -R contoso/core"),
            Place("machine", "build server"),
        ),
    ),
    _Sample(
        "legacy-ci", "nuget.org", "contoso", ("push", "unlist"), ("Contoso.Legacy.*",),
        34 * _DAY, 30 * _DAY, 12 * _DAY,
    ),
    _Sample(
        "docs-deploy", "pypi", "contoso", ("upload",), ("contoso-docs",),
        83 * _DAY, 90 * _DAY, 6 * _DAY, format="PyPI token",
    ),
    _Sample(
        "utils-new", "nuget.org", "ada", ("push",), ("Ada.Utils.*",), 7 * _DAY, 30 * _DAY, _DAY
    ),
    _Sample("crates-yank", "crates.io", "ada", ("yank",), ("ada-*",), 29 * _DAY, 90 * _DAY),
    _Sample("mirror", "own-feed", "contoso", ("push",), ("*",), 16 * _DAY, 180 * _DAY, 2 * _DAY),
    _Sample(
        "old-hand-made", "own-feed", "ada", ("push",), ("Internal.*", "Lab.*"), 400 * _DAY, None
    ),
)  # fmt: skip

_SHAPES = {
    "nuget.org": ("oy2", 43, "abcdefghijklmnopqrstuvwxyz234567"),
    "crates.io": ("cio", 32, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"),
}


def demo_vault(
    *, clock: Clock = now, entropy: Callable[[int], bytes] = os.urandom
) -> tuple[Home, Vault]:
    """A home in memory and its open vault with seven keys: expired, due, fine and never.

    Args:
        clock: The keys' ages are counted back from its time.
        entropy: Source of random bytes; a seeded one makes the same vault every time.
    """
    store = MemoryStore()
    home = Home(store, clock=clock, cost=CHEAPEST)
    vault, _ = Vault.create(store, entropy(32).hex(), cost=CHEAPEST, clock=clock, entropy=entropy)
    for sample in _SAMPLES:
        _add(vault, sample, clock, entropy)
    return home, vault


def _add(vault: Vault, sample: _Sample, clock: Clock, entropy: Callable[[int], bytes]) -> None:
    profile = load(sample.registry)
    created = clock() - sample.age + _AHEAD
    expires = None if sample.life is None else created + sample.life
    globs = [Glob.parse(text, profile.matching) for text in sample.globs]
    draft = Draft(
        name=sample.name,
        registry=sample.registry,
        owner=sample.owner,
        grants=grants_for(sample.actions, globs),
        lifetime=Lifetime(created, expires),
        note=sample.note,
    )
    with _made_up(sample.registry, entropy) as secret:
        seen = sample.format or profile.recognise(secret.reveal()).format
        key = vault.add(draft, secret, recognised=seen)
    for place in sample.places:
        vault.add_place(key.id, place)
        vault.confirm_place(key.id, place.where)
    if sample.copied is not None:
        vault.mark_copied(key.id, at=clock() - sample.copied)


def _made_up(registry: str, entropy: Callable[[int], bytes]) -> Secret:
    shape = _SHAPES.get(registry)
    if shape is None:
        return generate_own_secret(entropy)
    prefix, length, alphabet = shape
    return Secret(prefix + "".join(alphabet[byte % len(alphabet)] for byte in entropy(length)))
