"""npm's tokens as npm 11's own client speaks of them: pages, one-time codes, what may not."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

from tests.servers.loopback import Call, Reply

PASSWORD = "made-up-npm-password-8811"
OTP = "667788"
_TOKENS = "/-/npm/v1/tokens"


@dataclass
class Npm:
    """One account.

    Attributes:
        otp: The one-time code that changes want, or "".
        shown: How many characters of a token its list shows.
        page: How many tokens a page of the list has.
        next_host: Where the list says that its next page is.
        tokens: By value.
    """

    otp: str = ""
    shown: int = 14
    page: int = 50
    next_host: str = ""
    tokens: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, value: str, name: str, **fields: Any) -> str:
        key = secrets.token_hex(8)
        self.tokens[value] = {"key": key, "name": name, "created": "2026-11-20T10:00:00Z", **fields}
        return key

    def answer(self, call: Call) -> Reply:
        value = call.headers.get("authorization", "").removeprefix("Bearer ")
        own = self.tokens.get(value)
        if own is None:
            return Reply(401, {"error": "Unauthorized"})
        if call.method == "GET" and call.path == _TOKENS:
            return self._list(call)
        if own.get("bypass_2fa"):
            return Reply(403, {"error": "Tokens that bypass 2FA may not manage tokens."})
        if self.otp and call.headers.get("npm-otp") != self.otp:
            return Reply(
                401, {"error": "A one-time pass is needed"}, headers={"WWW-Authenticate": "OTP"}
            )
        if call.method == "POST" and call.path == _TOKENS:
            return self._create(call.json)
        return self._delete(call.path.rpartition("/")[2])

    def _delete(self, key: str) -> Reply:
        found = [value for value, row in self.tokens.items() if row["key"] == key]
        return Reply(204) if found and self.tokens.pop(found[0]) else Reply(404)

    def _list(self, call: Call) -> Reply:
        start = int(call.query.get("page", ["0"])[0])
        rows = [row | {"token": value[: self.shown]} for value, row in self.tokens.items()]
        end = (start + 1) * self.page
        more = f"{self.next_host}{_TOKENS}?page={start + 1}" if end < len(rows) else ""
        return Reply(200, {"objects": rows[start * self.page : end], "urls": {"next": more}})

    def _create(self, asked: dict[str, Any]) -> Reply:
        if asked.pop("password") != PASSWORD:
            return Reply(401, {"error": "The password is wrong"})
        days = asked.pop("expires", None)
        if days is not None and days > 90:
            return Reply(422, {"error": "A token that may publish lives 90 days at most"})
        value = f"npm_{secrets.token_hex(18)}"
        self.add(value, asked.pop("name"), days=days, **asked)
        return Reply(200, self.tokens[value] | {"token": value})
