from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.vault.cli.bench import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def own(bench: Bench, name: str, text: str) -> Path:
    folder = bench.home / "config" / "registries"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(text)
    return file


def test_every_registry_is_a_line_with_its_rule_and_its_lifetime(bench: Bench) -> None:
    lines = bench.ok("registries").out.splitlines()
    assert lines[0].split() == ["ID", "TITLE", "MATCHING", "LIFETIME", "PROFILE"]
    rows = {line.split()[0]: " ".join(line.split()) for line in lines[1:]}
    assert rows["nuget.org"] == "nuget.org nuget.org glob 30d at most keyfob's"
    assert rows["crates.io"] == "crates.io crates.io prefix 90d or never keyfob's"
    assert rows["pypi"] == "pypi PyPI project never keyfob's"
    assert rows["gitlab-pat"] == "gitlab-pat GitLab scope 30d, 365d at most keyfob's"


def test_own_profiles_are_marked_and_malformed_ones_are_told(bench: Bench) -> None:
    own(bench, "our-feed.toml", 'base = "bagetter"')
    own(bench, "npm.toml", 'base = "npm"\n[lifetimes]\nmaximum = "365d"\n')
    own(bench, "broken.toml", "id = 3")
    done = bench.ok("registries")
    rows = {line.split()[0]: line for line in done.out.splitlines()}
    assert rows["our-feed"].endswith("yours, on bagetter")
    assert rows["npm"].endswith("yours, on npm")
    assert "365d at most" in rows["npm"]
    assert "broken" not in rows
    assert "Left out: broken.toml: line 1: " in done.err


def test_the_list_for_programs(bench: Bench) -> None:
    own(bench, "our-feed.toml", 'base = "bagetter"\naddresses = ["https://n.example/"]')
    found = {row["id"]: row for row in json.loads(bench.ok("registries", "--json").out)}
    nuget, mine = found["nuget.org"], found["our-feed"]
    assert nuget["lifetimes"] == {
        "options": ["1d", "8d", "30d"],
        "default": "30d",
        "maximum": "30d",
        "never": False,
    }
    assert nuget["actions"][0]["wire"] == "package:push"
    assert nuget["trusted_publishing"]["accepts"] == ["GitHub Actions"]
    assert (nuget["own"], nuget["base"]) == (False, None)
    assert (mine["own"], mine["base"], mine["addresses"]) == (
        True,
        "bagetter",
        ["https://n.example/"],
    )
    assert mine["trusted_publishing"] is None


def test_a_good_file_is_said_to_be_good(bench: Bench) -> None:
    file = own(bench, "our-feed.toml", 'base = "bagetter"')
    done = bench.ok("registries", str(file))
    assert done.out == f"{file}: OK, the registry our-feed, on bagetter.\n"


def test_a_file_from_somebody_else_is_told_with_where_its_keys_would_go(bench: Bench) -> None:
    text = 'base = "nuget.org"\naddresses = ["https://n.example/", "https://o.example/"]'
    file = own(bench, "nuget.org.toml", text)
    assert bench.ok("registries", str(file)).out.splitlines()[1:] == [
        "  Its keys may be sent to https://n.example/",
        "  Its keys may be sent to https://o.example/",
    ]


def test_a_bad_file_is_told_with_line_and_field_and_the_others_are_still_checked(
    bench: Bench,
) -> None:
    bad = own(bench, "bad.toml", 'base = "bagetter"\n\n[lifetimes]\ndefault = "soon"\n')
    good = own(bench, "good.toml", 'base = "nexus"')
    done = bench.run("registries", str(bad), str(bench.home / "absent.toml"), str(good))
    assert done.status == 2
    assert "bad.toml: line 4: lifetimes.default: expected a duration" in done.err
    assert "absent.toml: it cannot be read: No such file" in done.err
    assert done.out == f"{good}: OK, the registry good, on nexus.\n"


def test_files_and_json_exclude_each_other(bench: Bench) -> None:
    assert bench.run("registries", "x.toml", "--json").status == 2


def test_it_needs_no_vault_and_no_password(bench: Bench) -> None:
    bench.environ.clear()
    assert bench.run("registries").status == 0
