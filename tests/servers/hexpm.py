"""Hex as hexpm/hexpm has it since November 2026: keys only, no name and password."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from tests.servers.loopback import Call, Reply

API = "/api"


@dataclass
class Key:
    """A key: what it is called, what it may do, when it ends."""

    name: str
    permissions: list[dict[str, str]]
    revoke_at: str | None = None


@dataclass
class Hex:
    """One account, or one organization."""

    organization: str = ""
    keys: dict[str, Key] = field(default_factory=dict)

    def add(self, value: str, name: str, *wires: str) -> None:
        rows = [
            dict(zip(("domain", "resource"), wire.split(":", 1), strict=False)) for wire in wires
        ]
        self.keys[value] = Key(name, rows)

    def answer(self, call: Call) -> Reply:
        value = call.headers.get("authorization", "")
        if value.startswith("Basic "):
            return Reply(401, {"status": 401, "message": "Basic authentication is disabled."})
        key = self.keys.get(value)
        if key is None:
            return Reply(401, {"status": 401, "message": "invalid API key"})
        if call.path == f"{API}/auth":
            return self._auth(call, key)
        keys = f"{API}/orgs/{self.organization}/keys" if self.organization else f"{API}/keys"
        if call.method == "POST" and call.path == keys:
            return self._create(call.json, key)
        if call.path.startswith(f"{keys}/"):
            return self._one(call, unquote(call.path.rpartition("/")[2]))
        return Reply(404, {"status": 404, "message": "Page not found"})

    def _may(self, key: Key, resource: str) -> bool:
        said = [row.get("resource") for row in key.permissions if row["domain"] == "api"]
        return bool({None, "write", resource} & set(said))

    def _auth(self, call: Call, key: Key) -> Reply:
        if not self._may(key, call.query["resource"][0]):
            return Reply(401, {"status": 401, "message": "key not authorized for this action"})
        kind = "organization" if self.organization else "user"
        owner = {"type": kind, "name": self.organization or "alice"}
        return Reply(200, {"key": {"name": key.name, "owner": owner}})

    def _create(self, asked: dict[str, Any], key: Key) -> Reply:
        if not self._may(key, "write"):
            return Reply(401, {"status": 401, "message": "key not authorized for this action"})
        taken = {one.name for one in self.keys.values()}
        name = asked["name"]
        if name in taken:
            name = next(f"{name}-{n}" for n in range(2, 99) if f"{name}-{n}" not in taken)
        value = secrets.token_hex(16)
        self.keys[value] = Key(name, asked["permissions"], asked.get("revoke_at"))
        return Reply(201, self._said(self.keys[value]) | {"secret": value})

    def _one(self, call: Call, name: str) -> Reply:
        found = next((value for value, key in self.keys.items() if key.name == name), None)
        if found is None:
            return Reply(404, {"status": 404, "message": "Page not found"})
        key = self.keys[found] if call.method == "GET" else self.keys.pop(found)
        return Reply(200, self._said(key))

    def _said(self, key: Key) -> dict[str, Any]:
        return {
            "name": key.name,
            "authing_key": False,
            "secret": None,
            "permissions": [{"resource": None, **row} for row in key.permissions],
            "revoke_at": key.revoke_at,
            "inserted_at": "2026-11-22T12:00:00.000000Z",
            "last_use": {"used_at": "2026-11-22T12:30:00.000000Z"},
        }
