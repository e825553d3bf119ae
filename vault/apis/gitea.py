"""Gitea's and Forgejo's tokens: made, listed and deleted with the account's name and password.

Sources: go-gitea/gitea `routers/api/v1/user/app.go` and `services/auth/basic.go`, forgejo.org, as
of August 2026. A token cannot ask for another: these calls take Basic authentication only, with a
one-time code in `X-Gitea-OTP` (Forgejo takes that name as well) where the account has one. The
value of a new token is called `sha1`. A name that is taken is refused. Tokens do not end.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote

from vault.apis.base import ApiError, Facts, Login, Renewed
from vault.apis.common import Api, free_name, login_secrets, table_of, text_in, texts_in
from vault.apis.sending import basic
from vault.keys.key import Key
from vault.keys.secret import Secret

_PAGE = 50
_PAGES = 20
_TELLING = 8
_MISSING = 404


class Gitea(Api):
    """Access tokens of a Gitea or Forgejo account."""

    needs = ("account", "password", "otp")
    retire_needs = ("account", "password", "otp")

    def renew(self, key: Key, secret: Secret, login: Login, expires: datetime | None) -> Renewed:
        """Another token with the same permissions; the present one works until it is deleted.

        Raises:
            OtpNeededError: A one-time code is wanted, or was wrong.
            ApiError: The server refused, or was not reached; nothing changed.
            ApiUnsureError: No answer came.
        """
        del expires  # tokens do not end here: the vault's date is a reminder
        scopes = list(self.wires(key))
        tokens = self._list(key, secret, login)
        tail = secret.reveal()[-_TELLING:]
        own = [text_in(one, "id") for one in tokens if text_in(one, "token_last_eight") == tail]
        name = free_name(key.name, {text_in(one, "name") for one in tokens}, self._clock())
        answer = self._server.ask(
            "POST",
            self._path(key, login),
            headers=_asking(login, key),
            body={"name": name, "scopes": scopes},
            hidden=login_secrets(secret, login),
        )
        table = table_of(answer)
        value = self.made(table, "sha1")
        facts = Facts(
            text_in(table, "name") or name, texts_in(table, "scopes"), id=text_in(table, "id")
        )
        former = own[0] if len(own) == 1 else ""
        return Renewed(value, None, facts, ends_old=False, former=former)

    def retire(self, key: Key, secret: Secret, login: Login, former: str) -> None:
        """Delete a former token.

        Raises:
            OtpNeededError: A one-time code is wanted, or was wrong.
            ApiError: The server refused, or was not reached.
            ApiUnsureError: No answer came.
        """
        self._server.ask(
            "DELETE",
            f"{self._path(key, login)}/{quote(former, safe='')}",
            headers=_asking(login, key),
            hidden=login_secrets(secret, login),
            well=(200, 204, _MISSING),
        )

    def _list(self, key: Key, secret: Secret, login: Login) -> list[dict[str, Any]]:
        """The account's tokens, of which only the last eight characters are told."""
        found: list[dict[str, Any]] = []
        for page in range(1, _PAGES + 1):
            answer = self._server.ask(
                "GET",
                f"{self._path(key, login)}?page={page}&limit={_PAGE}",
                headers=_asking(login, key),
                hidden=login_secrets(secret, login),
            )
            rows = answer.json()
            if not isinstance(rows, list):
                raise ApiError(
                    f"{self.title} answered, but not as Gitea does.",
                    f"Look whether {self.address} is its API; it ends in /api/v1.",
                )
            new = [row for row in rows if isinstance(row, dict) and row not in found]
            found += new
            if not new or len(rows) < _PAGE:
                break
        return found

    def _path(self, key: Key, login: Login) -> str:
        return f"/users/{quote(login.account or key.owner, safe='')}/tokens"


def _asking(login: Login, key: Key) -> dict[str, str]:
    headers = {"Authorization": basic(login.account or key.owner, login.password or Secret(""))}
    return headers | ({"X-Gitea-OTP": login.otp} if login.otp else {})
