"""What is wrong with secrets: one that two keys hold. Opens one at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from vault.doctor.finding import Finding, Kind, Mend
from vault.keys.key import Key
from vault.lending import Lender


def examine_secrets(lender: Lender) -> Iterator[Finding]:
    """Keys that hold the same secret: whoever has one of them has what the other is for.

    Fingerprints find the candidates; being short, they are confirmed by the secrets themselves.

    Args:
        lender: Tells of the keys and opens their secrets.
    """
    by_mark: dict[str, list[Key]] = defaultdict(list)
    for key in lender.keys:
        if key.fingerprint:
            by_mark[key.fingerprint].append(key)
    for keys in by_mark.values():
        for group in _same(lender, keys):
            first, *others = group
            names = " and ".join(key.name for key in others)
            yield Finding(
                Kind.DUPLICATE,
                f"{first.name} and {names} hold the same secret.",
                "Keep one of them, or rotate: each purpose gets a secret of its own.",
                Mend.ROTATE,
                first.id,
                first.name,
            )


def _same(lender: Lender, keys: Sequence[Key]) -> Iterable[Sequence[Key]]:
    """Those of the keys that really hold the same secret, in groups of two or more."""
    groups: list[list[Key]] = []
    for key in keys if len(keys) > 1 else ():
        with lender.secret(key.id) as own:
            for group in groups:
                with lender.secret(group[0].id) as other:
                    if own == other:
                        group.append(key)
                        break
            else:
                groups.append([key])
    return [group for group in groups if len(group) > 1]
