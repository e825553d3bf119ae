"""The fields to fill on a registry's own page, from the key about to be made."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

import msgspec

from vault.keys.glob import Glob
from vault.keys.key import Draft
from vault.keys.lifetime import Lifetime

_PLACEHOLDER = re.compile(r"\{([a-z_-]*)\}")


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of the registry's page.

    Attributes:
        label: As it stands on the page.
        value: What to type or choose, ready to copy.
        hint: A sentence on how, or an empty string.
    """

    label: str
    value: str
    hint: str = ""


class FieldRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a profile describes one field. Placeholders: see `PLACEHOLDERS`.

    Attributes:
        label: As it stands on the page.
        value: Text with placeholders. If it comes out empty, the field is left out.
        hint: Text with placeholders.
        hint_more: Replaces `hint` when the key has more globs than the page takes.
    """

    label: str
    value: str
    hint: str = ""
    hint_more: str = ""

    def __post_init__(self) -> None:
        """Refuse a placeholder nobody fills.

        Raises:
            ValueError: There is one; msgspec adds where.
        """
        for name in _PLACEHOLDER.findall(self.value + self.hint + self.hint_more):
            if name not in PLACEHOLDERS:
                raise ValueError(f"unknown placeholder {{{name}}} in the field {self.label!r}")


PLACEHOLDERS = frozenset(
    {"name", "owner", "expires", "scopes", "globs", "glob", "packages", "more_globs", "coverage"}
)
"""What a field's text may ask for: `scopes` and `coverage` in the page's own words; `glob` the one
glob the page takes, `packages` the exact ids beside it, `more_globs` what does not fit."""


def fill(text: str, values: Mapping[str, str]) -> str:
    """Text with each `{placeholder}` replaced by its value."""
    return _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text)


def form_fields(
    rows: Collection[FieldRow], draft: Draft, options: Collection[timedelta], words: Words
) -> tuple[FormField, ...]:
    """The fields of the page for one draft, without those that stay empty."""
    values = _values(draft, options, words)
    fields = []
    for row in rows:
        value = fill(row.value, values).strip()
        if value:
            hint = row.hint_more if values["more_globs"] and row.hint_more else row.hint
            fields.append(FormField(row.label, value, fill(hint, values)))
    return tuple(fields)


@dataclass(frozen=True, slots=True)
class Words:
    """A registry's own words for what a key covers.

    Attributes:
        actions: Action id to what its page calls it.
        one: How its page names one glob, with `{glob}`.
        everything: How its page names every package.
    """

    actions: Mapping[str, str]
    one: str
    everything: str


def _values(draft: Draft, options: Collection[timedelta], words: Words) -> dict[str, str]:
    globs = tuple(dict.fromkeys(grant.glob for grant in draft.grants))
    actions = dict.fromkeys(grant.action for grant in draft.grants)
    wild = [glob for glob in globs if not glob.exact]
    exact = [glob for glob in globs if glob.exact]
    if not wild and len(exact) == 1:
        wild, exact = exact, []
    return {
        "name": draft.name,
        "owner": draft.owner,
        "expires": _expires(draft.lifetime, options),
        "scopes": ", ".join(words.actions.get(action, action) for action in actions),
        "globs": _join(globs),
        "glob": _join(wild[:1]),
        "packages": _join(exact),
        "more_globs": _join(wild[1:]),
        "coverage": ", ".join(
            words.everything if glob.everything else fill(words.one, {"glob": glob.text})
            for glob in globs
        ),
    }


def _join(globs: Collection[Glob]) -> str:
    return ", ".join(glob.text for glob in globs)


def _expires(lifetime: Lifetime, options: Collection[timedelta]) -> str:
    length = lifetime.duration
    if lifetime.expires is None or length is None:
        return "never"
    if length in options:
        return "1 day" if length.days == 1 else f"{length.days} days"
    return lifetime.expires.date().isoformat()
