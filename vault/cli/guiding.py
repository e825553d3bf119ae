"""What is left of a rotation, taken step by step: each place in turn, then the old value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vault.errors import ClipboardError, StorageError, ValueRefusedError, VaultError
from vault.text import safe

if TYPE_CHECKING:  # loaded by the verb that guides
    from vault.cli.desk import Desk
    from vault.cli.terminal import Terminal
    from vault.keys.key import Key
    from vault.keys.place import Place
    from vault.rotation.steps import Step
    from vault.vault import Vault


class Guide:
    """Takes the user through what is left of rotations.

    Every answer is saved at once, so that the user can leave at any point.

    Attributes:
        failed: Keys and places whose command was run, did not go well, and which are still behind.
    """

    def __init__(
        self,
        vault: Vault,
        desk: Desk,
        terminal: Terminal | None,
        *,
        run_commands: bool,
        end_old: bool = False,
    ) -> None:
        """Prepare.

        Args:
            vault: The open vault.
            desk: Takes the talk, gives environment, clipboard and browser.
            terminal: Whom to ask, or None to ask nobody.
            run_commands: Whether commands of places are run without asking.
            end_old: Whether the registry is told to end the old value without asking, once the new
                one is everywhere.
        """
        self.failed: set[tuple[str, str]] = set()
        self._vault = vault
        self._desk = desk
        self._terminal = terminal
        self._run_commands = run_commands
        self._end_old = end_old

    def finish(self, key: Key) -> bool:
        """Go through what is left of one key's rotation, and say what is left after that.

        Returns:
            Whether to go on; False if the user wants to leave.
        """
        from vault.cli.advice import profile_of
        from vault.rotation.steps import remaining

        todo = remaining(key, profile_of(key))
        try:
            for number, step in enumerate(todo, 1):
                lead = f"{number} of {len(todo)}"
                if not self._take(key, step, lead):
                    return False
        finally:  # on ctrl+c too
            tell_left(self._vault.key(key.id), self._desk)
        return True

    def _take(self, key: Key, step: Step, lead: str) -> bool:
        if step.place is not None:
            return self._at(key, step.place, lead)
        return self._retire(key, step, lead)

    def _at(self, key: Key, place: Place, lead: str) -> bool:
        self._introduce(key, place, lead)
        if place.command and self._run_commands and self._run(key, place):
            return True
        while self._terminal is not None:
            letter = _letter(self._terminal.ask(f"  {self._choices(place)}: "))
            if letter in {"", "l"}:
                return True
            if letter == "q":
                return False
            if self._act(letter, key, place):
                return True
        return True

    def _introduce(self, key: Key, place: Place, lead: str) -> None:
        from vault.cli.advice import profile_of
        from vault.registries.trusted import ask_keyless, publishes_without_key

        self._desk.note(f"{lead}: {place.kind}, {place.where}")
        if place.command:
            self._desk.note(f"  command: {place.command}")
        profile = profile_of(key)
        if profile is not None and self._terminal is not None:
            known = publishes_without_key(profile, key, place)
            self._desk.notes(ask_keyless([known] if known else []))

    def _choices(self, place: Place) -> str:
        run = "[r]un it, " if place.command else ""
        open_ = "[o]pen it, " if _is_address(place.where) else ""
        return f"{run}{open_}[d]one by hand, [c]opy key, [w]aive, [q]uit [later]"

    def _act(self, letter: str, key: Key, place: Place) -> bool:
        """Do what was chosen; whether that settles the place."""
        if letter == "r" and place.command:
            return self._run(key, place)
        if letter in {"d", "w"}:
            return self._settle(key, place, waive=letter == "w")
        if letter == "c":
            self._copy(key)
        elif letter == "o" and _is_address(place.where):
            browse(place.where, self._desk)
        else:
            self._desk.note("  Type one of the letters in brackets.")
        return False

    def _copy(self, key: Key) -> None:
        from vault.cli.handover import hand_over

        try:
            hand_over(self._vault, self._vault.key(key.id), self._desk)
        except ClipboardError as error:
            self._desk.complain(error)

    def _run(self, key: Key, place: Place) -> bool:
        from vault.rotation.installing import install

        self._desk.note("  Running it ...")
        try:
            ran = install(self._vault, key.id, place.where, self._desk.environ)
        except (ValueRefusedError, StorageError) as error:
            self._desk.complain(error)
            self.failed.add((key.id, place.where))
            return False
        except KeyboardInterrupt:  # before it ran, or after
            self._desk.note("  It was stopped.")
            self.failed.add((key.id, place.where))
            return False
        for line in ran.lines:
            self._desk.note(f"  | {line}")
        self._desk.note(f"  {ran.sentence}{' Confirmed.' if ran.ok else ' The place stays open.'}")
        if ran.ok:
            self.failed.discard((key.id, place.where))
        else:
            self.failed.add((key.id, place.where))
        return ran.ok

    def _settle(self, key: Key, place: Place, *, waive: bool) -> bool:
        act = self._vault.waive_place if waive else self._vault.confirm_place
        try:
            act(key.id, place.where, revision=key.revision)
        except (ValueRefusedError, StorageError) as error:
            self._desk.complain(error)
            return False
        self.failed.discard((key.id, place.where))
        return True

    def _retire(self, key: Key, step: Step, lead: str) -> bool:
        from vault.cli.terminal import agrees
        from vault.keys.place import places_behind

        where = f": {step.page}" if step.page else ""
        self._desk.note(f"{lead}: {step.sentence}{where}")
        if places_behind(self._vault.key(key.id)):
            self._desk.note("  Not before the new one is everywhere: this comes last.")
        elif not self._retired_by_api(key) and (
            self._terminal is not None and agrees(self._terminal, "  Is that done?")
        ):
            self._vault.retire_done(key.id, revision=key.revision)
        return True

    def _retired_by_api(self, key: Key) -> bool:
        """Whether that settled it: the registry ended the old value, or the user left it so."""
        from vault.apis import api_of
        from vault.cli.advice import profile_of
        from vault.cli.by_api import end_old
        from vault.rotation.by_api import retirable

        profile = profile_of(key)
        api = None if profile is None else api_of(profile)
        if api is None:
            return False
        if api.retire_needs is None:
            self._desk.note(f"  {api.title} ends no key through its API: do it on its page.")
        if not retirable(key, api):
            return False
        if not self._end_old:
            if self._terminal is None:
                return False
            asked = "  [a] let keyfob have it ended, [d] it is done [later]: "
            letter = _letter(self._terminal.ask(asked))
            if letter == "d":
                self._vault.retire_done(key.id, revision=key.revision)
            if letter != "a":
                return True
        try:
            return end_old(self._vault, key, api, self._terminal, self._desk).retire is None
        except VaultError as error:
            self._desk.complain(error)
            return False


def tell_left(key: Key, desk: Desk) -> None:
    """Say what is left of a key's rotation and how to go on, or that nothing is."""
    import shlex

    from vault.keys.place import places_behind
    from vault.rotation.pending import is_half_done

    if not is_half_done(key):
        if key.places:
            desk.note(f"{key.name}: every place has the present secret, or was waived.")
        return
    if key.asked is not None:
        desk.note(
            f"{key.registry} was asked for a new value of {key.name}, and no answer came. Find out "
            f"what became of it: keyfob rotate {shlex.quote(safe(key.name))}"
        )
        return
    for place in places_behind(key):
        desk.note(f"Behind: {place.where}")
    if key.retire is not None:
        desk.note(f"The old value of {key.name} still works at {key.registry}.")
    desk.note(f"Go on at any time with: {going_on(key)}")


def going_on(key: Key) -> str:
    """The command that goes on with a key's rotation."""
    import shlex

    return f"keyfob rotate {shlex.quote(safe(key.name))} --continue"


def browse(address: str, desk: Desk) -> None:
    """Open an address, which the user has just read, in the browser, or say that none opens."""
    if not desk.browse(address):
        desk.note("No browser opens here.")


def _letter(typed: str) -> str:
    return typed.strip().lower()[:1]


def _is_address(where: str) -> bool:
    return where.lower().startswith(("https://", "http://"))
