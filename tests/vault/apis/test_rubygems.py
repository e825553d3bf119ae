from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.servers.loopback import Loopback, loopback
from tests.servers.rubygems import OTP, PASSWORD, USER, RubyGems
from tests.vault.apis.own import CANARY, NOW, key_for, own_api, own_profile
from vault.apis.base import ApiError, ApiUnsupportedError, Login, OtpNeededError, Renewed
from vault.keys.secret import Secret

ENDS = NOW + timedelta(days=30)


@pytest.fixture
def gems() -> RubyGems:
    return RubyGems()


@pytest.fixture
def server(gems: RubyGems) -> Iterator[Loopback]:
    with loopback(gems.answer) as found:
        yield found


def renew(
    server: Loopback, *actions: str, globs: tuple[str, ...] = ("contoso",), otp: str = ""
) -> Renewed:
    key = key_for(own_profile("rubygems", server.url), *actions, globs=globs, owner=USER)
    who = Login(password=Secret(PASSWORD), otp=otp)
    return own_api("rubygems", server.url).renew(key, Secret(CANARY), who, ENDS)


def test_another_key_for_one_gem_may_the_same_and_ends(server: Loopback, gems: RubyGems) -> None:
    renewed = renew(server, "push", "yank")
    asked = gems.keys[renewed.secret.reveal()]
    assert asked == {
        "name": "ci",
        "push_rubygem": True,
        "yank_rubygem": True,
        "rubygem_name": "contoso",
        "expires_at": "2026-12-22T12:00:00+00:00",
    }
    assert renewed.expires == ENDS
    assert (renewed.ends_old, renewed.former) == (False, "")


@pytest.mark.parametrize(("actions", "globs"), [(("push",), ("*",)), (("index",), ("contoso",))])
def test_a_key_for_all_gems_or_that_touches_none_names_none(
    server: Loopback, gems: RubyGems, actions: tuple[str, ...], globs: tuple[str, ...]
) -> None:
    asked = gems.keys[renew(server, *actions, globs=globs).secret.reveal()]
    assert "rubygem_name" not in asked


def test_a_key_for_two_gems_is_refused_before_anything_is_sent(server: Loopback) -> None:
    with pytest.raises(ApiUnsupportedError, match="several gems"):
        renew(server, "push", globs=("contoso", "fabrikam"))
    assert server.calls == []


def test_a_gem_that_is_not_ones_own_is_refused_in_rubygems_words(server: Loopback) -> None:
    with pytest.raises(ApiError, match="Rubygem could not be found"):
        renew(server, "push", globs=("fabrikam",))


def test_a_one_time_code_is_asked_for_and_a_wrong_one_again(
    server: Loopback, gems: RubyGems
) -> None:
    gems.otp = OTP
    for otp in ("", "000000"):
        with pytest.raises(OtpNeededError):
            renew(server, "push", otp=otp)
    renew(server, "push", otp=OTP)
    assert len(gems.keys) == 1


def test_nothing_tells_of_a_key_or_ends_it(server: Loopback) -> None:
    api = own_api("rubygems", server.url)
    assert api.retire_needs is None
    key = key_for(own_profile("rubygems", server.url), "push")
    with pytest.raises(ApiUnsupportedError):
        api.retire(key, Secret(CANARY), Login(), "ci")
    with pytest.raises(ApiUnsupportedError):
        api.inspect(Secret(CANARY))
    assert server.calls == []
