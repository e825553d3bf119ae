from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.servers.hexpm import API, Hex
from tests.servers.loopback import Loopback, Reply, loopback
from tests.vault.apis.own import CANARY, NOW, key_for, own_api, own_profile
from vault.apis.base import ApiError, ApiUnsupportedError, Facts, Login, Renewed
from vault.keys.secret import Secret

ENDS = NOW + timedelta(days=30)


@pytest.fixture
def hexpm() -> Hex:
    found = Hex()
    found.add(CANARY, "ci", "api:write")
    return found


@pytest.fixture
def server(hexpm: Hex) -> Iterator[Loopback]:
    with loopback(hexpm.answer) as found:
        yield found


def renew(server: Loopback, *actions: str, ends: datetime | None = ENDS) -> Renewed:
    key = key_for(own_profile("hex", server.url + API), *(actions or ("write",)))
    return own_api("hex", server.url + API).renew(key, Secret(CANARY), Login(), ends)


def test_another_key_may_the_same_gets_a_number_and_ends(server: Loopback, hexpm: Hex) -> None:
    renewed = renew(server)
    made = hexpm.keys[renewed.secret.reveal()]
    assert made.permissions == [{"domain": "api", "resource": "write"}]
    assert made.name == "ci-2"
    assert renewed.expires == ENDS
    assert renewed.former == "ci"
    assert renewed.facts is not None
    assert renewed.facts.scopes == ("api:write",)
    assert not renewed.ends_old


def test_what_a_key_may_beside_the_api_is_asked_for_too(server: Loopback, hexpm: Hex) -> None:
    made = hexpm.keys[renew(server, "write", "repositories").secret.reveal()]
    assert made.permissions == [
        {"domain": "api", "resource": "write"},
        {"domain": "repositories"},
    ]


def test_a_key_without_an_end_is_asked_for_as_such(server: Loopback, hexpm: Hex) -> None:
    renewed = renew(server, ends=None)
    assert hexpm.keys[renewed.secret.reveal()].revoke_at is None
    assert renewed.expires is None


def test_a_key_that_may_not_write_makes_none_and_nothing_is_sent(server: Loopback) -> None:
    with pytest.raises(ApiUnsupportedError, match="may not write"):
        renew(server, "read")
    assert server.calls == []


def test_an_organizations_key_is_made_under_it(hexpm: Hex) -> None:
    hexpm.organization = "contoso"
    with loopback(hexpm.answer) as server:
        renewed = renew(server)
        assert own_api("hex", server.url + API).inspect(renewed.secret).name == "ci-2"
    assert len(hexpm.keys) == 2


def test_the_old_one_is_ended_by_name_and_the_present_one_never(
    server: Loopback, hexpm: Hex
) -> None:
    renewed = renew(server)
    api = own_api("hex", server.url + API)
    key = key_for(own_profile("hex", server.url + API), "write")
    for _ in range(2):
        api.retire(key, renewed.secret, Login(), renewed.former)
        assert list(hexpm.keys) == [renewed.secret.reveal()]
    with pytest.raises(ApiError, match="the present key"):
        api.retire(key, renewed.secret, Login(), "ci-2")
    assert list(hexpm.keys) == [renewed.secret.reveal()]


def test_a_key_tells_about_itself(server: Loopback) -> None:
    facts = own_api("hex", server.url + API).inspect(Secret(CANARY))
    used = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
    assert facts == Facts("ci", ("api:write",), NOW, None, used, id="ci")


def test_a_dead_key_is_told_from_one_that_may_not_ask(server: Loopback, hexpm: Hex) -> None:
    api = own_api("hex", server.url + API)
    assert not api.inspect(Secret("made-up-dead-key")).active
    hexpm.add("made-up-fetching-key", "fetch", "repositories")
    with pytest.raises(ApiUnsupportedError, match="ask nothing about itself"):
        api.inspect(Secret("made-up-fetching-key"))


def test_a_server_that_tells_no_name_is_taken_as_it_is() -> None:
    with loopback(lambda _: Reply(204)) as server:
        facts = own_api("hex", server.url + API).inspect(Secret(CANARY))
    assert facts == Facts("")
