"""One process of a race: makes changes and says which of them it was told are saved.

Or it reads, until its standard input ends, and says how often.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from tests.faults.place import PASSWORD, SECRETS, Place, draft
from vault import Change, FileStore, Secret, Vault
from vault.sealing.header import read_header
from vault.store.state import LocalState


def main() -> None:
    """Make `each` changes in turn: add, rotate, edit, remove. With none to make, read."""
    root, who, each = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    place = Place(root)
    store = FileStore(place.vault, lock_timeout=300)
    vault = Vault.open(store, PASSWORD, state=LocalState(place.state))
    if not each:
        _read(store, vault)
        return
    own: list[str] = []
    for number in range(each):
        print(_change(vault, who, number, own), flush=True)


def _read(store: FileStore, vault: Vault) -> None:
    """Every state that is seen is a whole one, and none is older than the one before."""
    print("reading", flush=True)
    ended = threading.Event()
    threading.Thread(target=_until_end_of_input, args=[ended], daemon=True).start()
    last = reads = 0
    while not ended.is_set():
        generation = read_header(store.read()).generation
        assert generation >= last, f"save {generation} was read after {last}"
        last, reads = generation, reads + 1
        vault.refresh()
        with vault.secret(vault.find("beta").id) as secret:
            assert secret.reveal() == SECRETS["beta"]
    print(reads, flush=True)


def _until_end_of_input(ended: threading.Event) -> None:
    sys.stdin.read()
    ended.set()


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
