"""npm's tokens at verdaccio, which has the same calls: made, listed, told apart, deleted."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.clients import tools
from tests.clients.conftest import have
from tests.clients.servers import PASSWORD, USER, verdaccio, verdaccio_token
from tests.clients.serving import Served
from tests.vault.apis.own import key_for, own_api, own_profile
from vault.apis.base import ApiError, Login, RegistryApi, Renewed
from vault.keys.secret import Secret


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    node, modules = have(lambda: tools.program("node")), have(tools.node_modules)
    with verdaccio(modules, node, tmp_path_factory.mktemp("verdaccio-tokens")) as served:
        yield served


@pytest.fixture(scope="module")
def session(registry: Served) -> str:
    return verdaccio_token(registry)


def made(api: RegistryApi, registry: Served, present: str, password: str = PASSWORD) -> Renewed:
    key = key_for(own_profile("npm", registry.url), "read-write", globs=("contoso-core",))
    expires = datetime.now(UTC) + timedelta(days=30)
    return api.renew(key, Secret(present), Login(password=Secret(password)), expires)


def whoami(registry: Served, token: str) -> str:
    request = urllib.request.Request(f"{registry.url}-/whoami")
    request.add_header("Authorization", f"Bearer {token}")
    with urllib.request.urlopen(request, timeout=60) as answer:
        name: str = json.load(answer)["username"]
        return name


def test_a_token_makes_the_next_one_and_that_one_ends_it(registry: Served, session: str) -> None:
    api = own_api("npm", registry.url)
    first = made(api, registry, session)
    assert first.former == "", "a session is in no list"
    second = made(api, registry, first.secret.reveal())
    assert second.secret.reveal() != first.secret.reveal()
    assert whoami(registry, second.secret.reveal()) == USER
    assert first.facts is not None
    assert second.former == first.facts.id
    assert api.inspect(first.secret).id == first.facts.id
    key = key_for(own_profile("npm", registry.url), "read-write", globs=("contoso-core",))
    api.retire(key, second.secret, Login(), second.former)
    with pytest.raises(ApiError, match="refused"):
        api.inspect(first.secret)
    assert second.facts is not None
    assert api.inspect(second.secret).id == second.facts.id
    log = registry.log.read_text()
    assert [one for one in (first, second) if one.secret.reveal() in log] == []


def test_a_wrong_password_makes_nothing_and_is_not_shown(registry: Served, session: str) -> None:
    with pytest.raises(ApiError) as caught:
        made(own_api("npm", registry.url), registry, session, "made-up-wrong-word-77")
    assert "made-up-wrong-word-77" not in str(caught.value)


def test_a_made_up_token_does_not_work(registry: Served) -> None:
    assert not own_api("npm", registry.url).inspect(Secret("npm_MadeUpMadeUp")).active
