"""The user's settings: `settings.json` in the configuration directory, every field optional."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from vault.errors import StorageError, ValueRefusedError
from vault.store.disk import replace_whole
from vault.store.private import directory_notes

FILE_NAME = "settings.json"


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a user may set for all vaults of this machine.

    Attributes:
        clear_clipboard_after: Seconds a copied secret stays on the clipboard, 5 to 3600.
        lock_after: Seconds without a key press until the app locks, 30 to 86,400; 0 is never.
        theme: The app's colours.
        unlock_for: Seconds for which `keyfob unlock` holds a vault open, 60 to 86,400.
        agent: Whether a verb that was told the password at its prompt leaves the vault unlocked.
    """

    clear_clipboard_after: Annotated[int, msgspec.Meta(ge=5, le=3600)] = 30
    lock_after: Annotated[int, msgspec.Meta(ge=0, le=86_400)] = 300
    theme: Literal["dark", "light"] = "dark"
    unlock_for: Annotated[int, msgspec.Meta(ge=60, le=86_400)] = 900
    agent: Literal["off", "on"] = "off"


def read_settings(directory: Path, *, note: Callable[[str], object] = lambda _: None) -> Settings:
    """The settings in this directory, or the defaults if it holds none.

    Args:
        directory: Where they are; it is made private to its owner.
        note: Takes a sentence about a directory that was open to others.

    Raises:
        ValueRefusedError: The file is malformed; the message names file and field.
        StorageError: The file is there and cannot be read.
    """
    path = directory / FILE_NAME
    for said in directory_notes(directory, own=True):
        note(said)
    try:
        return msgspec.json.decode(path.read_bytes(), type=Settings)
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}.") from None
    except (msgspec.DecodeError, RecursionError) as error:
        raise _malformed(path, str(error)) from None
    except UnicodeDecodeError:
        raise _malformed(path, "it is not UTF-8 text") from None


def write_settings(directory: Path, settings: Settings) -> None:
    """Replace the settings in this directory.

    Raises:
        StorageError: The file cannot be written.
    """
    path = directory / FILE_NAME
    data = msgspec.json.format(msgspec.json.encode(settings)) + b"\n"
    try:
        replace_whole(path, path.with_suffix(".tmp"), data)
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}.") from None


def _malformed(path: Path, why: str) -> ValueRefusedError:
    return ValueRefusedError(f"{path}: {why}.", "Correct the file, or remove it.")
