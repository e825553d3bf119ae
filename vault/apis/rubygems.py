"""RubyGems.org's keys: made with the account's name and password, and told about by nobody.

Source: rubygems/rubygems.org `app/controllers/api/v1/api_keys_controller.rb` and
`app/models/api_key.rb`, as of August 2026. `POST /api/v1/api_key` takes Basic authentication, with
a one-time code in the header `OTP` where the account has one; each scope is a field of its own, and
a key is for one gem or for all. `GET` of it is gone (410), and no call lists, tells about or ends a
key.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vault.apis.base import ApiUnsupportedError, Facts, Login, Renewed
from vault.apis.common import Api, login_secrets, table_of
from vault.apis.sending import basic
from vault.keys.key import Key
from vault.keys.secret import Secret

_FOR_ONE_GEM = frozenset(
    {
        "push_rubygem",
        "yank_rubygem",
        "add_owner",
        "update_owner",
        "remove_owner",
        "configure_trusted_publishers",
    }
)


class RubyGems(Api):
    """Keys of a RubyGems.org account."""

    needs = ("account", "password", "otp")

    def renew(self, key: Key, secret: Secret, login: Login, expires: datetime | None) -> Renewed:
        """Another key with the same scopes; the present one works until it is deleted by hand.

        Raises:
            OtpNeededError: A one-time code is wanted, or was wrong.
            ApiError: RubyGems refused, or was not reached; nothing changed.
            ApiUnsureError: No answer came.
        """
        body: dict[str, Any] = {"name": key.name, **dict.fromkeys(self.wires(key), True)}
        body |= _gem(key, self.wires(key))
        if expires is not None:
            body["expires_at"] = expires.isoformat()
        account = login.account or key.owner
        headers = {"Authorization": basic(account, login.password or Secret(""))}
        answer = self._server.ask(
            "POST",
            "/api/v1/api_key",
            headers=headers | ({"OTP": login.otp} if login.otp else {}),
            body=body,
            hidden=login_secrets(secret, login),
        )
        value = self.made(table_of(answer), "rubygems_api_key")
        return Renewed(value, expires, Facts(key.name, expires=expires), ends_old=False)


def _gem(key: Key, wires: tuple[str, ...]) -> dict[str, str]:
    """The gem that a key is for; nothing if it is for all.

    Raises:
        ApiUnsupportedError: RubyGems has no key like that.
    """
    if any(glob.everything for glob in key.globs):
        return {}
    if len(key.globs) > 1 or not key.globs[0].exact:
        raise ApiUnsupportedError(
            f"{key.name} is for several gems, and a RubyGems key is for one or for all.",
            "Correct it with keyfob edit, or rotate by hand.",
        )
    return {"rubygem_name": key.globs[0].text} if _FOR_ONE_GEM & set(wires) else {}
