"""What every form of configuration file can do: tell one setting, and change it."""

from __future__ import annotations

from typing import Protocol, TypeAlias

from vault.errors import ValueRefusedError

Name: TypeAlias = tuple[str, ...]
"""Where a setting is: the sections it is in, then its own name."""

Value: TypeAlias = str | list[str] | None
"""What a setting says; None if it is not there."""


class MalformedError(ValueRefusedError):
    """A configuration file that is not what its client would read."""

    def __init__(self, why: str) -> None:
        super().__init__(why, "Mend the file first; it was left as it is.")


class Form(Protocol):
    """One form of configuration file."""

    def value(self, data: bytes, name: Name) -> Value:
        """What the setting says in a file.

        Args:
            data: The whole file.
            name: The setting.

        Raises:
            MalformedError: The file is not of this form; the message says where.
        """

    def changed(self, data: bytes, name: Name, value: Value) -> bytes:
        """The file with this setting changed, or taken out for None.

        Raises:
            MalformedError: The file is not of this form; the message says where.
        """


def text_of(data: bytes) -> str:
    """A configuration file as text.

    Raises:
        MalformedError: It is no UTF-8.
    """
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise MalformedError(f"it is no text in UTF-8, at line {line}") from None
