"""A made-up registry's API: it answers what a test says, and remembers what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from vault.apis.base import Facts, Login, Need, Renewed
from vault.errors import VaultError
from vault.keys.key import Key
from vault.keys.secret import Secret

NEW = "glpat-" + "m8Kq2" * 4
"""The made-up value that it makes."""


@dataclass
class FakeApi:
    """See `vault.apis.base.RegistryApi`.

    Attributes:
        answers: What each call raises, in order; after them, every call goes well.
        asked: Account, password and code of each call.
        ended: The former values that were ended.
        go: Calls wait for it.
        began: Set once a call is made.
        meanwhile: Done once the new value is made, before it is answered.
    """

    title: str = "GitLab"
    address: str = "https://gitlab.invalid/api/v4"
    warning: str = ""
    ends_old: bool = True
    needs: tuple[Need, ...] = ()
    inspects: bool = True
    retire_needs: tuple[Need, ...] | None = None
    former: str = ""
    facts: Facts | None = None
    answers: list[VaultError] = field(default_factory=list)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    go: threading.Event = field(default_factory=threading.Event)
    began: threading.Event = field(default_factory=threading.Event)
    meanwhile: Callable[[], object] = lambda: None

    def __post_init__(self) -> None:
        self.go.set()

    def inspect(self, secret: Secret) -> Facts:
        del secret
        return self.facts or Facts("made up")

    def renew(self, key: Key, secret: Secret, login: Login, expires: datetime | None) -> Renewed:
        del key, secret
        self._take(login)
        self.meanwhile()
        return Renewed(Secret(NEW), expires, self.facts, self.ends_old, self.former)

    def retire(self, key: Key, secret: Secret, login: Login, former: str) -> None:
        del key, secret
        self._take(login)
        self.ended.append(former)

    def _take(self, login: Login) -> None:
        password = "" if login.password is None else login.password.reveal()
        self.asked.append((login.account, password, login.otp))
        self.began.set()
        assert self.go.wait(30)
        if self.answers:
            raise self.answers.pop(0)
