"""Rows about what a key may do: whole decisions, and their single rules."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from tests.conformance_tools import Answer, Row, Skip, compare, present
from vault.errors import ValueRefusedError
from vault.keys.decision import Reason, Verdict, acts_for, allows_action, decide
from vault.keys.glob import Glob
from vault.keys.grant import Grant, grants_for, same_grants, with_globs
from vault.keys.key import Key
from vault.keys.lifetime import Lifetime
from vault.keys.request import Ask, Request, Reservation
from vault.registries.loader import load

PROFILE = load("nuget.org")
NOW = datetime(2026, 9, 1, tzinfo=UTC)
MEMBERS = {"contoso": {"alice", "bob"}, "fabrikam": {"carol"}}
"""The vectors' world (their README): which accounts belong to which organization."""

ASKS = {
    "push": Ask.PUBLISH,
    "symbol_push": Ask.SYMBOLS,
    "unlist": Ask.UNLIST,
    "relist": Ask.RELIST,
    "deprecate": Ask.DEPRECATE,
    "verify_key": Ask.VERIFY,
    "create_verification_key": Ask.VERIFICATION_KEY,
}
REASONS = {
    Reason.ALLOWED: "ok",
    Reason.ANY_PACKAGE: "ok_no_subject_check",
    Reason.EXPIRED: "expired",
    Reason.REVOKED: "revoked",
    Reason.NO_ACTION: "no_scope_allows_action",
    Reason.PACKAGE_MISSING: "package_not_found",
    Reason.NO_PACKAGE: "no_scope_matches_subject_and_action",
    Reason.NOT_TOGETHER: "no_scope_matches_subject_and_action",
    Reason.VERSIONS_ONLY: "no_scope_matches_subject_and_action",
    Reason.NEW_ONLY: "no_scope_matches_subject_and_action",
    Reason.WRONG_OWNER: "scope_owner_is_not_package_owner",
    Reason.RESERVED: "reserved_namespace",
    Reason.RESERVED_BY_NOBODY: "ownerless_reserved_namespace",
    Reason.OWNER_UNCONFIRMED: "owner_unconfirmed",
    Reason.OWNER_LOCKED: "owner_locked",
}
WIDENED = "the server widens this empty {} to everything; keyfob refuses it"


def scope_row(row: Row) -> Answer:
    """One row of `nuget_scope`: a key, a request, and the server's answer."""
    scopes, request = row.get("scopes") or [], present(row, "request")
    for scope in scopes:
        if not (scope.get("action") or "").strip():
            raise Skip(WIDENED.format("action"))
        if not (scope.get("subject") or "").strip():
            raise Skip(WIDENED.format("subject"))
    owners = {scope.get("owner") for scope in scopes}
    if len(owners) > 1:
        raise Skip("the rows of one key share one owner")
    if request.get("action") not in ASKS:
        raise Skip(f"a request keyfob does not know: {request.get('action')}")
    creator = row.get("key_creator")
    owner = next(iter(owners), None) or creator or ""
    grants = tuple(Grant(_action(scope["action"]), Glob(scope["subject"])) for scope in scopes)
    key = Key("0" * 32, "key", PROFILE.id, owner, grants, Lifetime(NOW))
    verdict = decide(key, _request(row, request, creator), PROFILE.action_table, NOW)
    return _compare(row, verdict)


def _request(row: Row, request: Row, creator: str | None) -> Request:
    organizations, owners = row.get("key_creator_orgs"), request.get("package_owners")
    return Request(
        ask=ASKS[request["action"]],
        package_id=present(request, "package_id"),
        exists=request.get("package_exists"),
        owners=None if owners is None else tuple(owners),
        creator=creator,
        organizations=None if organizations is None else tuple(organizations),
        reserved=tuple(
            Reservation(
                present(space, "prefix"),
                tuple(space.get("owners") or ()),
                bool(space.get("shared")),
            )
            for space in request.get("reserved_namespaces") or ()
        ),
        owner_confirmed=request.get("owner_confirmed") is not False,
        owner_locked=request.get("owner_locked") is True,
        verification_key=request.get("credential_is_verify_key") is True,
    )


def _compare(row: Row, verdict: Verdict) -> Answer:
    answer = compare(row, {"allowed": verdict.allowed})
    if row.get("reason") in REASONS.values():  # a name this runner knows
        answer["reason"] = (row["reason"], REASONS.get(verdict.reason, verdict.reason))
    return answer


def _action(wire: str) -> str:
    """keyfob's word for a registry's action; an unknown one stays what it is and grants nothing."""
    action = PROFILE.action(wire)
    return wire if action is None else action.id


def _allows(row: Row) -> Answer:
    granted, asked = row.get("scope_action"), present(row, "requested")
    if not granted:
        raise Skip(WIDENED.format("action"))
    if not all(asked):
        raise Skip("the server takes an empty request for any action; keyfob never makes one")
    return {"allows": (present(row, "allows"), allows_action(granted, asked))}


def _subjects(row: Row, field: str) -> list[str]:
    subjects = [subject or "" for subject in row.get(field) or ()]
    if not any(subject.strip() for subject in subjects):
        raise Skip(WIDENED.format("subject list"))
    if any(subject != subject.strip() for subject in subjects if subject.strip()):
        raise Skip("keyfob trims a glob that the server would store with its spaces")
    return subjects


def _pairs(rows: Iterable[Any]) -> set[tuple[str, str]]:
    return {(subject, action) for subject, action in rows}


def _grants(rows: Iterable[Any] | None) -> tuple[Grant, ...]:
    return tuple(Grant(action, Glob(subject)) for subject, action in rows or ())


def _texts(grants: Iterable[Grant]) -> set[tuple[str, str]]:
    return {(grant.glob.text, grant.action) for grant in grants}


def _build(row: Row) -> Answer:
    if row.get("actions") is None:
        raise Skip(WIDENED.format("action list"))
    grants = grants_for(row["actions"], PROFILE.parse_globs(_subjects(row, "subjects")))
    return {"scopes": (_pairs(present(row, "scopes")), _texts(grants))}


def _edit(row: Row) -> Answer:
    globs = PROFILE.parse_globs(_subjects(row, "new_subjects"))
    after = with_globs(_grants(present(row, "before")), globs)
    return {"after": (_pairs(present(row, "after")), _texts(after))}


def _verify(row: Row) -> Answer:
    creator = present(row, "creator")
    organizations = [name for name, members in MEMBERS.items() if creator in members]
    scopes = row.get("scopes") or []
    try:
        for scope in scopes:
            PROFILE.parse_actions([scope.get("action") or ""], offered_only=False)
            PROFILE.parse_globs([scope.get("subject") or ""])
    except ValueRefusedError as error:
        if row.get("valid"):
            raise Skip(f"the server takes this and keyfob does not: {error}") from None
        return {"valid": (present(row, "valid"), False)}
    owned = all(acts_for(creator, scope.get("owner"), organizations) for scope in scopes)
    return {"valid": (present(row, "valid"), bool(scopes) and owned)}


def _equality(row: Row) -> Answer:
    return {
        "equal": (present(row, "equal"), same_grants(_grants(row.get("a")), _grants(row.get("b"))))
    }


def _owner(row: Row) -> Answer:
    user, owners = present(row, "user"), row.get("owner_scopes") or [None]
    organizations = [name for name, members in MEMBERS.items() if user in members]
    matches = any(acts_for(user, owner, organizations) for owner in owners)
    return {"matches": (present(row, "matches"), matches)}


def _trusted(row: Row) -> Answer:
    names, globs = row.get("scopes") or [], row.get("subjects") or []
    try:
        actions = PROFILE.parse_actions(names, offered_only=False)
        subjects = PROFILE.parse_globs(globs)
    except ValueRefusedError:
        if row.get("valid"):
            raise Skip("keyfob refuses an entry that the server drops without a word") from None
        return {"valid": (present(row, "valid"), False)}
    wire = [PROFILE.action_table[action].wire for action in actions]
    actual = {"valid": True, "normalized": [wire, [glob.text for glob in subjects]]}
    return compare(row, actual)


SCOPE_UNIT_SECTIONS = {
    "allows_actions": _allows,
    "build_scopes": _build,
    "build_scopes_derived": _build,
    "edit_subjects": _edit,
    "verify_scopes": _verify,
    "scope_set_equality": _equality,
    "owner_scope_matches_user": _owner,
    "trusted_publishing_scope_input": _trusted,
}
