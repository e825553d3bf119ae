"""One process of a race: makes changes and says which of them it was told are saved."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.faults.place import PASSWORD, Place, draft
from vault import Change, FileStore, Secret, Vault
from vault.store.state import LocalState


def main() -> None:
    """Make `each` changes in turn: add, rotate, edit, remove."""
    root, who, each = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    place = Place(root)
    store = FileStore(place.vault, lock_timeout=300)
    vault = Vault.open(store, PASSWORD, state=LocalState(place.state))
    own: list[str] = []
    for number in range(each):
        print(_change(vault, who, number, own), flush=True)


def _change(vault: Vault, who: int, number: int, own: list[str]) -> str:
    kind = ("add", "rotate", "edit", "add", "remove")[number % 5]
    if kind == "add":
        key = vault.add(draft(f"w{who}-{number}"), Secret(f"made-up {who} {number}"))
        own.append(key.id)
    elif kind == "rotate":
        vault.rotate(vault.find("alpha").id, Secret(f"made-up turn {who} {number}"))
    elif kind == "edit":
        vault.edit(own[-1], Change(note=f"turn {number}"))
    else:
        vault.remove(own.pop())
    return kind


if __name__ == "__main__":
    main()
