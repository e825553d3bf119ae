"""gem, gh and glab: keys in small YAML."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.vault.moving.reading import GEM, GITHUB, GITLAB, LOGIN, only, read, removed
from vault.moving.mappings import scalars
from vault.packages.reading import UnacceptableError

GH = f"""\
# written by gh
github.com:
    users:
        someone:
            oauth_token: {LOGIN}
        other:
            oauth_token: '{GITHUB}'
    git_protocol: https
    user: someone
    oauth_token: {LOGIN}
"""
GLAB = f"""\
git_protocol: ssh
hosts:
    gitlab.com:
        # a comment
        token: {GITLAB}
        user: someone
    empty.example:
        token:
        api_protocol: https
"""


def test_gem(tmp_path: Path) -> None:
    text = (
        f'---\n:rubygems_api_key: {GEM}\n:github: Bearer {GITHUB}\n"https://gems.example": abc-1\n'
    )
    found = read(tmp_path, "gem", text)
    assert found.seen == [
        (GEM, 2, "rubygems", "", "rubygems", ""),
        (GITHUB, 3, "github", "", "", ""),
        ("abc-1", 4, "https://gems.example", "https://gems.example", "", ""),
    ]
    assert removed(found)[0] == ":rubygems_api_key: ••••"


def test_gh_tells_whose_and_which_it_made_itself(tmp_path: Path) -> None:
    found = read(tmp_path, "gh", GH)
    assert [(one.secret, one.line, one.owner) for one in found.seen] == [
        (LOGIN, 5, "someone"),
        (GITHUB, 7, "other"),
    ]
    assert [bool(one.warning) for one in found.found] == [True, False]
    assert removed(found)[1] == "oauth_token: '••••'"


def test_glab(tmp_path: Path) -> None:
    assert only(read(tmp_path, "glab", GLAB)) == {
        "secret": GITLAB,
        "line": 5,
        "title": "gitlab.com",
        "address": "https://gitlab.com/",
        "registry": "",
        "owner": "someone",
    }


@pytest.mark.parametrize("kind", ["gem", "gh", "glab"])
def test_what_is_no_mapping_is_skipped(tmp_path: Path, kind: str) -> None:
    assert "not YAML" in read(tmp_path, kind, "<configuration>\n").reasons[""]
    assert read(tmp_path, kind, "--- \n# nothing\n") == ([], {}, ())


def test_what_yaml_has_beyond_that_is_passed_over(tmp_path: Path) -> None:
    text = "a: &x secret\nb: *x\nc: !!str y\nd: |\n  block: no\ne: [1]\nf: {g: h}\n- i\nj: k # l\n"
    path = tmp_path / "x"
    path.write_text(text)
    found = {row.path: row.value for row in scalars(path)}
    assert found == {("d", "block"): "no", ("j",): "k"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200))
def test_no_text_ends_in_anything_but_scalars_or_a_reason(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x"
    path.write_text(text, encoding="utf-8", errors="replace")
    with suppress(UnacceptableError):
        assert all(row.value for row in scalars(path))
