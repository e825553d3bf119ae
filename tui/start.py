"""Starting the app: a clean environment and a silent terminal first, Textual afterwards."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from vault.errors import VaultError
from vault.paths import config_directory, vault_path
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
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        print(  # noqa: T201 - there is no screen to say it on
            "keyfob: the app needs a terminal. For scripts there are verbs: keyfob --help",
            file=sys.stderr,
        )
        return 2
    harden()
    with silent_terminal(sys.stdin.fileno()):
        scrub_environment(os.environ)
        try:
            app = build_app(arguments)
        except VaultError as error:
            print(f"keyfob: {error.message} {error.hint}".rstrip(), file=sys.stderr)  # noqa: T201
            return error.exit_code
        app.run(mouse="--no-mouse" not in arguments)
    return app.return_code or 0


def build_app(arguments: Sequence[str]) -> KeyfobApp:
    """The app these arguments ask for.

    Raises:
        VaultError: The settings file is malformed.
    """
    from tui.app import KeyfobApp
    from vault.settings import read_settings

    config = config_directory()
    settings = read_settings(config)
    if "--demo" in arguments:
        from vault.demo import demo_vault

        home, vault = demo_vault()
        return KeyfobApp(home, settings=settings, vault=vault)
    from vault.home import Home

    home = Home.at(vault_path(_option(arguments, "--vault")))
    return KeyfobApp(home, settings=settings, config=config)


def _option(arguments: Sequence[str], name: str) -> str | None:
    for at, argument in enumerate(arguments):
        if argument == name:
            return arguments[at + 1] if at + 1 < len(arguments) else None
        if argument.startswith(f"{name}="):
            return argument.partition("=")[2]
    return None


def scrub_environment(environ: MutableMapping[str, str]) -> None:
    """Take away every variable with which Textual could log keys or load foreign code.

    `TEXTUAL_LOG` writes each key press, the password's too, into a file anyone can read;
    `TEXTUAL_DRIVER` names a module to load; others take screenshots or press keys.
    """
    for name in [name for name in environ if name.startswith("TEXTUAL")]:
        if environ[name] not in _HARMLESS.get(name, ()):
            del environ[name]


@contextmanager
def silent_terminal(descriptor: int) -> Iterator[None]:
    """Turn echo and line editing off, so that what is typed meanwhile waits unseen and whole.

    Args:
        descriptor: The terminal's file descriptor.
    """
    try:
        import termios
    except ImportError:  # Windows: Textual's driver reads the console directly
        yield
        return
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
