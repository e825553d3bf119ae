from __future__ import annotations

import json

import pytest

from tests.vault.cli.bench import Bench
from tests.vault.hooks.asked import Answer, ask, locked, new_key
from tests.vault.hooks.indexes import PYPI_TOKEN, UPLOAD, surroundings, take_over
from vault.hooks import keyring_shim
from vault.hooks.keyring_shim import Question


@pytest.fixture
def python(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A machine with a token of PyPI for one project."""
    take_over(monkeypatch, surroundings(bench))
    new_key(bench, "core", "pypi", "upload", "contoso-core", secret=PYPI_TOKEN)
    return bench


def ask_shim(bench: Bench, *words: str) -> Answer:
    return ask(bench, lambda desk: keyring_shim.serve(words, desk))


def test_uv_asks_for_a_secret_and_for_both(python: Bench) -> None:
    done = ask_shim(python, "get", UPLOAD, "__token__")
    assert (done.status, done.out, done.err) == (0, f"{PYPI_TOKEN}\n", "")
    done = ask_shim(python, "get", UPLOAD, "--mode", "creds")
    assert (done.status, done.out) == (0, f"__token__\n{PYPI_TOKEN}\n")


@pytest.mark.parametrize("user", [(), ("__token__",)])
def test_pip_asks_for_json(python: Bench, user: tuple[str, ...]) -> None:
    done = ask_shim(python, "--mode=creds", "--output=json", "get", UPLOAD, *user)
    assert json.loads(done.out) == {"username": "__token__", "password": PYPI_TOKEN}


@pytest.mark.parametrize(
    "service",
    [
        "upload.index.invalid", "http://upload.index.invalid/legacy/", "https://x.invalid/",
        "https://upload.index.invalid.x/", "https://github.com/", "https://index.docker.io/",
    ],
)  # fmt: skip
def test_unknown_services_get_nothing_and_cost_no_password(python: Bench, service: str) -> None:
    new_key(python, "repo", "github-fine-grained", "contents-write", "*")
    new_key(python, "hub", "dockerhub", "read-write", "*")
    locked(python)
    done = ask_shim(python, "get", service, "__token__")
    assert (done.status, done.out, done.err) == (1, "", "")


def test_a_token_is_no_users_password(python: Bench) -> None:
    done = ask_shim(python, "get", UPLOAD, "alice")
    assert (done.status, done.out) == (1, "")
    assert "the user __token__ only" in done.err


def test_of_keys_for_single_projects_none_is_guessed(python: Bench) -> None:
    new_key(python, "other", "pypi", "upload", "fabrikam", secret="pypi-made-up-other")
    done = ask_shim(python, "get", UPLOAD, "__token__")
    assert (done.status, done.out) == (1, "")
    assert "keyfob run" in done.err


def test_a_locked_vault_without_a_terminal_is_a_clear_refusal(python: Bench) -> None:
    locked(python)
    done = ask_shim(python, "get", UPLOAD, "__token__")
    assert (done.status, done.out) == (3, "")
    assert "keyfob unlock" in done.err


@pytest.mark.parametrize(
    "words",
    [
        (), ("get",), ("get", "a"), ("get", "a", "b", "c"), ("set", "a", "b"), ("del", "a", "b"),
        ("--list-backends",), ("get", "a", "--mode"), ("get", "a", "--mode=all"),
        ("--output=xml", "get", "a", "b"), ("get", "a" * 70_000, "b"),
    ],
)  # fmt: skip
def test_other_questions_are_refused(python: Bench, words: tuple[str, ...]) -> None:
    done = ask_shim(python, *words)
    assert (done.status, done.out) == (2, "")
    assert "python -m keyring" in done.err


def test_what_is_read() -> None:
    both = Question("a", None, both=True, as_json=False)
    assert keyring_shim.read(["--mode", "creds", "get", "a"]) == both
    assert keyring_shim.read(["get", "a", "b"]) == Question("a", "b", both=False, as_json=False)
