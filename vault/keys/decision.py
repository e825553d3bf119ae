"""May this key do that, and if not, why not: the answer a registry's 403 keeps to itself.

The order is nuget.org's (`ApiController`, `ApiScopeEvaluator`): the key is alive and its creator
acts for its owner; some grant has the action, whatever the package; the package exists where it
must; ONE grant covers both action and package; the owner owns the package or may take the new id;
the owner is confirmed and not locked. Other registries differ in their actions only, and these are
data. Facts that are not known are left out of the request, and the checks that need them pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from vault.keys.duration import say_duration
from vault.keys.grant import Action, Grant, Operation
from vault.keys.key import Key
from vault.keys.request import Ask, Request

if TYPE_CHECKING:  # a key that may is handed out without it
    from vault.keys.near import NearMiss

ALL = "all"
"""The action that stands for every other one."""


class Reason(StrEnum):
    """Why a request passes or fails."""

    ALLOWED = "allowed"
    ANY_PACKAGE = "allowed for any package"
    """Allowed, and the registry does not look at the package for this."""
    DEPENDS = "depends on whether the id exists"
    REVOKED = "revoked"
    EXPIRED = "expired"
    NOT_A_MEMBER = "creator does not act for the owner"
    UNKNOWN_ACTION = "no action of this registry does that"
    NO_ACTION = "no grant for this action"
    PACKAGE_MISSING = "package does not exist"
    NO_PACKAGE = "no grant for this package"
    NOT_TOGETHER = "no one grant has both"
    """One grant has the action and another the package."""
    VERSIONS_ONLY = "new versions only"
    """The grant for this package is for existing ids, and this one is new."""
    NEW_ONLY = "new ids only"
    """The grant for this package is for new ids, and this one exists."""
    WRONG_OWNER = "owner does not own the package"
    RESERVED = "id prefix is reserved"
    RESERVED_BY_NOBODY = "id prefix is reserved and has no owner"
    OWNER_UNCONFIRMED = "owner is not confirmed"
    OWNER_LOCKED = "owner is locked"

    @property
    def dead(self) -> bool:
        """Whether it is the key itself that works no more, whatever is asked."""
        return self in {Reason.REVOKED, Reason.EXPIRED}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer.

    Attributes:
        allowed: Whether it may; None if that depends on whether the id exists.
        reason: Why.
        sentence: The same in one plain sentence with names.
        near: The glob that just misses the package, if one does.
    """

    allowed: bool | None
    reason: Reason
    sentence: str
    near: NearMiss | None = None


_OPERATIONS = {
    Ask.SYMBOLS: Operation.PUBLISH_VERSION,
    Ask.UNLIST: Operation.UNLIST,
    Ask.RELIST: Operation.UNLIST,
    Ask.DEPRECATE: Operation.UNLIST,
    Ask.OWNERS: Operation.OWNERS,
    Ask.VERIFICATION_KEY: Operation.PUBLISH_VERSION,
}


def decide(key: Key, request: Request, actions: Mapping[str, Action], now: datetime) -> Verdict:
    """Whether a key may do what is asked, and why.

    Args:
        key: The key. Without grants it is of the old kind that may do everything.
        request: What is asked, with the facts that are known.
        actions: The actions of the key's registry, by id.
        now: The current time.
    """
    if request.exists is not None or request.ask is not Ask.PUBLISH:
        exists = request.exists is not False
        return _Case(key, replace(request, exists=exists), actions, now).verdict()
    old = _Case(key, replace(request, exists=True), actions, now).verdict()
    new = _Case(key, replace(request, exists=False), actions, now).verdict()
    if old.allowed == new.allowed:
        return old
    may, may_not = (
        (f"publish new versions of {request.package_id}", "create it if the id is new")
        if old.allowed
        else (f"create {request.package_id} if the id is new", "publish further versions of it")
    )
    return Verdict(None, Reason.DEPENDS, f"{key.name} may {may}, but not {may_not}.")


def allows_action(granted: str, asked: Iterable[str]) -> bool:
    """Whether a granted action is one of those asked for.

    Names are compared without ASCII case and nothing in them is a wildcard; `all` is any of them,
    but an empty list asks for nothing (`ScopeExtensions.AllowsActions`). Unlike there, an empty
    name grants nothing.
    """
    granted, names = granted.lower(), {name.lower() for name in asked}
    return bool(granted) and (granted in names or (granted == ALL and bool(names)))


def acts_for(account: str, owner: str | None, organizations: Iterable[str]) -> bool:
    """Whether an account may hold keys for an owner: for itself, and for its organizations.

    A key without an owner is its creator's (`UserExtensions.MatchesOwnerScope`).
    """
    mine = {account.lower(), *(name.lower() for name in organizations)}
    return owner is None or owner.lower() in mine


@dataclass(frozen=True, slots=True)
class _Case:
    """One key and one request whose facts are settled."""

    key: Key
    request: Request
    actions: Mapping[str, Action]
    now: datetime

    def verdict(self) -> Verdict:
        for check in (self._key, self._action, self._package, self._grant, self._owner):
            refusal = check()
            if refusal is not None:
                return refusal
        sentence = f"{self.key.name} may {self.request.ask} {self.request.package_id}."
        return Verdict(allowed=True, reason=Reason.ALLOWED, sentence=sentence)

    def _key(self) -> Verdict | None:
        key, request = self.key, self.request
        if key.lifetime.revoked is not None:
            ago = say_duration(self.now - key.lifetime.revoked)
            return _no(Reason.REVOKED, f"{key.name} was revoked {ago} ago.")
        if key.lifetime.expires is not None and self.now >= key.lifetime.expires:
            return _no(Reason.EXPIRED, f"{key.name} expired {key.lifetime.say(self.now)}.")
        creator, organizations = request.creator, request.organizations
        if creator is None or organizations is None:
            return None
        if acts_for(creator, key.owner or None, organizations):
            return None
        sentence = f"{creator}, who made {key.name}, does not act for {key.owner}."
        return _no(Reason.NOT_A_MEMBER, sentence)

    def _action(self) -> Verdict | None:
        key, ask = self.key, self.request.ask
        wanted = {self._operation()}
        if ask is Ask.PUBLISH:
            wanted = {Operation.PUBLISH_NEW, Operation.PUBLISH_VERSION}
        elif ask is Ask.VERIFY:
            wanted = {Operation.VERIFY, Operation.PUBLISH_VERSION}
        fitting = self._permitting(wanted)
        if not fitting:
            sentence = f"No {key.registry} key may {ask} a package."
            return _no(Reason.UNKNOWN_ACTION, sentence)
        if key.grants and not any(allows_action(grant.action, fitting) for grant in key.grants):
            sentence = (
                f"{key.name} has {' and '.join(key.actions)}; to {ask} {self.request.package_id} "
                f"it needs {' or '.join(self._needed())}."
            )
            return _no(Reason.NO_ACTION, sentence)
        if ask is Ask.VERIFICATION_KEY:
            sentence = f"{key.name} may {ask} any package."
            return Verdict(allowed=True, reason=Reason.ANY_PACKAGE, sentence=sentence)
        return None

    def _package(self) -> Verdict | None:
        if self.request.exists or self.request.ask is Ask.PUBLISH:
            return None
        sentence = f"{self.request.package_id} does not exist on {self.key.registry}."
        return _no(Reason.PACKAGE_MISSING, sentence)

    def _grant(self) -> Verdict | None:
        key, package_id = self.key, self.request.package_id
        fitting = self._permitting({self._operation()})
        able = [grant for grant in key.grants if allows_action(grant.action, fitting)]
        if not key.grants or any(grant.glob.covers(package_id) for grant in able):
            return None
        from vault.keys.near import near_miss

        misses = (near_miss(grant.glob, package_id) for grant in able or key.grants)
        near = next((miss for miss in misses if miss is not None), None)
        covering = [grant for grant in key.grants if grant.glob.covers(package_id)]
        if covering:
            return replace(self._not_together(covering, able), near=near)
        sentence = f"{key.name} does not cover {package_id}; it covers {_globs(key.grants)}."
        if near is not None:
            sentence = f"{key.name} does not cover {package_id}: {near.why} {near.fix}."
        return replace(_no(Reason.NO_PACKAGE, sentence), near=near)

    def _not_together(self, covering: list[Grant], able: list[Grant]) -> Verdict:
        name, package_id = self.key.name, self.request.package_id
        if self.request.ask is Ask.PUBLISH:
            other, reason = Operation.PUBLISH_VERSION, Reason.VERSIONS_ONLY
            sentence = f"{name} may publish new versions only, and {package_id} does not exist yet."
            if self.request.exists:
                other, reason = Operation.PUBLISH_NEW, Reason.NEW_ONLY
                sentence = f"{name} may publish new ids only, and {package_id} exists already."
            fitting = self._permitting({other})
            if any(allows_action(grant.action, fitting) for grant in covering):
                return _no(reason, sentence)
        held = " and ".join(dict.fromkeys(grant.action for grant in covering))
        needs = " or ".join(self._needed())
        where = f", which it has on {_globs(able)} only" if able else ""
        sentence = f"{name} has {held} on {package_id}; it needs {needs}{where}."
        return _no(Reason.NOT_TOGETHER, sentence)

    def _owner(self) -> Verdict | None:
        key, request = self.key, self.request
        owner = (key.owner or request.creator or "").lower()
        if not owner:
            return None
        refusal = self._elsewhere(owner)
        if refusal is not None:
            return refusal
        if not request.owner_confirmed:
            sentence = f"{key.owner} has not confirmed its e-mail address."
            return _no(Reason.OWNER_UNCONFIRMED, sentence)
        if request.owner_locked:
            return _no(Reason.OWNER_LOCKED, f"{key.registry} has locked {key.owner}.")
        return None

    def _elsewhere(self, owner: str) -> Verdict | None:
        """Refuse what is somebody else's: the package, or the prefix of a new id."""
        key, request = self.key, self.request
        owners = request.owners
        if owners is not None and owner not in {name.lower() for name in owners}:
            acts = f"{key.name} acts for {key.owner}"
            if request.exists:
                whose = " and ".join(owners) or "nobody"
                return _no(Reason.WRONG_OWNER, f"{acts}; {request.package_id} is {whose}'s.")
            if owners:
                return _no(Reason.WRONG_OWNER, f"{acts}, not for {' or '.join(owners)}.")
        return None if request.exists else _reserved(owner, request)

    def _operation(self) -> Operation:
        request = self.request
        if request.ask is Ask.PUBLISH:
            return Operation.PUBLISH_VERSION if request.exists else Operation.PUBLISH_NEW
        if request.ask is Ask.VERIFY:
            return Operation.VERIFY if request.verification_key else Operation.PUBLISH_VERSION
        return _OPERATIONS[request.ask]

    def _needed(self) -> list[str]:
        """The actions to name to a user: those the registry offers, if any of them will do."""
        fitting = self._permitting({self._operation()})
        return [name for name in fitting if self.actions[name].offered] or fitting

    def _permitting(self, operations: set[Operation]) -> list[str]:
        return [name for name, action in self.actions.items() if action.permits & operations]


def _reserved(owner: str, request: Request) -> Verdict | None:
    """Refuse a new id under prefixes that are all somebody else's."""
    if not request.reserved:
        return None
    for prefix in request.reserved:
        if prefix.shared or owner in {name.lower() for name in prefix.owners}:
            return None
    names = " and ".join(dict.fromkeys(prefix.prefix for prefix in request.reserved))
    if any(prefix.owners for prefix in request.reserved):
        return _no(Reason.RESERVED, f"The prefix {names} is reserved for somebody else.")
    return _no(Reason.RESERVED_BY_NOBODY, f"The prefix {names} is reserved, and has no owner.")


def _globs(grants: Iterable[Grant]) -> str:
    return ", ".join(dict.fromkeys(grant.glob.text for grant in grants))


def _no(reason: Reason, sentence: str) -> Verdict:
    return Verdict(allowed=False, reason=reason, sentence=sentence)
