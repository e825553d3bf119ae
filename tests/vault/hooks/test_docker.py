from __future__ import annotations

import json

import pytest

from tests.vault.cli.bench import Bench
from tests.vault.hooks.asked import Answer, ask, locked, new_key, secret_of
from vault import __version__
from vault.hooks import docker
from vault.registries.loader import load

HUB = "https://index.docker.io/v1/"


@pytest.fixture
def images(bench: Bench) -> Bench:
    """Keys of Docker Hub: one that reads, one that pushes, one that also deletes."""
    new_key(bench, "read", "dockerhub", "read-only", "contoso/*")
    new_key(bench, "push", "dockerhub", "read-write", "contoso/*")
    new_key(bench, "delete", "dockerhub", "delete", "contoso/app")
    return bench


def ask_docker(bench: Bench, *words: str, stdin: str = "") -> Answer:
    return ask(bench, lambda desk: docker.serve(list(words), desk), stdin)


@pytest.mark.parametrize("server", [HUB, "index.docker.io", "docker.io", f"{HUB}\n"])
def test_get_hands_out_the_key_that_may_push_and_least_else(images: Bench, server: str) -> None:
    done = ask_docker(images, "get", stdin=server)
    expected = {"ServerURL": server.strip(), "Username": "contoso", "Secret": secret_of("push")}
    assert (done.status, json.loads(done.out)) == (0, expected)
    assert done.err == ""
    assert images.vault().find("push").used is not None


@pytest.mark.parametrize(
    "server",
    [
        "ghcr.io", "http://index.docker.io/v1/", "index.docker.io.example", "https://github.com",
        "", "x" * 500, "index.docker.io\nghcr.io", "\x1b[2J", "https://crates.io/",
    ],
)  # fmt: skip
def test_unknown_servers_are_told_in_dockers_own_words(images: Bench, server: str) -> None:
    locked(images)
    done = ask_docker(images, "get", stdin=server)
    assert (done.status, done.out) == (1, "credentials not found in native keychain\n")


def test_no_live_key_is_the_same_with_a_reason(images: Bench) -> None:
    images.later(days=31)
    done = ask_docker(images, "get", stdin=HUB)
    assert (done.status, done.out) == (1, "credentials not found in native keychain\n")
    assert "no live key for Docker Hub" in done.err


def test_a_locked_vault_is_another_refusal(images: Bench) -> None:
    locked(images)
    done = ask_docker(images, "get", stdin=HUB)
    assert done.status == 1
    assert "no terminal" in done.out
    assert "keyfob unlock" in done.out


def test_list_tells_accounts_and_no_secret(images: Bench) -> None:
    new_key(images, "other", "github-fine-grained", "contents-write", "contoso/*")
    done = ask_docker(images, "list")
    assert (done.status, json.loads(done.out)) == (0, {HUB: "contoso"})
    assert "made-up" not in done.out + done.err
    images.later(days=31)
    assert json.loads(ask_docker(images, "list").out) == {}


@pytest.mark.parametrize("operation", ["store", "erase"])
def test_storing_and_erasing_are_refused(images: Bench, operation: str) -> None:
    given = {"ServerURL": HUB, "Username": "x", "Secret": "made-up-docker-login"}
    done = ask_docker(images, operation, stdin=json.dumps(given))
    assert done.status == 1
    assert "keyfob" in done.out
    assert "made-up" not in done.out + done.err


@pytest.mark.parametrize("words", [(), ("dance",), ("get", "x")])
def test_anything_else_is_wrong_usage(images: Bench, words: tuple[str, ...]) -> None:
    done = ask_docker(images, *words, stdin=HUB)
    assert (done.status, done.out.startswith("Usage: ")) == (1, True)


def test_docker_hub_goes_by_the_one_name_docker_has_for_it() -> None:
    assert docker.servers(load("dockerhub")) == [HUB]


def test_the_version_is_keyfobs(bench: Bench) -> None:
    done = ask_docker(bench, "version")
    assert (done.status, done.out) == (0, f"docker-credential-keyfob {__version__}\n")
