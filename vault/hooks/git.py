"""`git-credential-keyfob`: git's credential helper protocol, for https.

git writes `name=value` lines and names the operation in the last argument. With `useHttpPath` it
tells the repository, and the narrowest key that covers it is taken; git does not tell fetching from
pushing apart. Where nothing fits nothing is answered, so that git asks as it does without a helper;
`quit` is never sent, because it would keep the user from typing something else.
Sources: gitcredentials(7), git-credential(1).
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from vault.hooks.asking import (
    NoKeyError,
    Server,
    UnknownServerError,
    borrowed,
    covering,
    handed_out,
    live_keys,
    reaching,
    server_at,
)
from vault.hooks.serving import QuestionError, question, serving
from vault.keys.key import Key
from vault.registries.holding import is_for
from vault.registries.profile import Profile
from vault.text import printable_problem

if TYPE_CHECKING:
    from vault.cli.desk import Desk

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?")
_ONE_EACH = frozenset({"protocol", "host", "path", "username"})
_USE_PATH = "Let git tell the repository: keyfob hook install git"


def main() -> int:
    """Answer git's one question."""
    return serving(lambda desk: serve(sys.argv[-1], desk))


def serve(operation: str, desk: Desk) -> int:
    """Answer a `get`; anything else is passed over, as the protocol wants.

    Args:
        operation: `get`, `store` or `erase`.
        desk: Its stdin is git's question.

    Raises:
        VaultError: There is no answer, for a reason the user should hear of.
    """
    if operation != "get":
        return 0
    asked = described(question(desk.stdin))
    host, path = asked.get("host", ""), asked.get("path", "")
    if asked.get("protocol") != "https" or not _HOST.fullmatch(host):
        return 0
    try:
        server = server_at(f"https://{host}/{path}", desk.environ, is_for_git)
    except UnknownServerError:
        return 0
    with borrowed(desk) as lender:
        key = _chosen(live_keys(lender.keys, server, desk.clock()), server, path)
        with handed_out(lender, key) as secret:
            desk.put(f"username={asked.get('username') or key.owner}")
            desk.put(f"password={secret.reveal()}")
    if key.lifetime.expires is not None:
        desk.put(f"password_expiry_utc={int(key.lifetime.expires.timestamp())}")
    return 0


def is_for_git(profile: Profile) -> bool:
    """Whether keys of this registry are for git."""
    return is_for(profile, "git")


def described(text: str) -> dict[str, str]:
    """What git tells in a question, up to its first empty line.

    Raises:
        QuestionError: A line has no name, is not printable, or says again what was said.
    """
    found: dict[str, str] = {}
    for line in text.replace("\r\n", "\n").split("\n"):
        if not line:
            break
        name, equals, value = line.partition("=")
        if not equals or printable_problem(line) is not None:
            raise QuestionError("git's question is malformed.")
        if name in _ONE_EACH and found.setdefault(name, value) != value:
            raise QuestionError(f"git's question gives two values for {name}.")
    return found


def repository(path: str, server: Server | None) -> str:
    """The repository in a URL's path, as a glob is matched against it; "" if it names none.

    That is what stands behind the address of the server, without `.git` and what comes after it.
    """
    addresses = [address for profile in server or () for address in profile.addresses]
    roots = {urlsplit(address).path.strip("/") for address in addresses}
    inside = [root for root in roots if root and f"{path}/".startswith(f"{root}/")]
    path = path[len(max(inside, key=len, default="")) :]
    parts = []
    for part in path.strip("/").split("/"):
        parts.append(part.removesuffix(".git"))
        if part.endswith(".git"):
            break
    return "/".join(parts)


def _chosen(keys: list[Key], server: Server | None, path: str) -> Key:
    named = repository(path, server)
    if named:
        return covering(keys, named)
    try:
        return reaching(keys)
    except NoKeyError as error:
        raise NoKeyError(error.message, _USE_PATH) from None


if __name__ == "__main__":
    sys.exit(main())
