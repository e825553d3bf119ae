"""Settings in JSON: docker's. The order stays, and so does the indentation."""

from __future__ import annotations

import json
import re
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

_INDENT = re.compile(r"\A\s*\{\r?\n([ \t]+)")


class JsonFile:
    """See `Form`."""

    def value(self, data: bytes, name: Name) -> Value:
        """See `Form.value`."""
        found = found_in(_parsed(data), name, "object")
        if found is ABSENT:
            return None
        if not isinstance(found, str):
            raise MalformedError(f"{'.'.join(name)}: it is no text")
        return found

    def changed(self, data: bytes, name: Name, value: Value) -> bytes:
        """See `Form.changed`."""
        document = _parsed(data)
        put_in(document, name, value, dict)
        text = text_of(data)
        found = _INDENT.match(text)
        indent = found[1] if found else "\t"  # as docker writes it
        end = "\n" if text.endswith("\n") else ""
        escaped = "\\u" in text  # half a surrogate pair can be written in no other way
        return (json.dumps(document, indent=indent, ensure_ascii=escaped) + end).encode()


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
