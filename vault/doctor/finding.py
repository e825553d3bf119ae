"""One finding: what is wrong, with which key, and what mends it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What sort of thing is wrong; the value is its name in `--json`. In the order to tell them."""

    EXPIRED = "expired"
    HALF_DONE = "rotation-half-done"
    DUPLICATE = "duplicate-secret"
    LYING = "secret-in-a-file"
    DUE = "due"
    TOO_BROAD = "too-broad"
    MORE_THAN_NEEDED = "more-than-needed"
    NO_END = "no-expiry"
    NEVER_USED = "never-used"
    UNUSED = "unused-for-long"
    UNKNOWN_REGISTRY = "unknown-registry"
    CLOCK = "clock"
    OPEN_TO_OTHERS = "open-to-others"
    NO_BACKUP = "no-backup"
    KEYLESS = "no-key-needed"


class Mend(StrEnum):
    """What mends a finding: a verb of keyfob, a page of the registry, or nothing of these."""

    ROTATE = "rotate"
    EDIT = "edit"
    REMOVE = "remove"
    PLACES = "places"
    PAGE = "page"
    BY_HAND = "by hand"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong.

    Attributes:
        kind: What sort of thing.
        sentence: What is wrong, in one sentence, with names.
        fix: What to do about it, in one sentence.
        mend: The verb that does it, or `PAGE`.
        key_id: The key it is about, or "" if it is about the vault.
        key_name: That key's name, or "".
        page: Where it is mended, for `PAGE`; "" if the address is not known here.
    """

    kind: Kind
    sentence: str
    fix: str
    mend: Mend
    key_id: str = ""
    key_name: str = ""
    page: str = ""
