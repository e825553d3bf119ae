"""`.netrc`: keys by their format, never other passwords."""

from __future__ import annotations

from pathlib import Path

from tests.vault.moving.reading import GITHUB, GITLAB, NPM, only, read, removed


def test_a_key_with_machine_and_login(tmp_path: Path) -> None:
    found = read(
        tmp_path, "netrc", f"# mine\nmachine github.com\n  login me\n  password {GITHUB}\n"
    )
    assert only(found) == {
        "secret": GITHUB,
        "line": 4,
        "title": "github.com",
        "address": "https://github.com/",
        "registry": "",
        "owner": "me",
    }
    assert removed(found) == ["machine github.com login me password ••••"]


def test_other_passwords_are_left_alone(tmp_path: Path) -> None:
    text = f"machine ftp.example login me password hunter2 machine a.example password {NPM}\n"
    text += (
        f'macdef init\nmachine b.example password {GITHUB}\n\ndefault login x password "{GITLAB}"'
    )
    found = read(tmp_path, "netrc", text)
    assert [one.secret for one in found.seen] == [NPM, GITLAB]
    assert found.reasons == {}


def test_what_ends_too_early(tmp_path: Path) -> None:
    for text in ("machine", "machine a password", "password x", "machine a login", ""):
        assert read(tmp_path, "netrc", text) == ([], {}, ())
