"""npm's granular tokens: a token, with its account's password, makes another.

Sources: npm 11.19 `lib/commands/token.js` and `npm-registry-fetch` (its client of this API), npm's
documentation and the changelogs of December 2025 and August 2026. `/-/npm/v1/tokens` is asked with
the token itself; making one takes the account's password too, and a one-time code in `npm-otp`
where it is asked for (401 with `WWW-Authenticate: OTP`). A token that bypasses two-factor login may
manage no tokens since August 2026: npm refuses, and says so. A list shows no more of a token than
its beginning, or with some servers beginning and end. npm may take an hour to forget a deleted one.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from vault.apis.base import ApiError, ApiUnsupportedError, Facts, Login, Renewed
from vault.apis.common import Api, free_name, login_secrets, table_of, text_in, time_in
from vault.keys.key import Key
from vault.keys.secret import Secret

_TOKENS = "/-/npm/v1/tokens"
_PAGES = 20
_DEAD = 401
_MISSING = 404
_SHOWN = 5
"""Fewer characters of a token tell it from no other: `npm_` begins them all."""


class Npm(Api):
    """Granular tokens of npm, or of a server that speaks as npm does."""

    needs = ("password", "otp")
    inspects = True
    retire_needs = ("otp",)

    def inspect(self, secret: Secret) -> Facts:
        """What npm's list of tokens says of this one.

        Raises:
            ApiUnsupportedError: The list does not tell which one it is.
            ApiError: npm refused, or was not reached.
        """
        alive = self._server.ask(
            "GET",
            _TOKENS,
            headers=_asking(secret, Login()),
            hidden=(secret,),
            well=(200, _DEAD),
        )
        if alive.status == _DEAD:
            return Facts("", active=False)
        own = _own(self._list(secret, Login()), secret)
        if own is None:
            raise ApiUnsupportedError(
                f"{self.title} takes the key, but its list does not tell which one it is.",
                "Look on its page.",
            )
        return _facts(own, self._clock())

    def renew(self, key: Key, secret: Secret, login: Login, expires: datetime | None) -> Renewed:
        """Another token for the same packages; the present one works until it is deleted.

        Raises:
            OtpNeededError: A one-time code is wanted, or was wrong.
            ApiError: npm refused, or was not reached; nothing changed.
            ApiUnsureError: No answer came.
        """
        body = self._wanted(key)
        tokens = self._list(secret, login)
        own = _own(tokens, secret) or {}
        body["name"] = free_name(key.name, {text_in(one, "name") for one in tokens}, self._clock())
        body["password"] = login.password.reveal() if login.password else ""
        if own.get("bypass_2fa") is True:
            body["bypass_2fa"] = True
        if isinstance(own.get("cidr_whitelist"), list) and own["cidr_whitelist"]:
            body["cidr_whitelist"] = own["cidr_whitelist"]
        if expires is not None:
            body["expires"] = max(1, round((expires - self._clock()) / timedelta(days=1)))
        answer = self._server.ask(
            "POST",
            _TOKENS,
            headers=_asking(secret, login),
            body=body,
            hidden=login_secrets(secret, login),
        )
        table = table_of(answer)
        value = self.made(table, "token")
        ends = _end(table) or expires
        return Renewed(
            value,
            ends,
            _facts(table, self._clock()),
            ends_old=False,
            former=text_in(own, "key"),
        )

    def retire(self, key: Key, secret: Secret, login: Login, former: str) -> None:
        """Delete a former token.

        Raises:
            OtpNeededError: A one-time code is wanted, or was wrong.
            ApiError: npm refused, or was not reached.
            ApiUnsureError: No answer came.
        """
        del key
        self._server.ask(
            "DELETE",
            f"{_TOKENS}/token/{quote(former, safe='')}",
            headers=_asking(secret, login),
            hidden=login_secrets(secret, login),
            well=(200, 204, _MISSING),
        )

    def _wanted(self, key: Key) -> dict[str, Any]:
        """The fields that say what a token may do, as `npm token create` sends them.

        Raises:
            ApiUnsupportedError: npm has no token like that.
        """
        wires = self.wires(key)
        if len(wires) != 1:
            raise ApiUnsupportedError(
                f"{key.name} has {len(wires)} permissions, and an npm token has one.",
                "Correct it with keyfob edit, or rotate by hand.",
            )
        body: dict[str, Any] = {"packages_and_scopes_permission": wires[0]}
        if any(glob.everything for glob in key.globs):
            return body | {"packages_all": True}
        scopes = [glob.text.removesuffix("/*") for glob in key.globs if not glob.exact]
        packages = [glob.text for glob in key.globs if glob.exact]
        return body | {
            name: texts for name, texts in (("packages", packages), ("scopes", scopes)) if texts
        }

    def _list(self, secret: Secret, login: Login) -> list[dict[str, Any]]:
        """The account's tokens.

        Raises:
            ApiError: npm refused, or was not reached, or answers differently.
        """
        found: list[dict[str, Any]] = []
        path = _TOKENS
        for _ in range(_PAGES):
            answer = self._server.ask(
                "GET",
                path,
                headers=_asking(secret, login),
                hidden=login_secrets(secret, login),
            )
            table = table_of(answer)
            rows = table.get("objects")
            if not isinstance(rows, list):
                raise ApiError(
                    f"{self.title} answered, but not as npm does.",
                    f"Look whether {self.address} is its address.",
                )
            found += [row for row in rows if isinstance(row, dict)]
            urls = table.get("urls")
            onward = urlsplit(text_in(urls, "next")) if isinstance(urls, dict) else urlsplit("")
            if not onward.query:
                break
            path = f"{_TOKENS}?{onward.query}"  # never to another host, whatever it says
        return found


def _asking(secret: Secret, login: Login) -> dict[str, str]:
    headers = {"Authorization": f"Bearer {secret.reveal()}"}
    return headers | ({"npm-otp": login.otp} if login.otp else {})


def _own(tokens: list[dict[str, Any]], secret: Secret) -> dict[str, Any] | None:
    """The one entry of a list that this token can be; None if none or several can."""
    value = secret.reveal()
    found = [one for one in tokens if _may_be(text_in(one, "token"), value)]
    return found[0] if len(found) == 1 else None


def _may_be(shown: str, value: str) -> bool:
    """Whether a token shows itself so: whole, by its beginning, or by beginning and end."""
    head, _, tail = shown.replace("…", "...").partition("...")
    head, tail = head.rstrip("*"), tail.lstrip(".*")
    return len(head) >= _SHOWN and value.startswith(head) and value.endswith(tail)


def _end(table: dict[str, Any]) -> datetime | None:
    return time_in(table, "expires") or time_in(table, "expiry")


def _facts(table: dict[str, Any], time: datetime) -> Facts:
    scope = text_in(table, "packages_and_scopes_permission")
    if not scope and table.get("readonly") is True:
        scope = "read-only"
    ends = _end(table)
    return Facts(
        text_in(table, "name"),
        (scope,) if scope else (),
        time_in(table, "created"),
        ends,
        time_in(table, "last_used"),
        active=ends is None or ends > time,
        id=text_in(table, "key"),
    )
