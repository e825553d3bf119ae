"""The commands that save, and what the vault holds before and after each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tests.faults import shim
from tests.faults.place import PASSWORD, SECRETS, Content, Outcome, Place, content_of, new_place
from tests.faults.shim import NOTHING, Fault
from vault import Change as Edit
from vault.cli import VERBS
from vault.errors import VaultMissingError, WrongPasswordError
from vault.sealing import vaultfile

FRESH = "canary-fresh-c4d8"
ROTATED = "canary-rotated-11ba"
NEW_PASSWORD = "another Passwort canary-pw-66f0"
SMALL_COMPUTER = 256
"""MiB of memory with which keyfob takes the least key derivation it may, for speed."""

OLD: Content = {name: ("build", "", 1, secret) for name, secret in SECRETS.items()}
NONE: Content = {}


@dataclass(frozen=True)
class Change:
    """A command that saves once.

    Attributes:
        name: Its verb, or what it does beside that.
        argv: What is typed.
        after: What the vault holds when it is done.
        stdin: What is piped in.
        password: What opens it when it is done.
    """

    name: str
    argv: tuple[str, ...]
    after: Content
    stdin: str = ""
    password: str = PASSWORD

    @property
    def creates(self) -> bool:
        """Whether there is no vault before."""
        return self.name == "init"

    @property
    def slow(self) -> bool:
        """Whether it makes a new slot, which no option makes cheap."""
        return self.argv[0] in {"init", "password"}

    def place(self, room: Path) -> Place:
        """A place in which it can be run."""
        place = new_place(room, vault=not self.creates)
        new = place.home / "new-password"
        new.write_text(NEW_PASSWORD + "\n", "utf-8")
        new.chmod(0o600)
        return place

    def run(self, place: Place, fault: Fault = NOTHING, *, wrap: Sequence[str] = ()) -> Outcome:
        """Run it, on a small computer where the fault library works."""
        small = None if shim.why_not() else replace(fault, memory=SMALL_COMPUTER)
        return place.run(*self.argv, stdin=self.stdin, fault=small, wrap=wrap)

    def check(self, place: Place, done: Outcome) -> None:
        """Assert that the vault holds the old state or the new, and can be saved again."""
        password, found = self.state(place)
        before = (PASSWORD, None if self.creates else OLD)
        after = (self.password, self.after)
        allowed = [after] if done.status == 0 else [before, after]
        assert (password, found) in allowed, f"exit {done.status}, {found}, {done.err}"
        if found is not None:
            if done.status == 0 and self.password != PASSWORD:
                old_password_opens_nothing(place)
            save_again(place, password)
        check_files(place)

    def state(self, place: Place) -> tuple[str, Content | None]:
        """What opens the vault now, and what it holds; None if there is no vault."""
        for password in (PASSWORD, NEW_PASSWORD):
            try:
                return password, place.content(password)
            except VaultMissingError:
                return password, None
            except WrongPasswordError:
                continue
        raise AssertionError("neither the old password nor the new opens it")


def old_password_opens_nothing(place: Place) -> None:
    """Assert that neither the vault nor its backup opens with the old password."""
    for path in (place.vault, *place.store.backups()):
        try:
            vaultfile.unlock(path.read_bytes(), PASSWORD)
        except WrongPasswordError:
            continue
        raise AssertionError(f"the old password still opens {path.name}")


def save_again(place: Place, password: str = PASSWORD) -> None:
    """Assert that the next save works and leaves no stale file."""
    vault = place.open(password)
    content = content_of(vault)
    assert not vault.warning, vault.warning
    if vault.keys:
        vault.edit(vault.keys[-1].id, Edit(note="after the fault"))
    else:
        vault.set_index("dates")
    vault.lock()
    after = place.content(password)
    assert after.keys() == content.keys()
    assert not content or list(after.values())[-1][1] == "after the fault"
    assert place.beside() <= {".lock", ".bak"}, place.beside()


def check_files(place: Place) -> None:
    """Assert that every file is private, and that none holds a secret or the password."""
    for path in place.files.rglob("*"):
        mode = path.stat().st_mode & 0o777
        if path.is_dir():
            assert mode == 0o700 or path in (place.files, place.files / "state"), f"{mode:o} {path}"
            continue
        assert mode == 0o600, f"{mode:o} {path.name}"
        data = path.read_bytes()
        assert b"canary" not in data, f"a secret in {path.name}"
        assert PASSWORD.encode() not in data


def changes() -> dict[str, Change]:
    """The commands, by their name."""
    feed = ("--registry", "own-feed", "--owner", "build", "--scope", "push", "--glob", "Contoso.*")
    rotated = OLD | {"alpha": ("build", "", 2, ROTATED)}
    kept = {name: key for name, key in OLD.items() if name != "beta"}
    every = (
        Change(
            "new",
            ("new", "fresh", *feed, "--secret-stdin"),
            OLD | {"fresh": ("build", "", 1, FRESH)},
            FRESH,
        ),
        Change("rotate", ("rotate", "alpha", "--secret-stdin"), rotated, ROTATED),
        Change("remove", ("remove", "beta", "--yes"), kept),
        Change(
            "edit",
            ("edit", "gamma", "--note", "edited"),
            OLD | {"gamma": ("build", "edited", 1, SECRETS["gamma"])},
        ),
        Change("init", ("init",), NONE),
        Change(
            "password",
            ("password", "--new-password-file", "new-password"),
            OLD,
            password=NEW_PASSWORD,
        ),
        Change(
            "new-vault-key",
            ("password", "--new-vault-key", "--new-password-file", "new-password"),
            OLD,
            password=NEW_PASSWORD,
        ),
    )
    return {change.name: change for change in every if change.argv[0] in VERBS}
