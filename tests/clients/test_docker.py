"""docker asks keyfob by its credential helper; no engine is needed for what it asks for itself."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.conftest import have
from tests.clients.guarded import Answer, Guarded, guarded, make_certificate
from tests.clients.hooked import hooked, knows, run, unlocked
from tests.clients.tools import program
from tests.clients.user import Ran, User

TOKEN = "made-up-docker-token-3b90ff21"
HELPER = "docker-credential-keyfob"
HUB = "https://index.docker.io/v1/"
IMAGE = "contoso/app"
KIND = "application/vnd.docker.distribution.manifest.v2+json"


@pytest.fixture
def hub(user: User) -> User:
    """Somebody with a key of Docker Hub."""
    user.add("hub", TOKEN, registry="dockerhub", actions=["read-write"], glob="contoso/*")
    hooked(user, "docker")
    return user


@pytest.fixture
def docker() -> str:
    return have(lambda: program("docker"))


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Guarded]:
    """A registry with one image, of which docker reads the manifest and the configuration."""
    config = json.dumps({"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers"}})
    digest = f"sha256:{hashlib.sha256(config.encode()).hexdigest()}"
    manifest = {
        "schemaVersion": 2,
        "mediaType": KIND,
        "config": {
            "mediaType": "application/vnd.docker.container.image.v1+json",
            "size": len(config),
            "digest": digest,
        },
        "layers": [],
    }
    data = json.dumps(manifest).encode()
    sha = {"Docker-Content-Digest": f"sha256:{hashlib.sha256(data).hexdigest()}"}
    with guarded(f"build:{TOKEN}", make_certificate(tmp_path / "server.pem")) as served:
        served.answers["/v2/"] = Answer(b"{}", "application/json")
        served.answers[f"/v2/{IMAGE}/manifests/1"] = Answer(data, KIND, sha)
        served.answers[f"/v2/{IMAGE}/blobs/{digest}"] = Answer(config.encode())
        yield served


def inspect(user: User, docker: str, registry: Guarded) -> Ran:
    image = f"{registry.address}/{IMAGE}:1"
    return run(user, docker, "manifest", "inspect", "--insecure", image)


def test_docker_gets_the_key_of_the_registry_and_nobody_sees_it(
    user: User, docker: str, registry: Guarded
) -> None:
    knows(user, "contoso-images", f"https://{registry.address}/", "docker")
    user.add("images", TOKEN, registry="contoso-images")
    hooked(user, "docker")
    unlocked(user)
    ran = inspect(user, docker, registry)
    assert ran.status == 0, ran.said
    assert registry.accounts() == {f"build:{TOKEN}"}
    assert ran.started(HELPER, "get")
    assert user.traces(ran, TOKEN) == []
    assert user.key("images").used is not None


def test_docker_says_why_a_locked_vault_refuses(user: User, docker: str, registry: Guarded) -> None:
    knows(user, "contoso-images", f"https://{registry.address}/", "docker")
    user.add("images", TOKEN, registry="contoso-images")
    hooked(user, "docker")
    ran = inspect(user, docker, registry)
    assert ran.status != 0
    assert registry.accounts() == set()
    assert "keyfob unlock" in ran.said


def test_the_helper_answers_for_docker_hub(hub: User) -> None:
    unlocked(hub)
    ran = run(hub, HELPER, "get", stdin=HUB)
    assert json.loads(ran.out) == {"ServerURL": HUB, "Username": "build", "Secret": TOKEN}
    assert json.loads(run(hub, HELPER, "list").out) == {HUB: "build"}
    config = json.loads((hub.home / ".docker" / "config.json").read_text())
    assert config == {"credHelpers": {HUB: "keyfob"}}
    assert hub.traces(Ran(0, "", ran.err, ran.seen), TOKEN) == []


def test_the_helper_knows_no_other_server(hub: User) -> None:
    ran = run(hub, HELPER, "get", stdin="ghcr.io\n")
    assert (ran.status, ran.out) == (1, "credentials not found in native keychain\n")


def test_docker_login_cannot_put_a_password_in(hub: User, docker: str) -> None:
    given = {"ServerURL": HUB, "Username": "build", "Secret": "made-up-login"}
    ran = run(hub, HELPER, "store", stdin=json.dumps(given))
    assert (ran.status, "keyfob new" in ran.out) == (1, True)
    done = run(hub, docker, "logout")
    assert "keyfob remove" in done.said


def test_removing_the_hook_leaves_nothing(hub: User) -> None:
    assert run(hub, sys.executable, "-m", "tui", "hook", "remove", "docker").status == 0
    assert not (hub.home / ".docker").exists()
