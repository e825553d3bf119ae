"""Where one vault lives: its file, and what this machine remembers of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Self

from vault.clock import Clock, now
from vault.due import Report, report
from vault.errors import DamagedError, VaultError
from vault.paths import state_directory
from vault.sealing.header import read_header
from vault.store.base import Store
from vault.store.file import FileStore
from vault.store.state import LocalState

if TYPE_CHECKING:  # what opens a vault loads for as long as the first screen takes to be painted
    from vault.doctor.finding import Finding
    from vault.lending import Lender
    from vault.sealing.kdf import KdfCost
    from vault.vault import Vault


class Home:
    """One vault's place on this machine, open or not: what a front end starts from.

    Attributes:
        label: What to call the vault on screen.
    """

    def __init__(
        self,
        store: Store,
        *,
        state: LocalState | None = None,
        clock: Clock = now,
        cost: KdfCost | None = None,
    ) -> None:
        """Make a home.

        Args:
            store: The vault's file, or a stand-in for it.
            state: This machine's memory of vaults, or None to leave no trace.
            clock: Answers the current time.
            cost: Price of one guess at a new password; measured when None. A vault whose
                password costs less is called weak; when None, less than `STANDARD`.
        """
        self.label = store.label
        self._store = store
        self._state = state
        self._clock = clock
        self._cost = cost
        self._policy = cost
        self._notes: list[str] = []

    @classmethod
    def at(cls, path: Path, *, own_directory: bool = False) -> Self:
        """The home of the vault at this path.

        Args:
            path: The vault's file.
            own_directory: Whether its directory is keyfob's own, to be kept private.
        """
        store = FileStore(path, own_directory=own_directory)
        return cls(store, state=LocalState(state_directory()))

    def note(self, said: str) -> None:
        """Keep a sentence for the user to read once the vault is open."""
        self._notes.append(said)

    def take_notes(self) -> list[str]:
        """What was found and mended while the vault was read, for the user to read once."""
        places = [self._notes, self._store.notes, *([self._state.notes] if self._state else [])]
        notes = [note for place in places for note in place]
        for place in places:
            place.clear()
        return notes

    def exists(self) -> bool:
        """Whether there is a vault."""
        return self._store.exists()

    def report(self, *, within: timedelta | None = None) -> Report:
        """What falls due, told without the password.

        Raises:
            VaultError: The vault is missing, damaged or cannot be read.
        """
        with self._naming_backups():
            return report(self._store, self._state, self._clock(), within=within)

    def examine(self, lender: Lender) -> list[Finding]:
        """What is wrong with the keys of a vault and with its place, the worst first.

        Args:
            lender: This home's vault, open.

        Raises:
            VaultError: The vault's file cannot be read.
        """
        from vault.doctor.examine import examine, examine_store, in_order

        now = self._clock()
        return in_order([*examine(lender, now), *examine_store(self._store, now)])

    def prepare(self) -> None:
        """Load what opens a vault and read its header, so that `open` has less to do. Blocks."""
        import_module("vault.vault")
        with suppress(VaultError):
            read_header(self._store.read())

    def measure(self) -> KdfCost:
        """What a key derivation may cost here; found out once, which blocks."""
        if self._cost is None:
            from vault.sealing.kdf import calibrate

            self._cost = calibrate()
        return self._cost

    def is_weak(self, vault: Vault) -> bool:
        """Whether a guess at this vault's password is cheaper than it should be today."""
        from vault.sealing.kdf import STANDARD

        return vault.kdf_is_weak(self._policy or STANDARD)

    def create(self, password: str) -> tuple[Vault, str]:
        """Create the vault; answers it and its recovery code. Blocks for a key derivation.

        Raises:
            VaultError: As `Vault.create`.
        """
        from vault.vault import Vault

        cost = self.measure()
        return Vault.create(self._store, password, cost=cost, state=self._state, clock=self._clock)

    def open(self, password: str) -> Vault:
        """Open the vault with its password or recovery code. Blocks for a key derivation.

        Raises:
            VaultError: As `Vault.open`.
        """
        from vault.vault import Vault

        with self._naming_backups():
            return Vault.open(self._store, password, state=self._state, clock=self._clock)

    @contextmanager
    def _naming_backups(self) -> Iterator[None]:
        """Add to the news of a damaged vault where its backup is."""
        try:
            yield
        except DamagedError as error:
            backups = ", ".join(str(path) for path in self._store.backups())
            hint = f"It was left as it is. Its backup: {backups}" if backups else error.hint
            raise DamagedError(error.message, hint) from None
