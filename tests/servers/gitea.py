"""Gitea as `routers/api/v1/user/app.go` has it: Basic login only, names that are taken, `sha1`."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from tests.servers.loopback import Call, Reply

USER = "alice"
PASSWORD = "made-up-gitea-password-5512"
OTP = "492039"
API = "/api/v1"
_TOKENS = f"{API}/users/{USER}/tokens"


@dataclass
class Gitea:
    """One account.

    Attributes:
        otp: The one-time code it wants, or "".
        tokens: Those there are: name, value, scopes.
        page: How many a page of the list has.
    """

    otp: str = ""
    tokens: dict[int, tuple[str, str, list[str]]] = field(default_factory=dict)
    page: int = 50
    made: int = 0

    def add(self, name: str, value: str, *scopes: str) -> int:
        self.made += 1
        self.tokens[self.made] = (name, value, list(scopes))
        return self.made

    def answer(self, call: Call) -> Reply:
        pair = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if call.headers.get("authorization") != f"Basic {pair}":
            return Reply(401, {"message": "user does not exist [uid: 0, name: ]"})
        if self.otp and call.headers.get("x-gitea-otp") != self.otp:
            return Reply(401, {"message": "invalid provided OTP"})
        if call.method == "GET" and call.path == _TOKENS:
            return self._list(call)
        if call.method == "POST" and call.path == _TOKENS:
            return self._create(call.json)
        if call.method == "DELETE" and call.path.startswith(f"{_TOKENS}/"):
            wanted = unquote(call.path.rpartition("/")[2])
            found = [n for n, row in self.tokens.items() if wanted in {str(n), row[0]}]
            return Reply(204) if found and self.tokens.pop(found[0]) else Reply(404)
        return Reply(404)

    def _list(self, call: Call) -> Reply:
        start = (int(call.query["page"][0]) - 1) * self.page
        rows = [self._row(number) for number in self.tokens]
        return Reply(200, rows[start : start + self.page])

    def _row(self, number: int) -> dict[str, Any]:
        name, value, scopes = self.tokens[number]
        return {
            "id": number,
            "name": name,
            "sha1": "",
            "token_last_eight": value[-8:],
            "scopes": scopes,
        }

    def _create(self, asked: dict[str, Any]) -> Reply:
        if asked["name"] in {row[0] for row in self.tokens.values()}:
            return Reply(400, {"message": "access token name has been used already"})
        number = self.add(asked["name"], secrets.token_hex(20), *asked["scopes"])
        return Reply(201, self._row(number) | {"sha1": self.tokens[number][1], "scopes": None})
