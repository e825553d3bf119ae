from __future__ import annotations

from dataclasses import replace

from tests.vault.doctor.test_keys import HEALTHY
from vault.doctor.secrets import examine_secrets
from vault.keys.key import Key
from vault.keys.secret import Secret


class Lent:
    """A lender of keys whose fingerprints and secrets are given."""

    warning = ""

    def __init__(self, rows: dict[str, tuple[str, str]]) -> None:
        self.secrets = {name: secret for name, (_, secret) in rows.items()}
        self.keys = [
            replace(HEALTHY, id=name, name=name, fingerprint=mark)
            for name, (mark, _) in rows.items()
        ]

    def find(self, name: str, *, prefix: bool = False) -> Key:
        raise NotImplementedError(name, prefix)

    def secret(self, key_id: str) -> Secret:
        return Secret(self.secrets[key_id])

    def mark_copied(self, key_id: str, /) -> None:
        raise NotImplementedError(key_id)

    def mark_used(self, key_id: str, /) -> None:
        raise NotImplementedError(key_id)


def said(rows: dict[str, tuple[str, str]]) -> list[str]:
    return [one.sentence for one in examine_secrets(Lent(rows))]


def test_the_same_fingerprint_is_not_yet_the_same_secret() -> None:
    assert said({"a": ("abc123", "x"), "b": ("abc123", "y"), "c": ("", "x")}) == []


def test_groups_of_the_same_secret_are_told_apart() -> None:
    rows = {
        "a": ("abc123", "x"),
        "b": ("abc123", "y"),
        "c": ("abc123", "x"),
        "d": ("abc123", "y"),
        "e": ("abc123", "x"),
    }
    assert said(rows) == ["a and c and e hold the same secret.", "b and d hold the same secret."]
