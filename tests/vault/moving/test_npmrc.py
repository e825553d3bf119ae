"""`.npmrc`: tokens, the older forms in base64, and references that are no keys."""

from __future__ import annotations

import base64
from pathlib import Path

from tests.vault.moving.reading import NPM, only, read, removed


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def test_a_token_with_its_server(tmp_path: Path) -> None:
    found = read(tmp_path, "npmrc", f"; mine\nsave=true\n//host.example/npm/:_authToken={NPM}\n")
    assert only(found) == {
        "secret": NPM,
        "line": 3,
        "title": "host.example/npm",
        "address": "https://host.example/npm/",
        "registry": "",
        "owner": "",
    }
    assert removed(found) == ["//host.example/npm/:_authToken=••••"]


def test_the_older_forms(tmp_path: Path) -> None:
    auth, password = b64("me:made-up-word-1"), b64("made-up-word-2")
    found = read(
        tmp_path,
        "npmrc",
        f"//a.example/:_auth={auth}\n//b.example/:username=you\n//b.example/:_password={password}",
    )
    assert [(one.secret, one.owner) for one in found.seen] == [
        ("made-up-word-1", "me"),
        ("made-up-word-2", "you"),
    ]
    assert auth not in removed(found)[0]
    assert password not in removed(found)[1]


def test_a_token_for_any_server_is_taken_with_a_warning(tmp_path: Path) -> None:
    found = read(tmp_path, "npmrc", f"_authToken = '{NPM}'\n")
    assert only(found)["address"] == ""
    assert "before version 7" in found.found[0].warning


def test_what_is_no_key(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "npmrc",
        "//a.example/:_authToken=${NPM_TOKEN}\n//b.example/:_authToken=x-${Y}\n"
        "//c.example/:_auth=not base64\n//d.example/:_authToken=two words\n"
        f"# //e.example/:_authToken={NPM}\n//f.example/:_authToken=\n",
    )
    assert found.seen == []
    assert found.reasons == {
        "a.example": "It names the variable NPM_TOKEN and holds no key itself.",
        "b.example": "It is put together from variables and holds no key itself.",
        "c.example": "It should be base64 and is not.",
        "d.example": "What stands there can be no key.",
    }


def test_what_is_no_text_is_skipped(tmp_path: Path) -> None:
    assert read(tmp_path, "npmrc", b"\xff\xff\xff").reasons == {
        "": "It was skipped: it is no text in UTF-8."
    }
    assert read(tmp_path, "npmrc", b"a=\0b").reasons == {"": "It was skipped: it is no text."}
