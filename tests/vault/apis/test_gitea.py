from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.gitea import API, OTP, PASSWORD, USER, Gitea
from tests.servers.loopback import Loopback, loopback
from tests.vault.apis.own import CANARY, key_for, own_api, own_profile
from vault.apis.base import ApiError, ApiUnsupportedError, Login, OtpNeededError, Renewed
from vault.keys.secret import Secret


@pytest.fixture
def gitea() -> Gitea:
    found = Gitea()
    found.add("laptop", "made-up-other-token-00000001", "all")
    found.add("ci", CANARY, "write:package")
    return found


@pytest.fixture
def server(gitea: Gitea) -> Iterator[Loopback]:
    with loopback(gitea.answer) as found:
        yield found


def login(password: str = PASSWORD, otp: str = "", account: str = "") -> Login:
    return Login(account, Secret(password), otp)


def renew(server: Loopback, who: Login, owner: str = USER) -> Renewed:
    profile = own_profile("gitea", server.url + API)
    key = key_for(profile, "write", "read-repository", globs=("contoso/*",), owner=owner)
    return own_api("gitea", server.url + API).renew(key, Secret(CANARY), who, None)


def test_another_token_may_the_same_and_is_called_by_the_day(
    server: Loopback, gitea: Gitea
) -> None:
    renewed = renew(server, login())
    name, value, scopes = gitea.tokens[3]
    assert value == renewed.secret.reveal()
    assert scopes == ["write:package", "read:repository"]
    assert name.startswith("ci 20"), "ci itself is taken"
    assert not renewed.ends_old
    assert renewed.former == "2", "the old one, found by its last eight characters"
    assert renewed.expires is None


def test_a_name_of_the_day_that_is_taken_too_gets_a_number(server: Loopback, gitea: Gitea) -> None:
    first = renew(server, login()).facts
    second = renew(server, login()).facts
    assert first is not None
    assert second is not None
    assert second.name == f"{first.name} 2"
    assert len(gitea.tokens) == 4


def test_the_old_one_is_ended_by_its_number_and_twice_is_as_good(
    server: Loopback, gitea: Gitea
) -> None:
    renewed = renew(server, login())
    profile = own_profile("gitea", server.url + API)
    key = key_for(profile, "write", globs=("contoso/*",))
    api = own_api("gitea", server.url + API)
    for _ in range(2):
        api.retire(key, renewed.secret, login(), renewed.former)
        assert sorted(gitea.tokens) == [1, 3]


def test_an_old_one_beyond_the_first_page_is_found(gitea: Gitea) -> None:
    gitea.tokens.clear()
    for number in range(120):
        gitea.add(f"token-{number}", f"made-up-token-{number:08}")
    mine = gitea.add("ci", CANARY)
    with loopback(gitea.answer) as server:
        assert renew(server, login()).former == str(mine)


def test_two_that_end_alike_are_told_as_unknown(server: Loopback, gitea: Gitea) -> None:
    gitea.add("twin", "other-" + CANARY[-8:])
    assert renew(server, login()).former == ""


def test_a_wrong_password_changes_nothing_and_is_not_shown(server: Loopback, gitea: Gitea) -> None:
    with pytest.raises(ApiError) as caught:
        renew(server, login("made-up-wrong-word"))
    assert not isinstance(caught.value, OtpNeededError)
    assert "made-up-wrong-word" not in str(caught.value)
    assert len(gitea.tokens) == 2


def test_a_one_time_code_is_asked_for_and_a_wrong_one_again(server: Loopback, gitea: Gitea) -> None:
    gitea.otp = OTP
    for otp in ("", "000000"):
        with pytest.raises(OtpNeededError):
            renew(server, login(otp=otp))
    assert len(gitea.tokens) == 2
    renew(server, login(otp=OTP))
    assert len(gitea.tokens) == 3


def test_the_account_may_be_another_than_the_owner(server: Loopback, gitea: Gitea) -> None:
    renew(server, login(account=USER), owner="contoso")
    assert len(gitea.tokens) == 3


def test_a_token_says_nothing_about_itself(server: Loopback) -> None:
    api = own_api("gitea", server.url + API)
    assert not api.inspects
    with pytest.raises(ApiUnsupportedError):
        api.inspect(Secret(CANARY))
