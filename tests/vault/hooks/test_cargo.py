from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.vault.cli.bench import PASSWORD, Bench
from tests.vault.hooks.asked import Answer, ask, locked, new_key, secret_of
from vault.agent.client import VARIABLE
from vault.agent.server import lend
from vault.hooks import cargo
from vault.hooks.asking import LENT_FOR
from vault.hooks.serving import LONGEST

CRATES_IO = "https://github.com/rust-lang/crates.io-index"
MINE = "sparse+http://127.0.0.1:18084/index/"


def line(operation: str, index: str = CRATES_IO, **more: object) -> str:
    request = {
        "v": 1, "registry": {"index-url": index, "name": "crates-io"}, "kind": "get",
        "operation": operation, "args": [], **more,
    }  # fmt: skip
    return json.dumps(request) + "\n"


def asked(bench: Bench, stdin: str, answers: list[str] | None = None) -> Any:
    """The one answer after the greeting."""
    done = ask(bench, cargo.serve, stdin, answers)
    greeting, answer = done.out.splitlines()
    assert json.loads(greeting) == {"v": [1]}
    assert done.status == 0
    return json.loads(answer)


def token(name: str) -> Any:
    return {
        "Ok": {
            "kind": "get", "token": secret_of(name), "cache": "never",
            "operation_independent": False,
        }
    }  # fmt: skip


def err(kind: str) -> Any:
    return {"Err": {"kind": kind}}


def used(bench: Bench) -> set[str]:
    return {key.name for key in bench.vault().keys if key.used is not None}


@pytest.mark.parametrize("index", [CRATES_IO, "sparse+https://index.crates.io/"])
def test_a_publish_gets_the_narrowest_key_and_is_recorded(crates: Bench, index: str) -> None:
    found = asked(crates, line("publish", index, name="contoso-core", vers="0.1.0", cksum="8"))
    assert found == token("narrow")
    assert used(crates) == {"narrow"}
    assert asked(crates, line("publish", index, name="fabrikam", vers="1.0.0")) == token("wide")


@pytest.mark.parametrize("operation", ["yank", "unyank"])
def test_yanking_gets_a_key_that_may(crates: Bench, operation: str) -> None:
    assert asked(crates, line(operation, name="contoso-core", vers="0.1.0")) == token("yank")


def test_owners_are_refused_where_no_key_may_change_them(crates: Bench) -> None:
    done = ask(crates, cargo.serve, line("owners", name="contoso-core"))
    assert json.loads(done.out.splitlines()[1]) == err("not-found")
    assert "to change the owners of contoso-core it needs change-owners" in done.err
    assert used(crates) == set()


def test_the_read_before_a_publish_is_answered_and_is_no_use(crates: Bench) -> None:
    assert asked(crates, line("read")) == token("narrow")
    assert used(crates) == set()


@pytest.mark.parametrize("kind", ["login", "logout", "dance", None, 3])
def test_other_requests_are_not_supported(crates: Bench, kind: object) -> None:
    assert asked(crates, line("read", kind=kind)) == err("operation-not-supported")


@pytest.mark.parametrize(
    "more",
    [{"operation": "steal"}, {"operation": None}, {"operation": ["publish"]}, {"name": None}],
)
def test_operations_that_nobody_knows_are_not_supported(crates: Bench, more: Any) -> None:
    request = json.loads(line("publish", name="contoso-core")) | more
    assert asked(crates, json.dumps(request) + "\n") == err("operation-not-supported")


@pytest.mark.parametrize(
    "text",
    ["\n", "no\n", "[1]\n", "{}\n", '{"v":2}\n', '{"v":1', "[" * 60_000 + "\n", "\ufffd\n"],
)
def test_what_is_no_request_gets_an_error_and_no_key(crates: Bench, text: str) -> None:
    found = asked(crates, text)
    assert found["Err"]["kind"] in {"other", "operation-not-supported"}


def test_a_request_without_end_is_read_no_further(crates: Bench) -> None:
    found = asked(crates, "x" * (3 * LONGEST))
    assert found["Err"]["message"] == "This request is too long."


@pytest.mark.parametrize(
    "index",
    [
        MINE, "sparse+http://index.crates.io/", "https://index.crates.io.example/",
        "https://github.com/contoso/crates.io-index", "", "x", "sparse+https://[",
    ],
)  # fmt: skip
def test_an_unknown_server_gets_no_key_and_costs_no_password(crates: Bench, index: str) -> None:
    locked(crates)
    answers = [PASSWORD]
    request = line("publish", index, name="contoso-core")
    assert asked(crates, request, answers) == err("url-not-supported")
    assert answers == [PASSWORD]


@pytest.mark.parametrize("registry", [None, [], {}, {"index-url": 3}])
def test_a_request_that_names_no_server_gets_no_key(crates: Bench, registry: object) -> None:
    request = line("publish", registry=registry, name="contoso-core")
    assert asked(crates, request) == err("url-not-supported")


def test_a_locked_vault_without_a_terminal_is_a_clear_refusal(crates: Bench) -> None:
    locked(crates)
    found = asked(crates, line("read"))
    assert found["Err"]["kind"] == "other"
    assert "no terminal" in found["Err"]["message"]
    assert "keyfob unlock" in found["Err"]["message"]


def test_the_terminal_is_asked_where_there_is_one(crates: Bench) -> None:
    locked(crates)
    assert asked(crates, line("publish", name="contoso-core"), [PASSWORD]) == token("narrow")


def test_no_keys_and_no_live_keys_are_not_found(crates: Bench, tmp_path_factory: Any) -> None:
    crates.later(days=40)
    done = ask(crates, cargo.serve, line("read"))
    assert json.loads(done.out.splitlines()[1]) == err("not-found")
    assert "no live key for crates.io" in done.err
    empty = Bench(tmp_path_factory.mktemp("empty"))
    empty.ok("init")
    assert asked(empty, line("read")) == err("not-found")


def test_what_run_lends_is_for_its_server_only(bench: Bench, tmp_path: Path) -> None:
    new_key(bench, "feed", "own-feed", "push", "contoso-*")
    vault, address = bench.vault(), tmp_path / "s"
    with lend(vault, address, only=frozenset({vault.find("feed").id})):
        bench.environ |= {VARIABLE: str(address), LENT_FOR: MINE}
        assert asked(bench, line("publish", MINE, name="contoso-core")) == token("feed")
        assert asked(bench, line("publish", MINE[:-1], name="contoso-core")) == token("feed")
        assert asked(bench, line("publish", MINE, name="fabrikam")) == err("not-found")
        for other in (CRATES_IO, "sparse+http://127.0.0.1:18085/index/", MINE + "x"):
            found = asked(bench, line("publish", other, name="contoso-core"))
            assert found == err("url-not-supported")


def test_the_token_is_in_the_answer_and_nowhere_else(crates: Bench) -> None:
    done: Answer = ask(crates, cargo.serve, line("publish", name="contoso-core"))
    assert done.out.count(secret_of("narrow")) == 1
    assert all(secret_of(name) not in done.err for name in ("narrow", "wide", "yank"))
    assert all(secret_of(name) not in done.out for name in ("wide", "yank"))
    refused = ask(crates, cargo.serve, line("owners", name="contoso-core"))
    assert "made-up" not in refused.out + refused.err


@pytest.mark.parametrize("operation", ["read", "publish"])
def test_an_index_at_github_gets_no_key_of_githubs(bench: Bench, operation: str) -> None:
    new_key(bench, "repos", "github-fine-grained", "contents-write", "*")
    index = "https://github.com/contoso/index"
    assert asked(bench, line(operation, index, name="contoso-core")) == err("url-not-supported")
