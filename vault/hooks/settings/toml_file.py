"""Settings in TOML: cargo's and uv's. Comments, order and spaces stay."""

from __future__ import annotations

from typing import Any

from vault.hooks.settings.form import (
    ABSENT,
    MalformedError,
    Name,
    Value,
    found_in,
    put_in,
    text_of,
)


class TomlFile:
    """See `Form`."""

    def value(self, data: bytes, name: Name) -> Value:
        """See `Form.value`."""
        found = found_in(_parsed(data), name, "table")
        if found is ABSENT:
            return None
        plain = found.unwrap() if hasattr(found, "unwrap") else found
        if isinstance(plain, str):
            return plain
        if isinstance(plain, list) and all(isinstance(one, str) for one in plain):
            return plain
        raise MalformedError(f"{'.'.join(name)}: it is neither a text nor a list of texts")

    def changed(self, data: bytes, name: Name, value: Value) -> bytes:
        """See `Form.changed`."""
        import tomlkit

        document = _parsed(data)
        put_in(document, name, value, tomlkit.table)
        return tomlkit.dumps(document).encode()


def _parsed(data: bytes) -> Any:
    import tomlkit
    from tomlkit.exceptions import ParseError, TOMLKitError

    try:
        return tomlkit.parse(text_of(data))
    except ParseError as error:
        raise MalformedError(f"it is no TOML, at line {error.line}") from None
    except (TOMLKitError, RecursionError):
        raise MalformedError("it is no TOML") from None
