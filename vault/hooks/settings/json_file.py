"""Settings in JSON: docker's. The order stays, and so does the indentation."""

from __future__ import annotations

import json
import re
from typing import Any

from vault.hooks.settings.form import MalformedError, Name, Value, text_of

_INDENT = re.compile(r"\A\s*\{\r?\n([ \t]+)")


class JsonFile:
    """See `Form`."""

    def value(self, data: bytes, name: Name) -> Value:
        """See `Form.value`."""
        found: Any = _parsed(data)
        for part in name:
            if not isinstance(found, dict):
                raise MalformedError(f"{'.'.join(name)}: a part of it is no object")
            if part not in found:
                return None
            found = found[part]
        if not isinstance(found, str):
            raise MalformedError(f"{'.'.join(name)}: it is no text")
        return found

    def changed(self, data: bytes, name: Name, value: Value) -> bytes:
        """See `Form.changed`."""
        document = _parsed(data)
        table = document
        tables = []
        for part in name[:-1]:
            tables.append((table, part))
            table = table.setdefault(part, {})
        if value is not None:
            table[name[-1]] = value
        else:
            table.pop(name[-1], None)
            for outer, part in reversed(tables):
                if not outer[part]:
                    del outer[part]
        text = text_of(data)
        found = _INDENT.match(text)
        indent = found[1] if found else "\t"  # as docker writes it
        end = "\n" if text.endswith("\n") else ""
        return (json.dumps(document, indent=indent, ensure_ascii=False) + end).encode()


def _parsed(data: bytes) -> Any:
    text = text_of(data)
    if not text.strip():
        return {}
    try:
        found = json.loads(text, object_pairs_hook=_only_once)
    except json.JSONDecodeError as error:
        raise MalformedError(
            f"it is no JSON, at line {error.lineno}, column {error.colno}"
        ) from None
    except (ValueError, RecursionError):
        raise MalformedError("it is no JSON") from None
    if not isinstance(found, dict):
        raise MalformedError("it is no JSON object")
    return found


def _only_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):  # one of the two would be lost in writing
        raise MalformedError("it says the same name twice in one object")
    return found
