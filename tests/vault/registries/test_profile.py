from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.errors import GlobRefusedError, ValueRefusedError
from vault.keys.formats.recognition import Outcome
from vault.keys.grant import grants_for
from vault.keys.key import Draft
from vault.keys.own_secret import generate_own_secret
from vault.registries.form import FormField
from vault.registries.loader import known, load
from vault.registries.profile import Profile

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NUGET, FEED, CRATES, PYPI = (load(name) for name in ("nuget.org", "own-feed", "crates.io", "pypi"))
V4 = "oy2iuvoucviouojnrbzaqxjewdop3yseppnqlewvavhupm"
NPM = "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"
PUSH = "Push new packages and package versions"
GUID = "36aafd87-44d7-423b-adb9-ed01493aeb75"


def draft(registry: str, actions: list[str], globs: list[str], life: str) -> Draft:
    profile = load(registry)
    lifetime, _note = profile.parse_lifetime(life, NOW)
    grants = grants_for(profile.parse_actions(actions), profile.parse_globs(globs))
    return Draft("CI push", registry, "contoso", grants, lifetime)


@given(owner=st.text(max_size=80))
def test_the_example_is_a_good_glob_for_every_owner(owner: str) -> None:
    for profile in known():
        (glob,) = profile.parse_globs([profile.glob_example(owner)])
        assert not glob.everything


def test_the_example_carries_the_owners_name_where_it_can() -> None:
    assert NUGET.glob_example("contoso") == "contoso.*"
    assert NUGET.glob_example("Anna Müller") == "Anna-M-ller.*"
    assert NUGET.glob_example("") == "Contoso.*"
    assert CRATES.glob_example("contoso") == "contoso-*"
    assert CRATES.glob_example("007") == "contoso-*"


@pytest.mark.parametrize("profile", known(), ids=lambda profile: profile.id)
def test_every_profile_speaks_in_sentences(profile: Profile) -> None:
    says, rotation = profile.globs, profile.rotation
    told = (profile.summary, profile.owner_help, says.help, says.everything, rotation.note)
    offer = profile.trusted_publishing.note if profile.trusted_publishing else ""
    for text in (*told, *filter(None, (profile.warns, profile.reveals, offer))):
        assert text.endswith(".")
        assert len(text) <= 100
    assert "*" in says.everything
    assert len({action.wire for action in profile.actions}) == len(profile.actions)


def test_actions_are_taken_in_keyfobs_words_and_in_the_registrys() -> None:
    assert NUGET.parse_actions(["push", " UNLIST ", ""]) == ("push", "unlist")
    assert NUGET.parse_actions(["package:pushversion"]) == ("push-version",)
    assert NUGET.parse_actions(["all"], offered_only=False) == ("all",)
    assert [action.id for action in NUGET.offered] == ["push", "push-version", "unlist"]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ([], "The key would be allowed nothing."),
        (["  "], "The key would be allowed nothing."),
        (["publish"], "nuget.org has no action 'publish'."),
        (["all"], "nuget.org has no action 'all'."),
        (["push", "push-version"], "push and push-version exclude each other on nuget.org."),
    ],
)
def test_actions_that_make_no_key_are_refused(names: list[str], message: str) -> None:
    with pytest.raises(ValueRefusedError) as refused:
        NUGET.parse_actions(names)
    assert refused.value.message == message
    assert refused.value.hint


def test_globs_are_trimmed_and_given_once_and_blank_lines_are_passed_over() -> None:
    globs = NUGET.parse_globs([" Contoso.* ", "", "Alpha", "Contoso.*", "  "])
    assert [glob.text for glob in globs] == ["Contoso.*", "Alpha"]


@pytest.mark.parametrize("texts", [[], [""], ["  ", "\n"]])
def test_naming_no_package_is_refused_although_the_registry_would_take_it(
    texts: list[str],
) -> None:
    with pytest.raises(GlobRefusedError, match="No package is named"):
        NUGET.parse_globs(texts)


def test_the_fields_of_nuget_orgs_page_in_its_order() -> None:
    made = draft("nuget.org", ["push", "unlist"], ["Contoso.*", "Alpha", "Beta"], "30d")
    assert [(field.label, field.value) for field in NUGET.fields_for(made)] == [
        ("Key Name", "CI push"),
        ("Expires In", "30 days"),
        ("Package Owner", "contoso"),
        ("Select Scopes", f"{PUSH}, Unlist or relist package versions"),
        ("Glob Pattern", "Contoso.*"),
        ("Available Packages", "Alpha, Beta"),
    ]


def test_one_exact_id_goes_where_an_id_that_does_not_exist_yet_is_taken() -> None:
    fields = NUGET.fields_for(draft("nuget.org", ["push"], ["Alpha"], "1d"))
    assert ("Glob Pattern", "Alpha") in [(field.label, field.value) for field in fields]
    assert ("Expires In", "1 day") in [(field.label, field.value) for field in fields]
    assert "Available Packages" not in [field.label for field in fields]


def test_a_second_glob_is_pointed_out_since_the_page_takes_one() -> None:
    fields = NUGET.fields_for(draft("nuget.org", ["push"], ["A.*", "B.*", "*.C"], "8d"))
    glob = next(field for field in fields if field.label == "Glob Pattern")
    assert glob == FormField(
        "Glob Pattern", "A.*", "The page takes one glob. Make another key for B.*, *.C."
    )


def test_a_value_with_braces_is_not_taken_for_a_placeholder() -> None:
    made = draft("nuget.org", ["push"], ["A.*"], "8d")
    odd = Draft("{owner}{x}", made.registry, made.owner, made.grants, made.lifetime)
    assert NUGET.fields_for(odd)[0].value == "{owner}{x}"


def test_the_fields_of_the_other_pages() -> None:
    crates = CRATES.fields_for(draft("crates.io", ["yank"], ["foo-*", "bar"], "2026-12-24"))
    assert [(field.label, field.value) for field in crates] == [
        ("Name", "CI push"),
        ("Expiration", "2026-12-24"),
        ("Scopes", "yank and unyank versions"),
        ("Crates", "foo-*, bar"),
    ]
    everything = PYPI.fields_for(draft("pypi", ["upload"], ["*"], "never"))
    assert everything[1].value == "Entire account (all projects)"
    project = PYPI.fields_for(draft("pypi", ["upload"], ["keyfob"], "never"))
    assert project[1].value == "Project: keyfob"
    assert FEED.fields_for(draft("own-feed", ["push"], ["*"], "90d")) == ()


@pytest.mark.parametrize(
    ("registry", "fine", "more", "said"),
    [
        ("nuget.org", ["Contoso.*", "Contoso", "Fabrikam.Core"], "Fabrikam.*",
         "A nuget.org key takes one glob, beside whole ids."),
        ("pypi", ["contoso-core"], "contoso-docs", "A PyPI token takes one package."),
        ("npm", [f"@contoso/p{n}" for n in range(50)], "@contoso/q",
         "An npm token takes 50 packages at most."),
        ("crates.io", [f"contoso-{n}-*" for n in range(99)], "", ""),
    ],
)  # fmt: skip
def test_globs_that_no_one_key_covers_are_refused(
    registry: str, fine: list[str], more: str, said: str
) -> None:
    profile = load(registry)
    profile.refuse_too_many(profile.parse_globs(fine))
    if more:
        with pytest.raises(GlobRefusedError) as raised:
            profile.refuse_too_many(profile.parse_globs([*fine, more]))
        assert (raised.value.message, raised.value.hint) == (said, f"Make another key for {more}.")


def test_pages_are_known_for_public_registries_and_not_for_a_feed() -> None:
    assert NUGET.page("create") == "https://www.nuget.org/account/apikeys?forceApiKeys=true"
    assert CRATES.page("manage") == "https://crates.io/settings/tokens"
    assert FEED.page("create") is None


def test_a_host_that_is_not_written_down_comes_from_the_user_or_not_at_all() -> None:
    assert PYPI.page("create", host_of=lambda _name: None) is None
    page = PYPI.page("create", host_of=lambda name: f"{name}.invalid")
    assert page == "https://pypi-host.invalid/manage/account/token/"


@pytest.mark.parametrize(
    ("registry", "text", "outcome", "note"),
    [
        ("nuget.org", V4, Outcome.OK, "This is a nuget.org key (v4)."),
        ("nuget.org", NPM, Outcome.OTHER_REGISTRY,
         "This looks like an npm token, not a nuget.org key."),
        ("pypi", V4[:-1], Outcome.OTHER_REGISTRY,
         "This looks like a nuget.org v4 key, not a PyPI token."),
        ("nuget.org", "hello", Outcome.UNKNOWN,
         "keyfob does not know this format. It is not a nuget.org key."),
        ("own-feed", "hello", Outcome.UNKNOWN, "keyfob does not know this format."),
        ("own-feed", NPM, Outcome.OK, "This is an npm token."),
        ("nuget.org", GUID, Outcome.OK,
         "This is a GUID: a nuget.org key of the old form, or a feed's own."),
        ("crates.io", GUID, Outcome.OTHER_REGISTRY,
         "This looks like a GUID, not a crates.io token."),
        ("nuget.org", "", Outcome.UNKNOWN, "Nothing was pasted. It is not a nuget.org key."),
    ],
)  # fmt: skip
def test_a_pasted_secret_is_judged_for_the_registry_asked_about(
    registry: str, text: str, outcome: Outcome, note: str
) -> None:
    found = load(registry).recognise(text)
    assert (found.verdict, found.note) == (outcome, note)


def test_a_secret_keyfob_made_is_known_in_a_feed_and_foreign_elsewhere() -> None:
    text = generate_own_secret().reveal()
    assert FEED.recognise(text).verdict is Outcome.OK
    assert NUGET.recognise(text).verdict is Outcome.OTHER_REGISTRY


def test_defaults_fit_each_registry() -> None:
    assert NUGET.lifetimes.default == timedelta(days=30)
    assert FEED.lifetimes.default == CRATES.lifetimes.default == timedelta(days=90)
    assert PYPI.lifetimes.default is None
    generated = [profile.id for profile in known() if profile.secret_source == "generated"]
    assert generated == ["bagetter", "proget", "nuget.server", "own-feed"]
    assert "NUGET_API_KEY" in NUGET.clients[0].env
