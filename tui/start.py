"""Starting the app: a clean environment and a silent terminal first, Textual afterwards."""

from __future__ import annotations

import os
import sys
from codecs import IncrementalDecoder, getincrementaldecoder
from collections.abc import Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from tui import collector
from vault.errors import ValueRefusedError, VaultError
from vault.paths import config_directory, in_own_directory, vault_path
from vault.process import harden

if TYPE_CHECKING:
    from tui.app import KeyfobApp

_HARMLESS = {"TEXTUAL_ANIMATIONS": {"none", "basic", "full"}}
"""Variables of Textual that may stay, with the values they may have."""


def run_app(arguments: Sequence[str]) -> int:
    """Open the app; answers the exit code.

    Args:
        arguments: `--vault PATH`, `--demo`, `--no-mouse`.
    """
    if os.environ.get("TERM") == "dumb":
        print(  # noqa: T201 - there is no screen to say it on
            "keyfob: this terminal (TERM=dumb) cannot draw the app. There are verbs: keyfob --help",
            file=sys.stderr,
        )
        return 2
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout)):
        print(  # noqa: T201 - there is no screen to say it on
            "keyfob: the app needs a terminal. For scripts there are verbs: keyfob --help",
            file=sys.stderr,
        )
        return 2
    harden()
    collector.pause()
    with silent_terminal(sys.stdin.fileno()):
        scrub_environment(os.environ)
        try:
            app = build_app(arguments)
        except VaultError as error:
            print(f"keyfob: {error.message} {error.hint}".rstrip(), file=sys.stderr)  # noqa: T201
            return error.exit_code
        take_any_byte()
        app.run(mouse="--no-mouse" not in arguments)
    return app.return_code or 0


def build_app(arguments: Sequence[str]) -> KeyfobApp:
    """The app these arguments ask for.

    Raises:
        VaultError: The settings file is malformed, or the vault's path is none.
    """
    from tui.app import KeyfobApp
    from vault.settings import read_settings

    config = config_directory()
    told: list[str] = []
    settings = read_settings(config, note=told.append)
    if "--demo" in arguments:
        from vault.demo import demo_vault

        home, vault = demo_vault()
        return KeyfobApp(home, settings=settings, vault=vault)
    from vault.home import Home

    chosen = _option(arguments, "--vault")
    home = Home.at(vault_path(chosen), own_directory=in_own_directory(chosen))
    for said in told:
        home.note(said)
    return KeyfobApp(home, settings=settings, config=config)


def _option(arguments: Sequence[str], name: str) -> str | None:
    for at, argument in enumerate(arguments):
        if argument == name or argument.startswith(f"{name}="):
            value = argument.partition("=")[2] or "".join(arguments[at + 1 : at + 2])
            if argument == f"{name}=" or not value.strip():
                raise ValueRefusedError(f"{name} is empty.", "Name the file after it.")
            return value
    return None


def scrub_environment(environ: MutableMapping[str, str]) -> None:
    """Take away every variable with which Textual could log keys or load foreign code.

    `TEXTUAL_LOG` writes each key press, the password's too, into a file anyone can read;
    `TEXTUAL_DRIVER` names a module to load; others take screenshots or press keys.
    """
    for name in [name for name in environ if name.startswith("TEXTUAL")]:
        if environ[name] not in _HARMLESS.get(name, ()):
            del environ[name]


def take_any_byte() -> None:
    """Have bytes that are no UTF-8 read as U+FFFD: Textual's own reader ends the app on them."""
    if sys.platform != "win32":
        from textual.drivers import linux_driver

        linux_driver.getincrementaldecoder = _tolerant  # type: ignore[assignment,attr-defined]  # not exported


def _tolerant(encoding: str) -> partial[IncrementalDecoder]:
    return partial(getincrementaldecoder(encoding), errors="replace")


@contextmanager
def silent_terminal(descriptor: int) -> Iterator[None]:
    """Turn echo and line editing off, so that what is typed meanwhile waits unseen and whole.

    Args:
        descriptor: The terminal's file descriptor.
    """
    if sys.platform == "win32":  # there Textual's driver reads the console directly
        yield
    else:
        import termios

        before = termios.tcgetattr(descriptor)
        quiet = termios.tcgetattr(descriptor)
        # Without ICRNL, Enter stays the carriage return that Textual knows as Enter.
        quiet[0] &= ~termios.ICRNL
        quiet[3] &= ~(termios.ECHO | termios.ICANON)
        termios.tcsetattr(descriptor, termios.TCSANOW, quiet)
        try:
            yield
        finally:
            termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
