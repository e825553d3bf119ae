"""What every form of configuration file can do: tell one setting, and change it."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any, Protocol, TypeAlias

from vault.errors import ValueRefusedError

Name: TypeAlias = tuple[str, ...]
"""Where a setting is: the sections it is in, then its own name."""

Value: TypeAlias = str | list[str] | None
"""What a setting says; None if it is not there."""


ABSENT = object()
"""Nothing has that name."""


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


def found_in(document: Any, name: Name, kind: str) -> Any:
    """What a nested document has under a name, or `ABSENT`: in JSON, None is something.

    Args:
        document: Tables within tables.
        name: The setting.
        kind: What such a table is called in this form of file.

    Raises:
        MalformedError: A part of the name is no table.
    """
    for part in name:
        if not isinstance(document, MutableMapping):
            raise MalformedError(f"{'.'.join(name)}: a part of it is no {kind}")
        if part not in document:
            return ABSENT
        document = document[part]
    return document


def put_in(
    document: MutableMapping[str, Any], name: Name, value: Value, table: Callable[[], Any]
) -> None:
    """Change a setting of a nested document, or take it out for None, with tables left empty.

    Args:
        document: Tables within tables; changed.
        name: The setting.
        value: What it is to say.
        table: Makes a table that is missing.
    """
    outer = []
    for part in name[:-1]:
        if part not in document:
            document[part] = table()
        outer.append((document, part))
        document = document[part]
    if value is not None:
        document[name[-1]] = value
        return
    document.pop(name[-1], None)
    for holder, part in reversed(outer):
        if not holder[part]:
            del holder[part]


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
