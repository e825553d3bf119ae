"""GitLab as docs.gitlab.com has it: self-inform, self-rotate, and reuse detection."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.servers.loopback import Call, Reply

API = "/api/v4"
UNAUTHORIZED = Reply(401, {"message": "401 Unauthorized"})
_SELF = f"{API}/personal_access_tokens/self"


@dataclass
class Token:
    """A token as the server knows it; those that came of each other are one family."""

    id: int
    name: str
    scopes: list[str]
    expires: date
    family: int
    revoked: bool = False


@dataclass
class GitLab:
    """Its tokens by value, and on which project or group they are.

    Attributes:
        today: The server's day.
        tokens: All there ever were.
        at: The paths at which a token may rotate itself.
        families_ended: How often a spent token was used to rotate, which ends its whole family.
    """

    today: date = field(default_factory=lambda: datetime.now(UTC).date())
    tokens: dict[str, Token] = field(default_factory=dict)
    at: tuple[str, ...] = ("/personal_access_tokens",)
    families_ended: int = 0

    def add(self, value: str, *scopes: str, days: int = 5) -> None:
        number = len(self.tokens) + 1
        expires = self.today + timedelta(days=days)
        self.tokens[value] = Token(number, "ci", list(scopes or ("api",)), expires, number)

    @property
    def alive(self) -> list[str]:
        return [value for value in self.tokens if self._works(value)]

    def _works(self, value: str) -> bool:
        token = self.tokens.get(value)
        return token is not None and not token.revoked and token.expires > self.today

    def answer(self, call: Call) -> Reply:
        value = call.headers.get("private-token", "")
        if call.method == "GET" and call.path == _SELF:
            return Reply(200, self._said(value)) if self._works(value) else UNAUTHORIZED
        if call.method == "POST" and call.path.endswith("/self/rotate"):
            return self._rotate(call, value)
        return Reply(404, {"message": "404 Not Found"})

    def _rotate(self, call: Call, value: str) -> Reply:
        token = self.tokens.get(value)
        if token is None or not self._works(value):
            if token is not None and token.revoked:
                self.families_ended += 1
                for other in self.tokens.values():
                    other.revoked = other.revoked or other.family == token.family
            return UNAUTHORIZED
        where = call.path.removeprefix(API).removesuffix("/self/rotate")
        if where not in self.at:
            return Reply(404, {"message": "404 Project Not Found"})
        if not {"api", "self_rotate"} & set(token.scopes):
            return Reply(403, {"error": "insufficient_scope", "error_description": "Needs api"})
        asked = call.json.get("expires_at") if call.body else None
        ends = date.fromisoformat(asked) if asked else self.today + timedelta(days=7)
        if ends > self.today + timedelta(days=365):
            return Reply(400, {"message": {"expires_at": ["must be before a year is over"]}})
        token.revoked = True
        fresh = f"glpat-{secrets.token_hex(10)}"
        number = len(self.tokens) + 1
        self.tokens[fresh] = Token(number, token.name, token.scopes, ends, token.family)
        return Reply(200, self._said(fresh) | {"token": fresh})

    def _said(self, value: str) -> dict[str, Any]:
        token = self.tokens[value]
        return {
            "id": token.id,
            "name": token.name,
            "revoked": token.revoked,
            "created_at": f"{self.today}T15:00:00.000Z",
            "description": "",
            "scopes": token.scopes,
            "user_id": 1337,
            "last_used_at": None,
            "active": True,
            "expires_at": token.expires.isoformat(),
        }
