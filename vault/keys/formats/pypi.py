"""What a pasted PyPI or devpi token says about itself."""

from __future__ import annotations

from vault.keys.formats.macaroon import Macaroon, parse_macaroon
from vault.keys.formats.recognition import MalformedKeyError, Outcome, Recognition, damaged
from vault.text import safe

NAME = "pypi token"
NAME_DEVPI = "devpi token"

_TEST_LOCATION = "test."
_SHOWN = 3


def recognise_pypi(text: str) -> Recognition | None:
    """A recognition if the text is, or nearly is, a macaroon token of PyPI, TestPyPI or devpi."""
    if text.startswith("devpi-"):
        name, registry, title = NAME_DEVPI, "devpi-tokens", "devpi"
    elif text.startswith("pypi-"):
        name, registry, title = NAME, "pypi", "PyPI"
    else:
        return None
    try:
        token = parse_macaroon(text)
    except MalformedKeyError:
        cut = "it is not whole: was it cut off while copying?"
        return damaged(name, registry, f"a {title} token", cut)
    if registry == "pypi" and (token.location or "").startswith(_TEST_LOCATION):
        registry, title = "testpypi", "TestPyPI"
    return Recognition(
        name,
        registry,
        Outcome.OK,
        f"This is a {title} token{_scope(token)}.",
        f"a {title} token",
        expires=token.expires,
        projects=token.projects,
    )


def _scope(token: Macaroon) -> str:
    if token.projects:
        shown = ", ".join(safe(name, 40) for name in token.projects[:_SHOWN])
        return f" for {shown}" + (" and others" if len(token.projects) > _SHOWN else "")
    return " for everything its user owns" if token.user_wide else ""
