"""Finding a key by its name."""

from __future__ import annotations

from collections.abc import Iterable

from vault.errors import AmbiguousNameError, KeyNotFoundError
from vault.keys.key import Key, name_key
from vault.meant import meant

_SHOWN = 5
"""How many names an ambiguous one is answered with."""

_MOST = 2_000
"""Names beyond which no similar one is looked for: it would take seconds."""


def find_key(keys: Iterable[Key], name: str, *, prefix: bool = False) -> Key:
    """The key with this name, whatever its case.

    Args:
        keys: Where to look.
        name: The name.
        prefix: Also take the beginning of a name, if only one key's name begins so.

    Raises:
        KeyNotFoundError: No key has it; the hint offers near ones.
        AmbiguousNameError: Several names begin so.
    """
    wanted = name_key(name.strip())
    by_name = {name_key(key.name): key for key in keys}
    if wanted in by_name:
        return by_name[wanted]
    fits = [key for text, key in by_name.items() if prefix and wanted and text.startswith(wanted)]
    if len(fits) == 1:
        return fits[0]
    if fits:
        names = ", ".join(sorted(key.name for key in fits)[:_SHOWN])
        raise AmbiguousNameError(f"{len(fits)} keys begin with {name!r}: {names}.")
    known = [key.name for key in by_name.values()] if len(by_name) <= _MOST else []
    hint = meant(name.strip(), known).rstrip() or "keyfob list shows them all."
    raise KeyNotFoundError(f"No key is called {name!r}.", hint)
