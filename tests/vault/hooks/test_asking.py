from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vault.cli.bench import Bench
from vault.hooks.asking import (
    LENT_FOR,
    NoKeyError,
    UnknownServerError,
    covering,
    handed_out,
    live_keys,
    narrowest,
    reaching,
    server_at,
)
from vault.keys.glob import Glob
from vault.keys.grant import Grant
from vault.keys.key import Key
from vault.keys.lifetime import Lifetime
from vault.keys.request import Ask, Request
from vault.registries.holding import holds
from vault.registries.loader import load

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CRATES = "sparse+https://index.crates.io/"


def key(name: str, *globs: str, registry: str = "github-fine-grained", days: int = 20) -> Key:
    profile = load(registry)
    action = profile.offered[0].id
    return Key(
        id=name,
        name=name,
        registry=registry,
        owner="contoso",
        grants=tuple(Grant(action, Glob(glob, profile.matching)) for glob in globs),
        lifetime=Lifetime(NOW - timedelta(days=30), NOW + timedelta(days=days)),
    )


def test_a_registry_is_known_by_its_address() -> None:
    server = server_at(CRATES, {}, lambda _: True)
    assert server is not None
    assert [profile.id for profile in server] == ["crates.io"]
    with pytest.raises(UnknownServerError):
        server_at("https://contoso.invalid/", {}, lambda _: True)


def test_a_registry_of_another_client_is_not_known() -> None:
    with pytest.raises(UnknownServerError):
        server_at("https://github.com/contoso/index", {}, lambda one: holds(one, "cargo"))


def test_what_is_lent_is_for_one_address_and_overrides_what_is_known() -> None:
    lent = {LENT_FOR: "sparse+https://contoso.invalid/index/"}
    assert server_at("sparse+https://contoso.invalid/index", lent, lambda _: False) is None
    with pytest.raises(UnknownServerError):
        server_at(CRATES, lent, lambda _: True)


def test_ended_keys_and_those_of_others_are_left_out() -> None:
    keys = [key("a", "*"), key("b", "*", days=-1), key("c", "*", registry="crates.io")]
    assert [one.name for one in live_keys(keys, (load("github-fine-grained"),), NOW)] == ["a"]
    assert [one.name for one in live_keys(keys, None, NOW)] == ["a", "c"]
    with pytest.raises(NoKeyError, match="no live key for GitHub"):
        live_keys(keys[1:], (load("github-fine-grained"),), NOW)
    with pytest.raises(NoKeyError, match="no key for PyPI"):
        live_keys(keys, (load("pypi"),), NOW)


def test_what_reaches_all_is_found_in_the_narrowest() -> None:
    keys = [key("every", "*"), key("all", "contoso/*"), key("one", "contoso/core")]
    assert reaching(keys).name == "every"
    assert reaching(keys[1:]).name == "all"
    assert reaching(keys[2:]).name == "one"
    assert reaching([key("both", "contoso/*", "fabrikam/x"), key("x", "fabrikam/x")]).name == "both"
    with pytest.raises(NoKeyError):
        reaching([keys[1], key("other", "fabrikam/x")])


GLOBS = st.text("ab*.", min_size=1, max_size=5)
IDS = st.text("ab.", min_size=1, max_size=6)


@given(st.lists(GLOBS, min_size=1, max_size=4), IDS)
def test_a_key_that_reaches_all_covers_what_any_other_covers(globs: list[str], name: str) -> None:
    keys = [key(str(at), glob, registry="own-feed") for at, glob in enumerate(globs)]
    try:
        chosen = reaching(keys)
    except NoKeyError:
        assert not any(one.globs[0].everything for one in keys)
        return
    if any(one.covers(name) for one in keys):
        assert chosen.covers(name)


def test_the_narrowest_that_covers_a_package_is_taken() -> None:
    keys = [key("every", "*"), key("one", "contoso/core"), key("all", "contoso/*")]
    assert covering(keys, "contoso/core").name == "one"
    assert covering(keys, "contoso/docs").name == "all"
    with pytest.raises(NoKeyError, match="fabrikam/x"):
        covering(keys[1:], "fabrikam/x")


def test_a_secret_of_several_lines_is_not_handed_out(bench: Bench) -> None:
    bench.feed("feed")
    vault = bench.vault()
    one = vault.find("feed")
    with handed_out(vault, one, used=False) as secret:
        assert secret
    assert vault.find("feed").used is None

    class Lines:
        def secret(self, _: str) -> object:
            return secret_of_lines

    from vault.keys.secret import Secret

    secret_of_lines = Secret("made-up\nusername=x")
    with pytest.raises(NoKeyError) as refused:
        handed_out(Lines(), one)  # type: ignore[arg-type]  # it needs no more of a lender
    assert "made-up" not in str(refused.value)
    assert not secret_of_lines


def test_the_narrowest_key_of_all_registries_at_one_address_is_taken() -> None:
    server = server_at("https://gitlab.com/api/v4/projects/7/packages/pypi", {}, lambda _: True)
    keys = [key("personal", "*", registry="gitlab-pat"), key("crates", "*", registry="crates.io")]
    assert [one.name for one in live_keys(keys, server, NOW)] == ["personal"]
    keys.append(key("deploy", "tool", registry="gitlab-deploy"))
    asked = [Request(Ask.PUBLISH, "tool")]
    assert narrowest(live_keys(keys, server, NOW), asked, NOW).name == "deploy"
