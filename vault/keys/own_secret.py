"""Secrets for feeds of one's own, made so that typos and leaks can be noticed.

`kfob_`, 32 random letters and digits (190 bits), and the CRC-32 of these as six base-62 digits: the
scheme of npm's and GitHub's tokens, see `vault.keys.formats.base62`. Scanners find the prefix and
confirm the checksum; keyfob uses it to notice a secret that was mistyped or cut off.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from vault.keys.formats import base62
from vault.keys.formats.checksummed import OWN_PAYLOAD, OWN_PREFIX
from vault.keys.secret import Secret

_FAIR = 256 // 62 * 62
"""Random bytes from here on are thrown away, so that every digit is equally likely."""


def generate_own_secret(entropy: Callable[[int], bytes] = secrets.token_bytes) -> Secret:
    """A new secret, 43 characters.

    Args:
        entropy: Gives that many random bytes each time it is called.
    """
    payload = ""
    while len(payload) < OWN_PAYLOAD:
        fair = (byte for byte in entropy(OWN_PAYLOAD) if byte < _FAIR)
        payload += "".join(base62.DIGITS[byte % 62] for byte in fair)
    payload = payload[:OWN_PAYLOAD]
    return Secret(OWN_PREFIX + payload + base62.checksum(payload))
