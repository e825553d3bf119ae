from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from vault.keys.decision import Reason, acts_for, allows_action, decide
from vault.keys.glob import Glob
from vault.keys.grant import Action, Grant, Operation, grants_for
from vault.keys.key import Key
from vault.keys.lifetime import Lifetime
from vault.keys.near import Near
from vault.keys.request import Ask, Request, Reservation
from vault.registries.loader import load

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NUGET = load("nuget.org").action_table
CRATES = load("crates.io").action_table
PYPI = load("pypi").action_table


def key(*grants: tuple[str, str], owner: str = "contoso", registry: str = "nuget.org") -> Key:
    matching = load(registry).matching
    return Key(
        id="0" * 32,
        name="CI",
        registry=registry,
        owner=owner,
        grants=tuple(Grant(action, Glob(glob, matching)) for action, glob in grants),
        lifetime=Lifetime(NOW - timedelta(days=10), NOW + timedelta(days=20)),
    )


def ask(package_id: str, what: Ask = Ask.PUBLISH, *, exists: bool | None = True) -> Request:
    return Request(what, package_id, exists=exists)


def test_a_key_that_may() -> None:
    verdict = decide(key(("push", "Contoso.*")), ask("Contoso.Web"), NUGET, NOW)
    assert verdict.allowed
    assert verdict.sentence == "CI may publish Contoso.Web."


def test_an_expired_key_says_since_when_even_at_the_very_instant() -> None:
    old = key(("push", "*"))
    at_the_end = NOW + timedelta(days=20)
    assert decide(old, ask("A"), NUGET, at_the_end - timedelta(seconds=1)).allowed
    assert decide(old, ask("A"), NUGET, at_the_end).reason is Reason.EXPIRED
    verdict = decide(old, ask("A"), NUGET, at_the_end + timedelta(days=3))
    assert verdict.sentence == "CI expired 3 days ago."


def test_a_revoked_key_is_revoked_before_it_is_anything_else() -> None:
    old = key(("push", "*"))
    revoked = replace(old, lifetime=old.lifetime.cut(NOW))
    verdict = decide(revoked, ask("A"), NUGET, NOW + timedelta(days=90))
    assert (verdict.allowed, verdict.reason) == (False, Reason.REVOKED)
    assert verdict.sentence == "CI was revoked 90 days ago."


def test_no_grant_for_the_action_names_what_it_takes() -> None:
    verdict = decide(key(("unlist", "*")), ask("Contoso.Web"), NUGET, NOW)
    assert verdict.reason is Reason.NO_ACTION
    assert verdict.sentence == (
        "CI has unlist; to publish Contoso.Web it needs push or push-version."
    )
    verdict = decide(key(("unlist", "*")), ask("Contoso.Web", exists=False), NUGET, NOW)
    assert verdict.sentence == "CI has unlist; to publish Contoso.Web it needs push."


def test_a_near_miss_is_named_with_its_fix() -> None:
    verdict = decide(key(("push", "Alpha.*")), ask("Alpha"), NUGET, NOW)
    assert verdict.reason is Reason.NO_PACKAGE
    assert verdict.near is not None
    assert verdict.near.kind is Near.STEM
    assert verdict.sentence == (
        "CI does not cover Alpha: Alpha.* needs a . after Alpha. Add the id Alpha, or use Alpha*."
    )


def test_a_far_miss_says_what_is_covered() -> None:
    verdict = decide(key(("push", "Alpha.*"), ("push", "Beta")), ask("Gamma"), NUGET, NOW)
    assert verdict.near is None
    assert verdict.sentence == "CI does not cover Gamma; it covers Alpha.*, Beta."


def test_one_grant_must_cover_both() -> None:
    split = key(("push", "Contoso.*"), ("unlist", "Alice.*"))
    verdict = decide(split, ask("Alice.Tool"), NUGET, NOW)
    assert verdict.reason is Reason.NOT_TOGETHER
    assert verdict.sentence == (
        "CI has unlist on Alice.Tool; "
        "it needs push or push-version, which it has on Contoso.* only."
    )
    versions = key(("push-version", "Contoso.*"), ("unlist", "Alice.*"))
    verdict = decide(versions, ask("Alice.New", exists=False), NUGET, NOW)
    assert verdict.reason is Reason.NOT_TOGETHER
    assert verdict.sentence == "CI has unlist on Alice.New; it needs push."


def test_push_version_does_not_create() -> None:
    verdict = decide(key(("push-version", "*")), ask("New", exists=False), NUGET, NOW)
    assert verdict.reason is Reason.VERSIONS_ONLY
    assert verdict.sentence == ("CI may publish new versions only, and New does not exist yet.")


def test_when_nobody_knows_whether_the_id_exists_the_answer_says_both() -> None:
    unknown = ask("Contoso.Web", exists=None)
    verdict = decide(key(("push-version", "Contoso.*")), unknown, NUGET, NOW)
    assert (verdict.allowed, verdict.reason) == (None, Reason.DEPENDS)
    assert verdict.sentence == (
        "CI may publish new versions of Contoso.Web, but not create it if the id is new."
    )
    new_only = key(("publish-new", "foo*"), registry="crates.io")
    verdict = decide(new_only, ask("foo", exists=None), CRATES, NOW)
    assert verdict.sentence == (
        "CI may create foo if the id is new, but not publish further versions of it."
    )
    assert decide(key(("push", "*")), unknown, NUGET, NOW).allowed is True
    assert decide(key(("unlist", "*")), unknown, NUGET, NOW).allowed is False


def test_the_owner_must_own_the_package_itself() -> None:
    request = replace(ask("Alice.Tool"), owners=("alice", "bob"))
    verdict = decide(key(("push", "*")), request, NUGET, NOW)
    assert verdict.reason is Reason.WRONG_OWNER
    assert verdict.sentence == "CI acts for contoso; Alice.Tool is alice and bob's."
    shared = replace(request, owners=("Alice", "Contoso"))
    assert decide(key(("push", "*")), shared, NUGET, NOW).allowed


def test_whoever_made_the_key_must_act_for_its_owner() -> None:
    request = replace(ask("Contoso.Web"), creator="dave", organizations=("fabrikam",))
    verdict = decide(key(("push", "*")), request, NUGET, NOW)
    assert verdict.reason is Reason.NOT_A_MEMBER
    assert verdict.sentence == "dave, who made CI, does not act for contoso."
    assert decide(key(("push", "*"), owner="Dave"), request, NUGET, NOW).allowed


@pytest.mark.parametrize(
    ("reserved", "reason"),
    [
        ((Reservation("Con", ("fabrikam",)),), Reason.RESERVED),
        ((Reservation("Con", ()),), Reason.RESERVED_BY_NOBODY),
        ((Reservation("Con", ()), Reservation("Cont", ("fabrikam",))), Reason.RESERVED),
        ((Reservation("Con", ("fabrikam",)), Reservation("Cont", ("Contoso",))), Reason.ALLOWED),
        ((Reservation("Con", (), shared=True),), Reason.ALLOWED),
        ((), Reason.ALLOWED),
    ],
)
def test_reserved_prefixes_bind_new_ids_only(
    reserved: tuple[Reservation, ...], reason: Reason
) -> None:
    request = replace(ask("Contoso.New", exists=False), reserved=reserved)
    assert decide(key(("push", "*")), request, NUGET, NOW).reason is reason
    existing = replace(request, exists=True)
    assert decide(key(("push", "*")), existing, NUGET, NOW).reason is Reason.ALLOWED


def test_an_owner_may_be_unconfirmed_or_locked() -> None:
    request = ask("Contoso.Web")
    unconfirmed = replace(request, owner_confirmed=False, owner_locked=True)
    verdict = decide(key(("push", "*")), unconfirmed, NUGET, NOW)
    assert verdict.reason is Reason.OWNER_UNCONFIRMED
    locked = replace(request, owner_locked=True)
    assert decide(key(("push", "*")), locked, NUGET, NOW).reason is Reason.OWNER_LOCKED


def test_what_no_action_of_the_registry_does_is_said_of_the_registry() -> None:
    verdict = decide(key(("upload", "*"), registry="pypi"), ask("foo", Ask.UNLIST), PYPI, NOW)
    assert verdict.reason is Reason.UNKNOWN_ACTION
    assert verdict.sentence == "No pypi key may unlist a package."


def test_an_action_of_another_registry_grants_nothing() -> None:
    verdict = decide(key(("yank", "*"), ("package:*", "*")), ask("A", Ask.UNLIST), NUGET, NOW)
    assert verdict.reason is Reason.NO_ACTION


def test_a_key_without_grants_is_of_the_old_kind_and_may_do_everything() -> None:
    old = key()
    for what in (Ask.PUBLISH, Ask.UNLIST, Ask.SYMBOLS, Ask.VERIFY, Ask.VERIFICATION_KEY):
        assert decide(old, ask("A", what), NUGET, NOW).allowed
    assert decide(old, ask("A", exists=False), NUGET, NOW).allowed


def test_a_verification_key_may_be_made_for_any_package() -> None:
    narrow = key(("push", "Contoso.*"))
    verdict = decide(narrow, ask("Other", Ask.VERIFICATION_KEY), NUGET, NOW)
    assert (verdict.allowed, verdict.reason) == (True, Reason.ANY_PACKAGE)


def test_verifying_takes_push_unless_the_key_is_made_for_it() -> None:
    made_for_it = key(("verify", "Contoso.Web"))
    request = ask("Contoso.Web", Ask.VERIFY)
    assert not decide(made_for_it, request, NUGET, NOW).allowed
    assert decide(made_for_it, replace(request, verification_key=True), NUGET, NOW).allowed
    assert decide(key(("push-version", "*")), request, NUGET, NOW).allowed


@pytest.mark.parametrize("what", [Ask.UNLIST, Ask.RELIST, Ask.DEPRECATE])
def test_what_does_not_exist_cannot_be_unlisted(what: Ask) -> None:
    able = key(("unlist", "*"))
    assert decide(able, ask("Gone", what, exists=False), NUGET, NOW).reason is (
        Reason.PACKAGE_MISSING
    )
    assert decide(able, ask("Here", what, exists=None), NUGET, NOW).allowed


def test_every_pair_of_action_and_request_agrees_with_the_published_table() -> None:
    may = {
        "push": {Ask.PUBLISH, Ask.SYMBOLS, Ask.VERIFY, Ask.VERIFICATION_KEY},
        "push-version": {Ask.PUBLISH, Ask.SYMBOLS, Ask.VERIFY, Ask.VERIFICATION_KEY},
        "unlist": {Ask.UNLIST, Ask.RELIST, Ask.DEPRECATE},
        "verify": set[Ask](),
        "all": set(Ask) - {Ask.OWNERS},
    }
    for action, asks in may.items():
        for what in Ask:
            verdict = decide(key((action, "*")), ask("A", what), NUGET, NOW)
            assert verdict.allowed == (what in asks), (action, what)


def test_names_of_actions_ignore_case_and_know_no_wildcard() -> None:
    assert allows_action("Package:PUSH", ["package:push"])
    assert allows_action("ALL", ["package:unlist"])
    assert not allows_action("package:*", ["package:push"])
    assert not allows_action("all", [])
    assert not allows_action("", ["package:push"])


def test_an_account_acts_for_itself_and_its_organizations() -> None:
    assert acts_for("alice", "Alice", [])
    assert acts_for("alice", "contoso", ["Contoso"])
    assert acts_for("alice", None, [])
    assert not acts_for("alice", "fabrikam", ["contoso"])


def test_a_made_up_registry_needs_only_its_actions() -> None:
    table = {"ship": Action("ship", "ship", frozenset({Operation.PUBLISH_NEW}), "s")}
    holder = replace(key(), grants=grants_for(["ship"], [Glob("A*")]))
    assert decide(holder, ask("Alpha", exists=False), table, NOW).allowed
    verdict = decide(holder, ask("Alpha"), table, NOW)
    assert verdict.reason is Reason.NEW_ONLY
