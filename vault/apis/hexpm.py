"""Hex's keys: a key that may write through the API makes another, and ends a former one by name.

Sources: hexpm/hexpm `lib/hexpm_web/controllers/api/key_controller.ex` and `auth_controller.ex`,
`lib/hexpm/accounts/key.ex`, and its announcement of 28 July 2026: since 1 November 2026 the API
takes no name and password any more, so only a key with `api:write` can ask. `GET /auth` tells a
key's name and whose it is; an organization's keys are under `/orgs/NAME`. A name that is taken gets
a number from Hex itself. `revoke_at` is when the new key ends; without one it never does.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote

from vault.apis.base import ApiError, ApiUnsupportedError, Facts, Login, Renewed
from vault.apis.common import Api, table_of, text_in, time_in
from vault.keys.key import Key
from vault.keys.secret import Secret

_WRITES = "api:write"
_REFUSED = 401
_MISSING = 404


class Hex(Api):
    """Keys of a Hex account or organization."""

    inspects = True
    retire_needs = ()

    def inspect(self, secret: Secret) -> Facts:
        """What Hex says of a key.

        Raises:
            ApiUnsupportedError: This key may not ask.
            ApiError: Hex refused, or was not reached.
        """
        answer = self._server.ask(
            "GET",
            "/auth?domain=api&resource=read",
            headers=_asking(secret),
            hidden=(secret,),
            well=(200, 204, _REFUSED),
        )
        table = table_of(answer)
        if answer.status == _REFUSED:
            if "not authorized" in text_in(table, "message"):
                raise ApiUnsupportedError(f"{self.title} lets this key ask nothing about itself.")
            return Facts("", active=False)
        name, keys = _whose(table)
        if not name:
            return Facts("")
        answer = self._server.ask(
            "GET", f"{keys}/{quote(name, safe='')}", headers=_asking(secret), hidden=(secret,)
        )
        return _facts(table_of(answer))

    def renew(self, key: Key, secret: Secret, login: Login, expires: datetime | None) -> Renewed:
        """Another key with the same permissions; the present one works until it is revoked.

        Raises:
            ApiUnsupportedError: The key may make none.
            ApiError: Hex refused, or was not reached; nothing changed.
            ApiUnsureError: No answer came.
        """
        del login
        wires = self.wires(key)
        if _WRITES not in wires:
            raise ApiUnsupportedError(
                f"{self.title} lets no key make another that may not write through the API.",
                f"Rotate {key.name} by hand.",
            )
        name, keys = self._self(secret)
        body: dict[str, Any] = {"name": key.name, "permissions": _permissions(key, wires)}
        if expires is not None:
            body["revoke_at"] = expires.isoformat()
        answer = self._server.ask(
            "POST", keys, headers=_asking(secret), body=body, hidden=(secret,)
        )
        table = table_of(answer)
        value = self.made(table, "secret")
        facts = _facts(table)
        return Renewed(value, facts.expires, facts, ends_old=False, former=name)

    def retire(self, key: Key, secret: Secret, login: Login, former: str) -> None:
        """Revoke a former key.

        Raises:
            ApiError: Hex refused, or was not reached, or it is the present key.
            ApiUnsureError: No answer came.
        """
        del login
        name, keys = self._self(secret)
        if name == former:
            raise ApiError(
                f"{former} is what {self.title} calls the present key of {key.name}.",
                "Nothing was revoked. Look on its page.",
            )
        self._server.ask(
            "DELETE",
            f"{keys}/{quote(former, safe='')}",
            headers=_asking(secret),
            hidden=(secret,),
            well=(200, 204, _MISSING),
        )

    def _self(self, secret: Secret) -> tuple[str, str]:
        """What Hex calls the key, and where keys of its account or organization are."""
        answer = self._server.ask(
            "GET",
            "/auth?domain=api&resource=write",
            headers=_asking(secret),
            hidden=(secret,),
        )
        return _whose(table_of(answer))


def _whose(table: dict[str, Any]) -> tuple[str, str]:
    key = table.get("key")
    owner = key.get("owner") if isinstance(key, dict) else None
    name = text_in(key, "name") if isinstance(key, dict) else ""
    if isinstance(owner, dict) and owner.get("type") == "organization":
        return name, f"/orgs/{quote(text_in(owner, 'name'), safe='')}/keys"
    return name, "/keys"


def _asking(secret: Secret) -> dict[str, str]:
    return {"Authorization": secret.reveal()}


def _permissions(key: Key, wires: tuple[str, ...]) -> list[dict[str, str]]:
    """What a key may do, as Hex takes it: a domain, and a resource where it has one."""
    found = []
    for wire in wires:
        domain, _, resource = wire.partition(":")
        if domain == "package":
            found += [
                {"domain": domain, "resource": f"hexpm/{glob.text}"}
                for glob in key.globs
                if not glob.everything
            ]
        else:
            found.append(
                {"domain": domain, "resource": resource} if resource else {"domain": domain}
            )
    return found


def _facts(table: dict[str, Any]) -> Facts:
    used = table.get("last_use")
    ends = time_in(table, "revoke_at")
    return Facts(
        text_in(table, "name"),
        tuple(_scopes(table.get("permissions"))),
        time_in(table, "inserted_at"),
        ends,
        time_in(used, "used_at") if isinstance(used, dict) else None,
        id=text_in(table, "name"),
    )


def _scopes(permissions: Any) -> list[str]:
    """Permissions in the profile's words; `api` alone stands for reading and writing."""
    found = []
    for one in permissions if isinstance(permissions, list) else []:
        if isinstance(one, dict) and (domain := text_in(one, "domain")):
            resource = text_in(one, "resource") or ("write" if domain == "api" else "")
            found.append(f"{domain}:{resource}" if resource else domain)
    return found
