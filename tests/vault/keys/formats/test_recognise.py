from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.errors import ValueRefusedError
from vault.keys.formats.crates import PREFIX_TRUSTED, trusted_checksum
from vault.keys.formats.macaroon import attenuate
from vault.keys.formats.recognise import clean_pasted, recognise, refuse_unfit
from vault.keys.formats.recognition import Outcome

V4 = "oy2iuvoucviouojnrbzaqxjewdop3yseppnqlewvavhupm"
V5 = "a" * 52 + "JQQJ99ALN5P0000LZENeS003NUGTB4Rc"
GUID = "36aafd87-44d7-423b-adb9-ed01493aeb75"
AZURE = "a" * 52 + "JQQJ99AL" + "A" * 16 + "AZDO2kgE"
NPM = "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"
CIO = "cioEXAMPLEexample0000EXAMPLEexample"
TRUSTED = PREFIX_TRUSTED + "gGK6jurSwKyl9V3Az19z7YEFQI9aoOOd"
PYPI = (
    "pypi-AgEIcHlwaS5vcmcCJDAwMDAwMDAwLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDAwMAACE1sxLFsia2V5Zm9iLWRl"
    "bW8iXV0AAixbMixbIjAwMDAwMDAwLTAwMDAtNDAwMC04MDAwLTAwMDAwMDAwMDAwMSJdXQAABiAVb5M1L9WFe6OG1qs8rnX"
    "t7tvIsExe-UVG3-SSTouDUA"
)

KNOWN = {
    V4: ("nuget v4", "nuget.org", "This is a nuget.org key (v4)."),
    V4.upper(): ("nuget v4", "nuget.org", "This is a nuget.org key (v4)."),
    GUID: ("guid", None, "This is a GUID: a nuget.org key of the old form, or a feed's own."),
    NPM: ("npm token", "npm", "This is an npm token."),
    NPM.replace("npm_", "ghp_"): ("github token", "github-packages", "This is a GitHub token."),
    CIO: ("crates.io token", "crates.io", "This is a crates.io token."),
    TRUSTED: (
        "crates.io trusted publishing token",
        "crates.io",
        "This is a crates.io trusted publishing token.",
    ),
    PYPI: ("pypi token", "pypi", "This is a PyPI token for keyfob-demo."),
    "rubygems_" + "0a" * 24: ("rubygems key", "rubygems", "This is a RubyGems key."),
    "glpat-EXAMPLEexample000000": ("gitlab token", "gitlab-pat", "This is a GitLab token."),
    "gldt-EXAMPLEexample000000": (
        "gitlab deploy token",
        "gitlab-deploy",
        "This is a GitLab deploy token.",
    ),
    "dckr_pat_EXAMPLEexample0000EXAMPLEex": (
        "docker hub token",
        "dockerhub",
        "This is a Docker Hub token.",
    ),
    AZURE: ("azure token", "azure-artifacts", "This is an Azure DevOps token, made in 2024-12."),
    "abcdefghijklmnopqrstuvwxyz" * 2: (
        "azure token of old",
        "azure-artifacts",
        "This is an Azure DevOps token.",
    ),
    "0123456789abcdef" * 2: (
        "hex 32",
        None,
        "These are 32 hex digits: a Hex key, or a GUID without its dashes.",
    ),
    "0123456789abcdef01234567" + "89abcdef" * 2: (
        "hex 40",
        None,
        "These are 40 hex digits: a Gitea or Forgejo token, or another server's.",
    ),
}


@pytest.mark.parametrize("text", KNOWN)
def test_a_known_format_is_named_in_one_plain_sentence(text: str) -> None:
    found = recognise(text)
    assert (found.format, found.registry, found.note) == KNOWN[text]
    assert found.verdict is Outcome.OK


DAMAGED = {
    V4[:-1]: "This looks like a nuget.org v4 key, but it has 45 characters instead of 46: "
    "was it cut off while copying?",
    V4[:-1] + "1": "This looks like a nuget.org v4 key, but it has a character no such key has: "
    "was it typed?",
    V5[:-1] + "d": "This looks like a nuget.org v5 key, but its checksum is wrong: "
    "was it cut off while copying?",
    V5[:-3]: "This looks like a nuget.org v5 key, but it does not have 84 characters: "
    "was it cut off while copying?",
    V5.lower(): "This looks like a nuget.org v5 key, but its capital and small letters were "
    "changed, and they matter.",
    NPM[:-1] + "m": "This looks like an npm token, but its checksum is wrong: "
    "was it typed, or cut off while copying?",
    CIO[:-2]: "This looks like a crates.io token, but it has 33 characters instead of 35: "
    "was it cut off while copying?",
    TRUSTED[:-1] + "x": "This looks like a crates.io trusted publishing token, but its check "
    "character is wrong: was it cut off while copying?",
    AZURE[:-1] + "F": "This looks like an Azure DevOps token, but its checksum is wrong: "
    "was it typed, or cut off while copying?",
    AZURE[:-2]: "This looks like an Azure DevOps token, but it is not whole: "
    "was it cut off while copying?",
    "glpat-EXAMPLEexample0": "This looks like a GitLab token, but it is not whole: "
    "was it cut off while copying?",
    "github_pat_1EXAMPLEEXAMPLEEXAMPLE_EX": "This looks like a GitHub fine-grained token, but it "
    "is not whole: was it cut off while copying?",
    PYPI[:-9]: "This looks like a PyPI token, but it is not whole: was it cut off while copying?",
}


@pytest.mark.parametrize("text", DAMAGED)
def test_a_damaged_key_is_told_from_an_unknown_one(text: str) -> None:
    found = recognise(text)
    assert found.verdict is Outcome.DAMAGED
    assert found.note == DAMAGED[text]


@pytest.mark.parametrize(
    "text", ["my-feed-password", "oy2", "cio", "ci-key", "12345678", "x" * 9_000]
)
def test_any_other_text_is_unknown_and_nothing_worse(text: str) -> None:
    found = recognise(text)
    assert (found.verdict, found.format, found.registry) == (Outcome.UNKNOWN, "", None)


def test_a_v5_key_says_when_it_was_made_when_it_ends_and_for_whom() -> None:
    found = recognise(V5)
    assert found.created == datetime(2024, 12, 5, 13, 30, tzinfo=UTC)
    assert found.expires == datetime(2024, 12, 5, 13, 45, tzinfo=UTC)
    assert found.owner_hint == "nuget.org account number 1337"


def test_a_pypi_token_says_its_projects_and_the_end_that_was_added_to_it() -> None:
    found = recognise(attenuate(PYPI, ["[0,1800000600,1800000000]"]))
    assert found.projects == ("keyfob-demo",)
    assert found.expires == datetime(2027, 1, 15, 8, 10, tzinfo=UTC)


@pytest.mark.parametrize("around", [" {} ", "{}\n", "\r\n\t{}\r\n", "\ufeff{}\u200b", "\u00a0{}"])
def test_blanks_around_a_pasted_key_are_left_out_and_mentioned(around: str) -> None:
    pasted = around.format(V4)
    assert clean_pasted(pasted) == V4
    found = recognise(pasted)
    assert found.note == "This is a nuget.org key (v4). Spaces around it were left out."


def test_a_blank_inside_is_left_alone_and_pointed_out() -> None:
    wrapped = f"{V4[:20]}\n{V4[20:]}"
    assert clean_pasted(wrapped) == wrapped
    assert "line break inside it" in recognise(wrapped).note


@pytest.mark.parametrize("nothing", ["", "  \n"])
def test_an_empty_paste_is_said_to_be_empty(nothing: str) -> None:
    assert clean_pasted(nothing) == ""
    assert recognise(nothing).note == "Nothing was pasted."


@given(st.one_of(st.text(max_size=120), st.from_regex(r"(oy2|cio|npm_|pypi-|kfob_|\{)[!-~]{9,99}")))
def test_no_text_breaks_it_and_none_is_repeated_in_the_answer(text: str) -> None:
    found = recognise(text)
    secret = clean_pasted(text)
    assert found.note.endswith((".", "?"))
    assert found.note.isprintable()
    if len(secret) > 8:
        assert secret not in repr(found)


@pytest.mark.parametrize("text", [*KNOWN, *DAMAGED])
def test_no_stretch_of_a_real_secret_is_in_the_answer(text: str) -> None:
    shown = repr(recognise(text))
    assert not any(text[at : at + 8] in shown for at in range(8, len(text) - 8))


def test_the_check_character_of_crates_io() -> None:
    assert trusted_checksum("gGK6jurSwKyl9V3Az19z7YEFQI9aoOO") == "d"
    assert trusted_checksum("0" * 31) == "w"


@pytest.mark.parametrize("char", "\0\x1b\x7f\x9b\u200b\u202e\u2028\ue000\n")
def test_a_secret_with_an_invisible_character_inside_is_refused(char: str) -> None:
    refuse_unfit("made-up ké\u00a0y")
    with pytest.raises(ValueRefusedError, match="invisible") as caught:
        refuse_unfit(f"made{char}up")
    assert char not in caught.value.message + caught.value.hint
