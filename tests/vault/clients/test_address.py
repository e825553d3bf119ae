from __future__ import annotations

import pytest

from vault.clients.address import has_host, same, server
from vault.errors import ValueRefusedError


@pytest.mark.parametrize(
    "text", ["https://feed.example/v3/index.json", "http://127.0.0.1:8080", "sparse+https://x.example/"]
)  # fmt: skip
def test_an_address_of_a_server(text: str) -> None:
    assert server(text) == text


@pytest.mark.parametrize(
    "text", ["", "nuget.org", "./feed", r"\\share\feed", "file:///feed", "ftp://x"]
)
def test_what_is_none(text: str) -> None:
    assert server(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "https://user:made-up@feed.example/",
        "https://feed.example@evil.example/",
        "https:///path",
        "https://feed.example:port/",
        "https://feed.example\\@evil.example/",
        "https://[feed.example/",
        "https://feed .example/",
        "https://feed.example/\x1b",
    ],
)
def test_one_that_two_programs_might_read_differently_is_refused(text: str) -> None:
    with pytest.raises(ValueRefusedError) as caught:
        server(text)
    assert "made-up" not in caught.value.message


def test_a_final_slash_makes_no_difference() -> None:
    assert same("https://x.example/v3", "https://X.example/v3/")
    assert not same("https://x.example/v3", "https://x.example/v2")


def test_a_host_is_compared_whole() -> None:
    assert has_host("https://rubygems.pkg.github.com/contoso", "github.com")
    assert not has_host("https://notgithub.com/", "github.com")
