"""The table `[api]` of a profile: whether keys can be made anew without the registry's page."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

import msgspec

from vault.registries.hosts import HostReader, publishing_host, resolve


class ApiRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A registry's API as a profile writes it; `vault.apis` speaks it.

    Attributes:
        kind: Whose API it is.
        address: Where it is, or "" where only the user's own profile can know that.
    """

    kind: Literal["gitlab", "gitlab-project", "gitea", "rubygems", "npm", "hex"]
    address: str = ""

    def __post_init__(self) -> None:
        """Refuse an address that requests could not be sent to, or that holds a password.

        Raises:
            ValueError: It is one; msgspec adds where.
        """
        if not self.address:
            return
        parts = urlsplit(self.address)
        if parts.scheme not in {"https", "http"} or not parts.netloc or "@" in parts.netloc:
            raise ValueError("address must be as https://gitlab.contoso.example/api/v4")
        if parts.query or parts.fragment or not self.address.isprintable() or " " in self.address:
            raise ValueError("address must be no more than a server and a path")

    def at(self, host_of: HostReader = publishing_host) -> str | None:
        """The address with its host filled in, without a final slash; None if it is not known.

        Args:
            host_of: Answers hosts that are not written in a profile. It is asked for where a key
                may be sent to: not what a mirror's configuration says.
        """
        address = resolve(self.address, host_of)
        return None if address is None else address.rstrip("/")
