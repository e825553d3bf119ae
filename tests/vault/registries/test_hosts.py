from __future__ import annotations

import os
from pathlib import Path

import pytest

from vault.registries.hosts import configured_host, configured_urls, host_from, resolve


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://upload.index.invalid/legacy/", "index.invalid"),
        ("https://Index.invalid/simple", "index.invalid"),
        ("https://user:word@index.invalid:8443/simple", "index.invalid:8443"),
        ("http://index.invalid/simple", None),
        ("https://index.invalid\x1b[31m/", None),
        ("https://[bad/", None),
        ("", None),
    ],
)
def test_a_host_is_taken_from_https_addresses_only(url: str, host: str | None) -> None:
    assert host_from([url]) == host


def test_the_upload_address_says_more_than_the_index(tmp_path: Path) -> None:
    pypirc, pip = tmp_path / ".pypirc", tmp_path / "pip.conf"
    pypirc.write_text("[pypi]\nrepository = https://upload.one.invalid/legacy/\npassword = p%s\n")
    pip.write_text("[global]\nindex-url = https://two.invalid/simple\n")
    assert host_from(configured_urls([pypirc, pip])) == "one.invalid"
    assert host_from(configured_urls([tmp_path / "absent", pip])) == "two.invalid"


def test_a_malformed_or_missing_file_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "broken").write_text("repository without a section")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    files = [tmp_path / name for name in ("broken", "binary", "absent")]
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        files.append(tmp_path / "pipe")
    assert list(configured_urls([*files, tmp_path])) == []


def test_an_address_is_whole_or_none() -> None:
    assert resolve("https://{pypi-host}/manage", lambda _name: "x.invalid") == (
        "https://x.invalid/manage"
    )
    assert resolve("https://{pypi-host}/manage", lambda _name: None) is None
    assert resolve("https://crates.io/", lambda _name: None) == "https://crates.io/"
    assert resolve("", lambda _name: None) is None


def test_the_users_own_files_are_read_when_a_page_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    (tmp_path / ".pypirc").write_text("[pypi]\nrepository = https://upload.three.invalid/legacy/\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "absent"))
    assert configured_host("pypi-host") == "three.invalid"
    assert configured_host("other-host") is None
