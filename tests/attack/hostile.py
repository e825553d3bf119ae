"""Texts that attack what shows them, the vault that holds them, and how to see one get through."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

import pytest

from vault.keys.glob import Glob
from vault.keys.grant import Grant
from vault.keys.key import Draft, Key
from vault.keys.lifetime import Lifetime
from vault.keys.place import Place, PlaceKind
from vault.keys.secret import Secret
from vault.vault import Vault

TEXTS = {
    "title": "t\x1b]2;PWNED\x07\x1b]0;PWNED\x1b\\",
    "clipboard": "c\x1b]52;c;UFdORUQ=\x07",
    "screen": "s\x1b[2J\x1b[1;1H\x1bc\x08\x08\x7f\r.",
    "c1": "n\x9b2J\x9d2;PWNED\x9c\x90\x98",
    "bidi": "b\u202egnp.exe\u202c\u2066x\u2069\u200f\u061c",
    "zero width": "z\u200b\u200c\u200d\ufeff\u2060\u00ad\u180e",
    "lines": "l\nFAKE LINE\r\nFAKE LINE\x0b\x0c\x85\u2028\u2029\t.",
    "closing tag": "[/nope][/]",
    "click": "[@click=app.bell]click[/] [link=x:y]z[/link]",
    "style": "[on red]$brass {markup}[/] \\[x]",
    "long": "w" * 10_000,
    "wide": "\U0001f511\uff37" * 2_000,
    "private": "p\ue000\U000e0041\ufdd0\uffff",
}
"""By what they try to do. A lone surrogate is not among them: no vault can hold one."""

SECRET = "kfob_canary_0123456789"


def unfit(text: str) -> list[str]:
    """The characters of an output that may not reach a terminal; line ends may."""
    return sorted(
        {f"U+{ord(char):04X}" for char in text if not (char.isprintable() or char == "\n")}
    )


def faked(text: str) -> list[str]:
    """The lines of an output that a foreign text made."""
    return [line for line in text.splitlines() if line.strip().startswith("FAKE LINE")]


def plant(
    vault: Vault, text: str, now: datetime, monkeypatch: pytest.MonkeyPatch, *, registry: str = ""
) -> Key:
    """Put a key into a vault of which every field is this text, as no keyfob would.

    Args:
        vault: The open vault; it checks nothing, the front ends do before.
        text: The hostile text.
        now: The key is about to expire then.
        monkeypatch: Makes its fingerprint hostile too.
        registry: A registry that keyfob knows, in place of the text.
    """
    draft = Draft(
        name=text + registry,
        registry=registry or text,
        owner=text,
        grants=(Grant(text, Glob(text)), Grant("push", Glob(text + "*"))),
        lifetime=Lifetime(now - timedelta(days=30), now + timedelta(minutes=1)),
        note=text,
    )
    with monkeypatch.context() as patch, Secret(SECRET) as secret:
        patch.setattr("vault.vault.vaultfile.fingerprint", lambda *_: text)
        key = vault.add(draft, secret, recognised=text)
        place = Place(cast("PlaceKind", text), text, text)
        vault.set_places(key.id, [place, replace(place, where="https://" + text, waived=now)])
        return vault.rotate(
            key.id, secret, lifetime=draft.lifetime, recognised=text, why=text, retire=True
        )
