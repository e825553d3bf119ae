"""GitLab's tokens: a token tells about itself, and gives itself a new value.

Sources: docs.gitlab.com, "Personal access tokens API" (self-inform, self-rotate, automatic reuse
detection) and "Project access tokens API", as of August 2026. The rules that are easy to miss:

- To ask for a new value with one that was already rotated or revoked revokes every token that came
  from it. So GitLab is asked first whether the value is alive (which harms nothing), and nothing
  here ever asks twice for a new value.
- Without `expires_at` the new token lives a week, so one is always sent. It is a date, and the
  token ends as that day begins in UTC.
- Rotating needs the scope `api` or `self_rotate`; telling about itself needs none.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from vault.apis.base import ApiError, Facts, Login, Renewed
from vault.apis.common import Api, table_of, text_in, texts_in, time_in
from vault.keys.key import Key
from vault.keys.secret import Secret

_DEAD = 401
_MISSING = 404


class GitLab(Api):
    """Personal access tokens."""

    ends_old = True
    inspects = True

    def inspect(self, secret: Secret) -> Facts:
        """What GitLab says of a token.

        Raises:
            ApiError: GitLab refused, or was not reached.
        """
        answer = self._server.ask(
            "GET",
            "/personal_access_tokens/self",
            headers=_asking(secret),
            hidden=(secret,),
            well=(200, _DEAD),
        )
        table = table_of(answer)
        if answer.status == _DEAD:
            return Facts("", active=False)
        if not text_in(table, "id"):
            raise ApiError(
                f"{self.title} answered, but not as GitLab does.",
                f"Look whether {self.address} is its API.",
            )
        return _facts(table)

    def renew(self, key: Key, secret: Secret, login: Login, expires: datetime | None) -> Renewed:
        """A new value for a token, which ends the present one at once.

        Raises:
            ApiError: GitLab refused, or was not reached; nothing changed.
            ApiUnsureError: No answer came.
        """
        del login
        if not self.inspect(secret).active:
            raise ApiError(
                f"{self.title} says that the value of {key.name} works no more.",
                "It was not asked for a new one with it: that would end the one that came after.",
            )
        if expires is None:
            raise ApiError(
                f"{self.title} gives a week to a token for which no end is asked.",
                "Say when it shall end, with --expires.",
            )
        table = self._rotate(key, secret, {"expires_at": expires.date().isoformat()})
        value = self.made(table, "token")
        return Renewed(value, time_in(table, "expires_at"), _facts(table), ends_old=True)

    def _rotate(self, key: Key, secret: Secret, body: Mapping[str, Any]) -> dict[str, Any]:
        del key
        answer = self._server.ask(
            "POST",
            "/personal_access_tokens/self/rotate",
            headers=_asking(secret),
            body=body,
            hidden=(secret,),
        )
        return table_of(answer)


class GitLabProject(GitLab):
    """Project and group access tokens; the key's owner is the project or group."""

    def _rotate(self, key: Key, secret: Secret, body: Mapping[str, Any]) -> dict[str, Any]:
        """Ask as a project's token, then as a group's if there is no such project.

        That is no second try: what answers that it does not exist has rotated nothing.
        """
        owner = quote(key.owner, safe="")
        for kind, well in (("projects", (200, 201, _MISSING)), ("groups", (200, 201))):
            answer = self._server.ask(
                "POST",
                f"/{kind}/{owner}/access_tokens/self/rotate",
                headers=_asking(secret),
                body=body,
                hidden=(secret,),
                well=well,
            )
            if answer.status != _MISSING:
                break
        return table_of(answer)


def _asking(secret: Secret) -> dict[str, str]:
    return {"PRIVATE-TOKEN": secret.reveal()}


def _facts(table: dict[str, Any]) -> Facts:
    return Facts(
        text_in(table, "name"),
        texts_in(table, "scopes"),
        time_in(table, "created_at"),
        time_in(table, "expires_at"),
        time_in(table, "last_used_at"),
        active=table.get("active") is not False and table.get("revoked") is not True,
        id=text_in(table, "id"),
    )
