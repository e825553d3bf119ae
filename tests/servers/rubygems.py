"""RubyGems.org as its `api_keys_controller.rb` has it: Basic login, a code, no way to look."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field
from typing import Any

from tests.servers.loopback import Call, Reply

USER = "alice"
PASSWORD = "made-up-gems-password-7130"
OTP = "113355"
MISSING = "You have enabled multifactor authentication but no OTP code provided."
WRONG = "Your OTP code is incorrect. Please check it and retry."


@dataclass
class RubyGems:
    """One account.

    Attributes:
        otp: The one-time code it wants, or "".
        gems: Those the account owns.
        keys: What was asked for, by value.
    """

    otp: str = ""
    gems: tuple[str, ...] = ("contoso",)
    keys: dict[str, dict[str, Any]] = field(default_factory=dict)

    def answer(self, call: Call) -> Reply:
        if call.path != "/api/v1/api_key":
            return Reply(404)
        if call.method != "POST":
            return Reply(410, b"This endpoint has been retired.", "text/plain")
        pair = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if call.headers.get("authorization") != f"Basic {pair}":
            wants = {"WWW-Authenticate": 'Basic realm="Application"'}
            return Reply(401, b"HTTP Basic: Access denied.\n", "text/plain", wants)
        code = call.headers.get("otp", "")
        if self.otp and code != self.otp:
            return Reply(401, (WRONG if code else MISSING).encode(), "text/plain; charset=utf-8")
        asked = call.json
        if asked.get("rubygem_name", self.gems[0]) not in self.gems:
            said = {"rubygems_api_key": "Rubygem could not be found", "status": "unprocessable"}
            return Reply(422, said)
        value = f"rubygems_{secrets.token_hex(24)}"
        self.keys[value] = asked
        return Reply(200, {"rubygems_api_key": value, "status": "ok"})
