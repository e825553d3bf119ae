"""A file that is one setting: a program of ours."""

from __future__ import annotations

from vault.hooks.settings.form import Name, Value, text_of


class WholeFile:
    """See `Form`. The name says nothing; an empty file is none."""

    def value(self, data: bytes, name: Name) -> Value:  # noqa: ARG002 - there is one value only
        """See `Form.value`."""
        return text_of(data) or None

    def changed(self, data: bytes, name: Name, value: Value) -> bytes:  # noqa: ARG002 - as above
        """See `Form.changed`."""
        return value.encode() if isinstance(value, str) else b""
