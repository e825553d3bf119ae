from __future__ import annotations

import re
from datetime import timedelta
from importlib import resources
from pathlib import Path

import pytest

from vault.errors import ProfileError, ValueRefusedError
from vault.registries.loader import known, load, parse_profile, problems, read_profile

GOOD = resources.files("vault.registries").joinpath("nuget.org.toml").read_text(encoding="utf-8")

IDS = [
    "nuget.org",
    "crates.io",
    "pypi",
    "testpypi",
    "npm",
    "rubygems",
    "github-fine-grained",
    "github-packages",
    "dockerhub",
    "hex",
    "gitlab-pat",
    "gitlab-project",
    "gitlab-deploy",
    "azure-artifacts",
    "gitea",
    "bagetter",
    "nexus",
    "proget",
    "nuget.server",
    "own-feed",
]


def test_the_registries_keyfob_knows_in_the_order_to_offer_them() -> None:
    assert [profile.id for profile in known()] == IDS


def test_a_profile_is_found_whatever_the_case() -> None:
    assert load(" NuGet.org ") is load("nuget.org")


def test_an_unknown_registry_is_refused_and_the_known_ones_are_named() -> None:
    with pytest.raises(ValueRefusedError) as refused:
        load("quux")
    assert refused.value.message == "keyfob knows no registry 'quux'."
    assert refused.value.hint == f"It knows {', '.join(IDS)}."


def test_an_id_nearly_right_is_answered_with_the_right_one() -> None:
    with pytest.raises(ValueRefusedError) as refused:
        load("pipy")
    assert refused.value.hint.startswith("Did you mean pypi? It knows nuget.org, ")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'options = ["1d", "8d", "30d"]',
            'options = ["x"]',
            "lifetimes.options[0]: expected a duration such as 30d, found 'x'",
        ),
        (
            'options = ["1d", "8d", "30d"]',
            "options = 3",
            "lifetimes.options: expected array, got int",
        ),
        ('options = ["1d", "8d", "30d"]', 'options = ["30d", "8d"]', "lifetimes: options must be"),
        ('maximum = "30d"', 'maximum = "8d"', "lifetimes: an option or the default is longer"),
        ('default = "30d"', "", "lifetimes: needs a default"),
        ('title = "nuget.org"', "", "title is missing"),
        ('title = "nuget.org"', 'title = "x"\ntitel = "y"', "titel is not a known field"),
        ('label = "Key Name"', 'lable = "Key Name"', "fields[0].lable is not a known field"),
        ('matching = "glob"', 'matching = "regex"', "matching: invalid enum value 'regex'"),
        ('kind = "regenerate"', 'kind = "magic"', "rotation.kind: invalid enum value 'magic'"),
        ('value = "{name}"', 'value = "{nmae}"', "unknown placeholder {nmae}"),
        ('id = "unlist"', 'id = "push"', "actions need ids that differ"),
        ('permits = ["unlist"]', 'permits = ["fly"]', "actions[2].permits"),
        ('fallback = "Contoso.*"', 'fallback = "*"', "globs.fallback must not cover everything"),
        ('fallback = "Contoso.*"', 'fallback = "a b"', "globs.fallback: Character 2"),
        ('id = "nuget.org"', 'id = "nuget.com"', "id: expected the file's own name"),
        ('matching = "glob"', 'matching = "glob', "line 6"),
    ],
)
def test_a_malformed_profile_is_refused_with_file_and_field(
    old: str, new: str, message: str
) -> None:
    with pytest.raises(ProfileError, match=re.escape(message)) as refused:
        parse_profile(GOOD.replace(old, new, 1), "nuget.org.toml")
    assert refused.value.message.startswith("nuget.org.toml: ")


def test_another_registry_takes_a_file_and_no_code() -> None:
    text = """
        id = "npm"
        title = "npm"
        summary = "The npm registry."
        order = 9
        matching = "glob"
        secret_source = "issued"
        secret_noun = "an npm token"
        takes_from = ["github-packages"]
        owner_help = "Your account."
        globs = {example = "{owner}-x", fallback = "contoso-x", help = "h", everything = "e"}
        lifetimes = {options = ["7d", "90d"], default = "7d", maximum = "90d"}
        rotation = {kind = "replace", note = "n"}
        [[actions]]
        id = "read-write"
        label = "publish"
        permits = ["publish-new", "publish-version", "unlist", "owners"]
        wire = "read-write"
    """
    profile = parse_profile(text, "npm.toml")
    assert profile.parse_actions(["READ-WRITE"]) == ("read-write",)
    token = "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"
    assert profile.recognise(token).verdict == "ok"
    assert profile.recognise(token.replace("npm_", "ghp_")).verdict == "ok"
    assert profile.page("create") is None


FEED = resources.files("vault.registries").joinpath("own-feed.toml").read_text(encoding="utf-8")


def test_a_users_own_profile_adds_a_registry_or_replaces_one(tmp_path: Path) -> None:
    (tmp_path / "our-feed.toml").write_text(FEED.replace('"own-feed"', '"our-feed"', 1))
    (tmp_path / "nuget.org.toml").write_text(GOOD.replace("order = 1", "order = 99", 1))
    found = [profile.id for profile in known(tmp_path)]
    assert sorted(found) == sorted([*IDS, "our-feed"])
    assert found[-1] == "nuget.org"
    assert problems(tmp_path) == ()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"id = 3", "broken.toml: "),
        (b"\xff\xfe", "broken.toml: it is no text in UTF-8"),
        (b"#" * 300_000, "broken.toml: it is too large"),
        (b"a." * 100_000 + b"a = 1", "broken.toml: it has a key of too many parts"),
    ],
)
def test_a_malformed_profile_of_the_users_stands_in_nobodys_way(
    tmp_path: Path, content: bytes, said: str
) -> None:
    (tmp_path / "broken.toml").write_bytes(content)
    (tmp_path / "our-feed.toml").write_text(FEED.replace('"own-feed"', '"our-feed"', 1))
    assert "our-feed" in [profile.id for profile in known(tmp_path)]
    assert [error.message[: len(said)] for error in problems(tmp_path)] == [said]


def test_who_asks_for_a_malformed_profile_is_told_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.toml").write_text('id = "mine"')
    monkeypatch.setattr("vault.registries.loader._own_directory", lambda: tmp_path)
    with pytest.raises(ProfileError, match=r"mine\.toml: title is missing"):
        load("mine")


def base(tmp_path: Path, text: str, name: str = "our-feed") -> Path:
    file = tmp_path / f"{name}.toml"
    file.write_text(text)
    return file


def test_a_profile_on_a_base_says_only_what_differs(tmp_path: Path) -> None:
    text = """
        base = "bagetter"
        addresses = ["https://nuget.contoso.invalid/"]
        [lifetimes]
        default = "30d"
        [rotation]
        note = "Ask Grace."
    """
    profile = read_profile(base(tmp_path, text))
    below = load("bagetter")
    assert (profile.id, profile.title, profile.base) == ("our-feed", "our-feed", "bagetter")
    assert profile.addresses == ("https://nuget.contoso.invalid/",)
    assert profile.lifetimes.default == timedelta(days=30)
    assert profile.lifetimes.options == below.lifetimes.options
    assert (profile.rotation.kind, profile.rotation.note) == ("replace", "Ask Grace.")
    assert profile.actions == below.actions


def test_what_belongs_to_the_bases_server_is_not_taken_over(tmp_path: Path) -> None:
    profile = read_profile(base(tmp_path, 'base = "gitlab-pat"', "our-gitlab"))
    assert (profile.addresses, profile.page("create")) == ((), None)
    assert profile.recognise("glpat-EXAMPLEexample000000").verdict == "ok"
    other = read_profile(base(tmp_path, 'base = "nuget.org"', "mirror"))
    assert other.trusted_publishing is None


def test_a_profile_may_stand_in_for_its_own_base(tmp_path: Path) -> None:
    text = 'base = "npm"\n[lifetimes]\nmaximum = "365d"\n'
    profile = read_profile(base(tmp_path, text, "npm"))
    shipped = load("npm")
    assert profile.lifetimes.maximum == timedelta(days=365)
    assert (profile.title, profile.addresses, profile.pages) == (
        shipped.title,
        shipped.addresses,
        shipped.pages,
    )
    assert profile.takes_from == ()
    assert next(one for one in known(tmp_path) if one.id == "npm").base == "npm"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('base = "nowhere"', "our-feed.toml: line 1: base: expected one of azure-artifacts, "),
        ('base = "../loader"', "our-feed.toml: line 1: base: expected one of"),
        ("base = 3", "our-feed.toml: line 1: base: expected str, got int"),
        ('base = "bagetter"\nid = "other"', "our-feed.toml: id: expected the file's own name"),
        (
            'base = "bagetter"\naddresses = ["nuget.contoso.invalid"]',
            "our-feed.toml: line 2: addresses[0]: expected str matching regex '^(https?",
        ),
        (
            'base = "bagetter"\n[pages]\ncreate = "file:///etc/passwd"',
            "our-feed.toml: line 3: pages.create: expected str matching regex '^(https?",
        ),
        (
            'base = "bagetter"\n\n[lifetimes]\ndefault = "soon"',
            "our-feed.toml: line 4: lifetimes.default: expected a duration",
        ),
        (
            'base = "bagetter"\n\n[lifetimes]\nlongest = "9d"',
            "our-feed.toml: line 4: lifetimes.longest is not a known field",
        ),
        ('base = "bagetter"\nlifetimes = 3', "our-feed.toml: line 2: lifetimes: expected"),
        ('base = "bagetter', "our-feed.toml: Unterminated string (at end of document)"),
        ("a = " + "[" * 5000, "our-feed.toml: its tables stand too deep inside each other"),
    ],
)
def test_a_malformed_profile_on_a_base_names_file_line_and_field(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(ProfileError, match=re.escape(message)):
        read_profile(base(tmp_path, text))
