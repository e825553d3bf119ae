from __future__ import annotations

from vault.keys.glob import Glob
from vault.keys.grant import Grant, grants_for, same_grants, with_globs

WEB, API = Glob("Contoso.Web"), Glob("Contoso.Api")


def test_every_action_meets_every_glob_once() -> None:
    grants = grants_for(["push", "unlist", "push"], [WEB, API, WEB])
    assert grants == (
        Grant("push", WEB),
        Grant("push", API),
        Grant("unlist", WEB),
        Grant("unlist", API),
    )


def test_order_and_repeats_do_not_make_grants_differ_but_spelling_does() -> None:
    grants = grants_for(["push", "unlist"], [WEB, API])
    assert same_grants(grants, [*reversed(grants), grants[0]])
    assert not same_grants(grants, grants[1:])
    assert not same_grants([Grant("push", WEB)], [Grant("push", Glob("contoso.web"))])


def test_editing_the_packages_keeps_the_actions() -> None:
    grants = grants_for(["push", "unlist"], [WEB])
    assert with_globs(grants, [API]) == grants_for(["push", "unlist"], [API])
