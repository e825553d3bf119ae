"""What a registry says when it refuses, in one sentence that may be shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from vault.apis.base import ApiError, OtpNeededError
from vault.keys.secret import Secret
from vault.rotation.masking import last_lines
from vault.text import safe

if TYPE_CHECKING:  # which raises these errors
    from vault.apis.sending import Answer

_WORDS = ("message", "error_description", "error", "reason", "detail", "errors", "rubygems_api_key")
"""Where registries put their reasons; the last is RubyGems', for whatever it answers."""

_OTP = re.compile(r"\b(t?otp|2fa|one-time|two-factor|multi-?factor)\b", re.IGNORECASE)
_WIDTH = 200
_DEEP = 4
_UNAUTHORIZED = 401

_REASONS = {
    401: "it does not take this login, or this key works no more",
    403: "this key or account is not allowed to",
    404: "it knows nothing at this address, or shows it to others only",
    405: "it does not allow this",
    422: "it does not take what it was asked for",
    429: "it was asked too often",
}
_HINTS = {
    404: "Look whether the address in the profile is right.",
    429: "Nothing was changed. Try again later.",
}


def refusal(title: str, answer: Answer, hidden: Sequence[Secret]) -> ApiError:
    """The error for an answer that is none of those hoped for.

    Args:
        title: The registry.
        answer: What it answered.
        hidden: What is masked in its words.
    """
    if 300 <= answer.status < 400:  # noqa: PLR2004 - the redirects
        host = _shown(urlsplit(answer.where).hostname or "another address", hidden)
        return ApiError(
            f"{title} points to {host}, and a key is not sent on to where it is pointed.",
            "Nothing was changed. If the server moved, write its address into the profile.",
        )
    said = _said(answer, hidden)
    if answer.status == _UNAUTHORIZED and ("otp" in answer.wants or _OTP.search(said)):
        return OtpNeededError(
            f"{title} asks for a one-time code{f': {said}' if said else ''}.".replace("..", "."),
            "Nothing was changed.",
        )
    reason = _REASONS.get(answer.status, f"it answers with status {answer.status}")
    why = f"{reason} ({said.rstrip('.')})" if said else reason
    return ApiError(
        f"{title} refused: {why}.", _HINTS.get(answer.status, "Nothing was changed there.")
    )


def _said(answer: Answer, hidden: Sequence[Secret]) -> str:
    """The registry's own words, without what is hidden; "" if it sent a page or nothing."""
    if answer.kind == "text/plain":
        words = answer.body[: 4 * _WIDTH].decode("utf-8", "replace")
    elif "json" in answer.kind:
        words = "; ".join(dict.fromkeys(_texts(answer.json(), 0)))
    else:
        return ""
    return _shown(words, hidden)


def _shown(words: str, hidden: Sequence[Secret]) -> str:
    """A server's words in one line, with what is part of a secret masked."""
    for secret in hidden:
        words = " ".join(last_lines(words.encode("utf-8", "replace"), secret))
    return safe(" ".join(words.split()), _WIDTH)


def _texts(told: Any, depth: int) -> Iterator[str]:
    """The reasons in a registry's answer, in whatever form they come."""
    if depth > _DEEP:
        return
    if isinstance(told, str):
        yield told
    elif isinstance(told, list):
        for one in told[:_DEEP]:
            yield from _texts(one, depth + 1)
    elif isinstance(told, dict):
        names = [name for name in _WORDS if name in told] if not depth else list(told)[:_DEEP]
        for name in names:
            for text in _texts(told[name], depth + 1):
                yield text if name in _WORDS else f"{name} {text}"
