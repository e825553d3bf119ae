"""NuGet.Config: what is in clear text is taken, what Windows encrypted is said to be."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.vault.cli.bench import V4
from tests.vault.moving.reading import only, read, removed

ENCRYPTED = "AQAAANCMnd8BFdERjHoAwE/Cl+sBAAAA" + "A" * 80
CONFIG = f"""\ufeff<?xml version="1.0" encoding="utf-8"?>
<configuration>
  <packageSources>
    <add key="Contoso Feed" value="https://feed.contoso.example/v3/index.json" />
  </packageSources>
  <apikeys>
    <add key="https://www.nuget.org" value="{V4}" />
    <add key="https://other.example" value="{ENCRYPTED}" />
  </apikeys>
  <packageSourceCredentials>
    <Contoso_x0020_Feed>
      <add key="Username" value="build" />
      <add key="ClearTextPassword" value="made-up-feed-key-0001" />
    </Contoso_x0020_Feed>
    <Locked><add key="Username" value="x" /><add key="Password" value="{ENCRYPTED}" /></Locked>
    <Named><add key="ClearTextPassword" value="%FEED_KEY%" /></Named>
  </packageSourceCredentials>
</configuration>
"""


def test_keys_of_both_kinds_with_server_owner_and_line(tmp_path: Path) -> None:
    found = read(tmp_path, "nuget", CONFIG)
    key, feed = found.seen
    assert key[:4] == (V4, 7, "https://www.nuget.org", "https://www.nuget.org")
    assert feed.secret == "made-up-feed-key-0001"
    assert (feed.line, feed.title, feed.owner) == (13, "Contoso Feed", "build")
    assert feed.address == "https://feed.contoso.example/v3/index.json"
    assert removed(found) == [
        '<add key="https://www.nuget.org" value="••••" />',
        '<add key="ClearTextPassword" value="••••" />',
    ]


def test_what_holds_no_key_in_clear_text_is_said(tmp_path: Path) -> None:
    reasons = read(tmp_path, "nuget", CONFIG).reasons
    assert "Windows encrypted it" in reasons["https://other.example"]
    assert "Windows encrypted it" in reasons["Locked"]
    assert "names the variable FEED_KEY" in reasons["Named"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_as_windows_writes_it(tmp_path: Path, encoding: str) -> None:
    text = CONFIG.removeprefix("\ufeff").replace("utf-8", encoding.removesuffix("-sig"))
    assert len(read(tmp_path, "nuget", text.encode(encoding)).seen) == 2


def test_a_password_in_a_servers_address_is_not_shown(tmp_path: Path) -> None:
    text = (
        '<configuration><apikeys><add key="https://me:made-up-word@feed.example/" '
        'value="made-up-feed-key-0001"/></apikeys></configuration>'
    )
    found = read(tmp_path, "nuget", text)
    assert only(found)["line"] == 1
    assert "made-up-word" not in found.found[0].remove


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("not XML", "it is not XML"),
        ("", "it is not XML"),
        ("<configuration><apikeys>", "it is not XML"),
        ("<project/>", "it is no NuGet configuration"),
        ('<!DOCTYPE c [<!ENTITY a "b">]><configuration/>', "it has a document type"),
        ("<configuration>" + "<a>" * 100_000, "it is nested too deeply"),
    ],
)
def test_what_is_none_is_skipped_with_the_reason(tmp_path: Path, content: str, why: str) -> None:
    found = read(tmp_path, "nuget", content)
    assert (found.seen, found.reasons) == ([], {"": f"It was skipped: {why}."})
