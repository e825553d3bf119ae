"""Settings in TOML: cargo's and uv's. Comments, order and spaces stay."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from vault.hooks.settings.form import MalformedError, Name, Value, text_of


class TomlFile:
    """See `Form`."""

    def value(self, data: bytes, name: Name) -> Value:
        """See `Form.value`."""
        found: Any = _parsed(data)
        for part in name:
            if not isinstance(found, MutableMapping):
                raise MalformedError(f"{'.'.join(name)}: a part of it is no table")
            if part not in found:
                return None
            found = found[part]
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
        table: MutableMapping[str, Any] = document
        tables = []
        for part in name[:-1]:
            if part not in table:
                table[part] = tomlkit.table()
            tables.append((table, part))
            table = table[part]
        if value is not None:
            table[name[-1]] = value
        else:
            table.pop(name[-1], None)
            for outer, part in reversed(tables):
                if not outer[part]:
                    del outer[part]
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
