from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.servers.loopback import Loopback, Reply, loopback
from tests.servers.npm import OTP, PASSWORD, Npm
from tests.vault.apis.own import key_for, own_api, own_profile
from vault.apis.base import ApiError, ApiUnsupportedError, Login, OtpNeededError, Renewed
from vault.keys.secret import Secret

OLD = "npm_" + "a1b2c3" * 6
OTHER = "npm_" + "f0e1d2" * 6


@pytest.fixture
def npm() -> Npm:
    found = Npm()
    found.add(OTHER, "laptop")
    found.add(OLD, "ci", cidr_whitelist=["192.0.2.0/24"])
    return found


@pytest.fixture
def server(npm: Npm) -> Iterator[Loopback]:
    with loopback(npm.answer) as found:
        yield found


def renew(
    server: Loopback,
    *,
    action: str = "read-write",
    globs: tuple[str, ...] = ("@contoso/*", "fabrikam"),
    otp: str = "",
    days: int = 30,
) -> Renewed:
    key = key_for(own_profile("npm", server.url), action, globs=globs)
    who = Login(password=Secret(PASSWORD), otp=otp)
    expires = datetime.now(UTC) + timedelta(days=days)
    return own_api("npm", server.url).renew(key, Secret(OLD), who, expires)


def test_another_token_reaches_the_same_packages_and_addresses(server: Loopback, npm: Npm) -> None:
    renewed = renew(server)
    made = npm.tokens[renewed.secret.reveal()]
    assert made["packages_and_scopes_permission"] == "read-write"
    assert made["scopes"] == ["@contoso"]
    assert made["packages"] == ["fabrikam"]
    assert made["cidr_whitelist"] == ["192.0.2.0/24"]
    assert made["days"] == 30
    assert made["name"].startswith("ci 20")
    assert renewed.former == npm.tokens[OLD]["key"]
    assert not renewed.ends_old


def test_every_package_is_asked_for_only_where_the_key_has_it(server: Loopback, npm: Npm) -> None:
    made = npm.tokens[renew(server, globs=("*",), action="read-only").secret.reveal()]
    assert made["packages_all"] is True
    assert made["packages_and_scopes_permission"] == "read-only"
    assert "packages" not in made


def test_the_old_one_is_ended_by_its_key(server: Loopback, npm: Npm) -> None:
    renewed = renew(server)
    key = key_for(own_profile("npm", server.url), "read-write")
    api = own_api("npm", server.url)
    for _ in range(2):
        api.retire(key, renewed.secret, Login(), renewed.former)
        assert set(npm.tokens) == {OTHER, renewed.secret.reveal()}


def test_a_one_time_code_is_asked_for_and_a_wrong_one_again(server: Loopback, npm: Npm) -> None:
    npm.otp = OTP
    for otp in ("", "000000"):
        with pytest.raises(OtpNeededError):
            renew(server, otp=otp)
    assert len(npm.tokens) == 2
    renew(server, otp=OTP)
    assert len(npm.tokens) == 3


def test_a_token_that_bypasses_two_factors_is_refused_in_npms_words(
    server: Loopback, npm: Npm
) -> None:
    npm.tokens[OLD]["bypass_2fa"] = True
    with pytest.raises(ApiError, match="may not manage tokens"):
        renew(server)


def test_a_token_longer_than_npm_gives_is_refused(server: Loopback) -> None:
    with pytest.raises(ApiError, match="90 days at most"):
        renew(server, days=91)


def test_a_list_that_shows_too_little_of_a_token_tells_nothing(npm: Npm) -> None:
    npm.shown = 4
    with loopback(npm.answer) as server:
        with pytest.raises(ApiUnsupportedError, match="does not tell which"):
            own_api("npm", server.url).inspect(Secret(OLD))
        assert renew(server).former == ""


def test_a_token_is_found_on_a_later_page_and_no_other_host_is_asked(npm: Npm) -> None:
    with loopback(lambda _: Reply(200, {})) as other:
        npm.page, npm.next_host = 1, other.url
        with loopback(npm.answer) as server:
            facts = own_api("npm", server.url).inspect(Secret(OLD))
        assert other.calls == []
    assert facts.name == "ci"
    assert facts.created == datetime(2026, 11, 20, 10, tzinfo=UTC)


def test_a_dead_token_is_told(server: Loopback) -> None:
    assert not own_api("npm", server.url).inspect(Secret("npm_gone")).active


def test_what_is_no_npm_is_said() -> None:
    with loopback(lambda _: Reply(200, [])) as server:
        with pytest.raises(ApiError, match="not as npm does"):
            renew(server)
        assert server.asked("POST") == []
