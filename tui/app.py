"""The terminal app: what the screens share, and the few rules that hold on all of them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import events, work
from textual.app import SystemCommand
from textual.screen import Screen

from tui import collector, theme
from tui.browser import open_page
from tui.commands import COMMANDS, Shown
from tui.copying import Held, copy_key, copy_text, way_taken
from tui.crash import crash_report
from tui.order import OrderedApp
from tui.presence import WARNING, Instant, Presence, instant
from tui.say import line
from tui.screens.too_small import TooSmall
from tui.screens.unlock import Unlock
from tui.signals import end_on_sigterm, end_without_terminal
from tui.widgets.command_bar import WIDE
from tui.widgets.summary import Summary, countdown
from vault.clock import Clock, now
from vault.errors import NewVaultKeyError, VaultError
from vault.home import Home
from vault.settings import Settings, write_settings

if TYPE_CHECKING:
    from vault.clipboard import Clipboard
    from vault.keys.key import Key
    from vault.packages import PackageId
    from vault.vault import Vault

NARROWEST, LOWEST = 72, 20
"""Columns and rows below which the screens do not fit."""


class KeyfobApp(OrderedApp):
    """keyfob's screens over one vault.

    Attributes:
        vault: The open vault, or None while it is locked.
        packages: What the working directory publishes, for previews.
    """

    TITLE = "keyfob"
    CSS_PATH = "keyfob.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]
    ENABLE_COMMAND_PALETTE = True

    def __init__(
        self,
        home: Home,
        *,
        clipboard: Clipboard | None = None,
        settings: Settings | None = None,
        config: Path | None = None,
        directory: Path | None = None,
        vault: Vault | None = None,
        clock: Clock = now,
        instant: Callable[[], Instant] = instant,
        open_page: Callable[[str], bool] = open_page,
    ) -> None:
        """Make the app.

        Args:
            home: Where the vault lives.
            clipboard: The clipboard; the system's by default.
            settings: The user's settings.
            config: Directory the settings are written to, or None to write none.
            directory: Where to look for package ids.
            vault: An open vault, for a look around; then the app never locks.
            clock: Answers the current time.
            instant: Answers the moment, to tell how long nobody was there.
            open_page: Opens a page in the browser; whether there is one.
        """
        plain = "NO_COLOR" in os.environ
        super().__init__(ansi_color=True if plain else None)
        self.home, self.clock = home, clock
        self.settings = settings or Settings()
        self.directory = directory or Path()
        self.open_page = open_page
        self.vault, self.demo = vault, vault is not None
        self.packages: tuple[PackageId, ...] = ()
        self._config, self._clipboard_way = config, clipboard
        self._held: Held | None = None
        self._asked_twice = ""
        self._ways_told: set[str] = set()
        self._early: list[events.Event] | None = []
        self.presence = Presence(self.settings.lock_after, instant=instant)
        self.upgrade_offered = self.half_done_offered = False
        for each in (theme.DARK, theme.LIGHT):
            self.register_theme(each)
        self.theme = theme.PLAIN if plain else f"keyfob-{self.settings.theme}"

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """What the colours of ours mean in a theme that does not know them."""
        return theme.PLAIN_VARIABLES

    def get_default_screen(self) -> Screen[Any]:
        """The first screen itself: no empty one is painted before it."""
        if self.vault is not None:
            from tui.screens.keys import Keys

            return Keys()
        if self.home.exists():
            return Unlock()
        from tui.screens.first_run import FirstRun

        return FirstRun()

    def on_mount(self) -> None:
        """Start the one timer: clipboard countdown and auto-lock."""
        self.set_interval(1, self._tick)
        if not self.is_headless:
            end_on_sigterm(lambda status: self.call_later(self._end, status))

    # Keys pressed before the first field exists are kept: a password typed early is not lost.

    async def on_event(self, event: events.Event) -> None:
        """Hold input back until a screen is ready, and note that somebody is there."""
        if isinstance(event, events.InputEvent | events.Paste):
            if self._early is not None and isinstance(event, events.Key | events.Paste):
                self._early.append(event)
                return
            if self._lapsed():
                return  # it was meant for a screen that is gone
            self.presence.touch()
        await super().on_event(event)

    def ready(self) -> None:
        """The first screen has its focus: hand on what was typed meanwhile."""
        self.call_after_refresh(collector.resume, blind=self.vault is None)
        early, self._early = self._early or [], None
        for event in early:
            self.call_after_refresh(self.post_message, event)

    # The vault

    @property
    def clipboard_way(self) -> Clipboard:
        """The clipboard; the system's is made on first use."""
        if self._clipboard_way is None:
            from vault.clipboard import SystemClipboard

            self._clipboard_way = SystemClipboard(write=self._write_to_terminal)
        return self._clipboard_way

    @work(thread=True, group="measure")
    def measure(self) -> None:
        """Find out in the background what a key derivation may cost here."""
        self.home.measure()

    def opened(self, vault: Vault) -> None:
        """Show the keys of a vault that was just opened."""
        from tui.screens.keys import Keys

        self.vault = vault
        self.presence.touch()
        self.show(Keys())
        for said in filter(None, [*self.home.take_notes(), vault.warning]):
            self.notify(said, severity="warning", timeout=15, markup=False)

    def lock(self, said: str = "") -> None:
        """Forget everything decrypted, clear the clipboard, ask for the password again."""
        if self.demo:
            self.tell("The demo has no password to lock with.")
            return
        vault, self.vault = self.vault, None
        if vault is None:
            return
        self.clear_notifications()  # they name keys
        self.workers.cancel_group(self.screen, "default")  # a screen that is about to open
        self._close_in_thread(vault)
        self.show(Unlock(said))

    def show(self, screen: Screen[Any]) -> None:
        """Put a screen in place of all but the first one, which Textual cannot replace."""
        while len(self.screen_stack) > 2:  # noqa: PLR2004 - the first, and the one shown
            self.pop_screen()
        if len(self.screen_stack) > 1:
            self.switch_screen(screen)
        else:
            self.push_screen(screen)

    def _tick(self) -> None:
        if not self.is_headless:
            end_without_terminal()
        time = self.clock()
        if self._held is not None and not (time < self._held.until and self.clipboard_way.holds):
            self._held = None  # its time is over, or something else was copied since
        if not self._lapsed():
            self.show_status(self.presence.left)

    def _lapsed(self) -> bool:
        """Lock if nobody was there for too long, or the machine slept; whether it was locked."""
        said = self.presence.lapse()
        if said and (self.vault is None or self.demo):
            self._close_in_thread(None)
        elif said:
            self.lock(said)
            return True
        return False

    def show_status(self, left: float | None = None) -> None:
        """Say at the top right what is going on.

        Args:
            left: Seconds until auto-lock, or None if that is far off.
        """
        if not self.screen_stack:
            return  # it is ending
        time = self.clock()
        for summary in self.screen.query(Summary):
            if self._held is not None:
                held = self._held
                summary.status = countdown(held.name, held.until, time, held.seconds)
            elif self.demo:
                summary.status = (line(("demo: made-up keys, nothing is saved", "$brass")),)
            elif left is not None and left <= WARNING:
                summary.status = (line((f"locks in {round(left)} s", "$soon")),)
            else:
                summary.status = ()

    # The clipboard

    def copy_secret(self, key: Key) -> None:
        """Copy a key's secret; one that no longer works only when asked twice."""
        over = key.lifetime.say_over(self.clock())
        if over and self._asked_twice != key.id:
            self._asked_twice = key.id
            self.tell(f"{key.name} {over}; c again copies it all the same, r rotates it.")
            return
        self._asked_twice = ""
        self._copy_in_thread(key)

    @work(thread=True, exclusive=True, group="copy")
    def _copy_in_thread(self, key: Key) -> None:
        if self.vault is None:
            return
        seconds = self.settings.clear_clipboard_after
        try:
            held, unrecorded = copy_key(self.vault, key, self.clipboard_way, seconds, self.clock())
        except VaultError as error:
            self.call_from_thread(self.complain, error)
        else:
            self.call_from_thread(self._copied, held, key)
            if unrecorded is not None:
                self.call_from_thread(self.complain, unrecorded)

    def _copied(self, held: Held, key: Key | None = None) -> None:
        if key is not None and self.vault is None:
            return  # locked since, and cleared
        self._held = held
        self.show_status()
        known = held.receipt.confirmed or held.receipt.way in self._ways_told
        self.tell(way_taken(held, self._ways_told), timeout=5 if known else 15)
        reload = getattr(self.screen, "reload", None)
        if key is not None and reload is not None:
            reload(key.id)

    @work(thread=True, exclusive=True, group="copy", description="copy a text")
    def copy_text(self, text: str, name: str) -> None:
        """Copy a text that must leave the clipboard again, such as the recovery code."""
        seconds = self.settings.clear_clipboard_after
        try:
            held = copy_text(text, name, self.clipboard_way, seconds, self.clock())
        except VaultError as error:
            self.call_from_thread(self.complain, error)
        else:
            self.call_from_thread(self._copied, held)

    @work(thread=True, exclusive=True, group="copy")
    def copy_public(self, text: str, what: str) -> None:
        """Copy a text that is no secret, such as a field of the registry's form."""
        try:
            copy_text(text, what, self.clipboard_way, 3600, self.clock())
        except VaultError as error:
            self.call_from_thread(self.complain, error)
        else:
            self._held = None  # what was there before was replaced
            self.call_from_thread(self.tell, f"{what}: copied", timeout=2)

    def _clear_clipboard(self) -> None:
        """Blocks for as long as a hanging clipboard may take."""
        self._held = None
        if self._clipboard_way is not None:
            self._clipboard_way.clear()

    def _close(self, vault: Vault | None) -> None:
        """Clear the clipboard and forget what is decrypted, once a save under way has ended."""
        self._clear_clipboard()
        if vault is not None:
            vault.lock()
            self._clear_clipboard()  # a copy may have been under way

    @work(thread=True, group="close", description="lock")
    def _close_in_thread(self, vault: Vault | None) -> None:
        self._close(vault)

    def _write_to_terminal(self, text: str) -> None:
        # Not App.copy_to_clipboard: that keeps what it copies for as long as the app runs.
        if self._driver is not None:
            self._driver.write(text)
            self._driver.flush()

    # Packages of the working directory

    @work(thread=True, exclusive=True, group="packages")
    def find_packages(self) -> None:
        """Look for packages in the working directory, then show what the keys cover of them."""
        if self.demo:
            from vault.demo import PACKAGES as found  # noqa: N811 - what a demo finds
        else:
            from vault.packages import package_ids

            found = package_ids(self.directory)
        self.call_from_thread(self.found_packages, found)

    def found_packages(self, found: tuple[PackageId, ...]) -> None:
        """Show what the keys cover of these packages."""
        self.packages = found
        show = getattr(self.screen, "show_packages", None)
        if found and show is not None:
            show()

    # What holds on every screen

    def tell(self, text: str, *, timeout: float = 5) -> None:
        """Say something in passing, in place of what was said before."""
        self.clear_notifications()
        self.notify(text, timeout=timeout, markup=False)

    def complain(self, error: VaultError) -> None:
        """Say what went wrong outside any form; lock if the vault must be opened again."""
        if isinstance(error, NewVaultKeyError):
            self.lock(f"{error.message} {error.hint}")
        else:
            self.notify(error.hint, title=error.message, severity="error", timeout=10, markup=False)

    def switch_theme(self) -> None:
        """Switch between light and dark, and remember it."""
        if self.theme == theme.PLAIN:
            self.tell("NO_COLOR is set: there are no colours to switch.")
            return
        chosen: Any = "light" if self.theme == theme.DARK.name else "dark"
        self.theme = f"keyfob-{chosen}"
        self.settings = Settings(
            self.settings.clear_clipboard_after, self.settings.lock_after, chosen
        )
        if self._config is not None:
            try:
                write_settings(self._config, self.settings)
            except VaultError as error:
                self.complain(error)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The palette: our own commands, and no screenshot of what may be private."""
        for command in COMMANDS:
            method = getattr(screen, f"action_{command.action}", None)
            if method is not None and command.shown is not Shown.NEVER:
                yield SystemCommand(command.label, command.help, method)

    def on_resize(self, event: events.Resize) -> None:
        """Say so when the terminal is too small, and go on when it is not."""
        small = event.size.width < NARROWEST or event.size.height < LOWEST
        shown = isinstance(self.screen, TooSmall)
        if small and not shown:
            self.push_screen(TooSmall(NARROWEST, LOWEST))
        elif shown and not small:
            self.pop_screen()

    async def action_quit(self) -> None:
        """Quit, with the clipboard cleared and the vault locked; asked twice if that loses any."""
        said = self.presence.parting()
        if said:
            self.tell(f"{said} Once more quits all the same.", timeout=15)
        else:
            await self._end(0)

    async def _end(self, status: int) -> None:
        vault, self.vault = self.vault, None
        await asyncio.to_thread(self._close, vault)
        self.exit(return_code=status)

    def panic(self, *_renderables: object) -> None:
        """End with our crash report, whatever else Textual would have printed."""
        self._return_code = 1
        self._fatal_error()

    def _fatal_error(self) -> None:
        # Textual's own report prints every local variable of every frame: passwords, secrets.
        self._exit_renderables.append(crash_report(self._exception))
        self._close_messages_no_wait()
