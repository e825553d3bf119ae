"""A client's TOML file, on which it depends where a key goes: what cannot be read stops that."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vault.errors import ValueRefusedError
from vault.packages.manifests import toml
from vault.text import safe


def toml_file(path: Path, unknown: str, mend: str) -> Mapping[str, Any]:
    """What a TOML file says.

    Args:
        path: The file.
        unknown: What is not known without it, to complete "so that it is not known ...".
        mend: What to do about that, in one sentence.

    Raises:
        ValueRefusedError: It cannot be read.
    """
    try:
        return toml(path)
    except (OSError, ValueError, RecursionError):
        raise ValueRefusedError(
            f"{safe(str(path), 200)} cannot be read, so that it is not known {unknown}.", mend
        ) from None
