"""npm publishes to verdaccio with a settings file in which only a variable's name stands."""

from __future__ import annotations

import urllib.error
from collections.abc import Iterator

import pytest

from tests.clients import tools
from tests.clients.conftest import have
from tests.clients.packages import npm_project
from tests.clients.servers import USER, fetch, verdaccio, verdaccio_token
from tests.clients.serving import Served
from tests.clients.user import User

WRONG = "made-up-npm-token-wrong-1"


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    node, modules = have(lambda: tools.program("node")), have(tools.node_modules)
    with verdaccio(modules, node, tmp_path_factory.mktemp("verdaccio")) as served:
        yield served


@pytest.fixture(scope="session")
def token(registry: Served) -> str:
    return verdaccio_token(registry)


@pytest.fixture(scope="session")
def npm() -> str:
    return have(lambda: tools.program("npm"))


def has(registry: Served, name: str) -> bool:
    try:
        return '"1.0.0"' in fetch(f"{registry.url}{name}")
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return False
        raise


def test_a_package_is_published_by_a_file_that_holds_no_key(
    user: User, npm: str, registry: Served, token: str
) -> None:
    user.knows("contoso-npm", registry.url)
    user.add("npm", token, registry="contoso-npm", glob="contoso-*")
    (user.home / ".npmrc").write_text(f"registry={registry.url}\nfund=false\n")
    keep = 'cp "$npm_config_userconfig" seen && stat -c %a "$npm_config_userconfig" > mode'
    npm_project(user.work, "contoso-npm-core", scripts={"prepublishOnly": keep}, files=["a.js"])
    ran = user.run(npm, "publish")
    assert ran.status == 0, ran.said
    assert has(registry, "contoso-npm-core")
    place = registry.url.removeprefix("http:")
    lines = (user.work / "seen").read_text().split("\n")
    assert lines[:2] == [f"registry={registry.url}", "fund=false"], "the user's own stay"
    assert [line for line in lines[2:] if line] == [f"{place}:_authToken=${{KEYFOB_NPM_TOKEN}}"]
    assert (user.work / "mode").read_text() == "600\n"
    assert user.traces(ran, token, registry.log) == []
    assert user.key("npm").used is not None


def test_a_tarball_is_published_by_a_key_named_for_an_unknown_server(
    user: User, npm: str, registry: Served, token: str
) -> None:
    user.add("feed", token, glob="contoso-*")
    npm_project(user.work, "contoso-npm-named")
    assert user.run(npm, "pack").status == 0
    command = (npm, "publish", "contoso-npm-named-1.0.0.tgz", "--registry", registry.url)
    ran = user.run(*command, options=["--key", "feed"])
    assert ran.status == 0, ran.said
    assert has(registry, "contoso-npm-named")
    assert ran.started("npm", "publish")
    assert user.traces(ran, token, registry.log) == []


def test_whoami_gets_the_key_by_the_variable_that_the_users_own_file_names(
    user: User, npm: str, registry: Served, token: str
) -> None:
    user.add("feed", token)
    place = registry.url.removeprefix("http:")
    own = f"registry={registry.url}\n{place}:_authToken=${{CONTOSO_TOKEN}}\n"
    (user.home / ".npmrc").write_text(own)
    ran = user.run(npm, "whoami", options=["--key", "feed", "--env", "CONTOSO_TOKEN"])
    assert (ran.status, ran.out.strip()) == (0, USER), ran.said
    assert user.traces(ran, token, registry.log) == []
    assert user.key("feed").used is not None


def test_a_wrong_key_is_explained(user: User, npm: str, registry: Served) -> None:
    user.add("feed", WRONG, glob="contoso-*")
    npm_project(user.work, "contoso-npm-wrong")
    ran = user.run(npm, "publish", "--registry", registry.url, options=["--key", "feed"])
    assert (ran.status, has(registry, "contoso-npm-wrong")) == (1, False)
    assert "own feed refused feed. As far as keyfob knows the key may do this" in ran.err
    assert user.traces(ran, WRONG, registry.log) == []


def test_a_dry_run_names_the_key_and_starts_nothing(
    user: User, npm: str, registry: Served, token: str
) -> None:
    user.knows("contoso-npm", registry.url)
    user.add("npm", token, registry="contoso-npm", glob="contoso-npm-*")
    npm_project(user.work, "contoso-npm-dry")
    ran = user.run(npm, "publish", "--registry", registry.url, options=["--dry-run"])
    assert ran.status == 0, ran.said
    assert "publish contoso-npm-dry 1.0.0, from package.json" in ran.out
    assert "npm: push on contoso-npm-*" in ran.out
    assert "a private npmrc that names a variable" in ran.out
    assert not ran.started("npm", "publish")
    assert not has(registry, "contoso-npm-dry")
    assert user.key("npm").used is None


def test_an_agent_hands_it_over_as_well(
    unlocked: User, npm: str, registry: Served, token: str
) -> None:
    unlocked.knows("contoso-npm", registry.url)
    unlocked.add("npm", token, registry="contoso-npm", glob="contoso-*")
    npm_project(unlocked.work, "contoso-npm-quick")
    ran = unlocked.run(npm, "publish", "--registry", registry.url)
    assert ran.status == 0, ran.said
    assert has(registry, "contoso-npm-quick")
    assert unlocked.traces(ran, token, registry.log) == []
