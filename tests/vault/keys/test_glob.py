from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.errors import GlobRefusedError
from vault.keys.glob import (
    MAX_ID_LENGTH,
    Glob,
    Matching,
    charset_problem,
    glob_match,
    is_package_id,
    normalise_project,
    registry_accepts,
)

PATTERNS = st.text(alphabet="aAbB.*-?\n\u0130k\u212a", max_size=10)
IDS = st.text(alphabet="aAbB.*-?\n\u0130k\u212a", max_size=14)


def ascii_lower(text: str) -> str:
    return "".join(chr(ord(char) + 32) if "A" <= char <= "Z" else char for char in text)


def reference(pattern: str, package_id: str) -> bool:
    """The textbook table: reach[i]: the pattern so far covers the first i characters."""
    pattern, package_id = ascii_lower(pattern), ascii_lower(package_id)
    reach = [True] + [False] * len(package_id)
    for char in pattern:
        if char == "*":
            for i in range(1, len(reach)):
                reach[i] = reach[i] or reach[i - 1]
        else:
            reach = [False] + [reach[i] and package_id[i] == char for i in range(len(package_id))]
    return bool(pattern) and reach[-1]


@given(PATTERNS, IDS)
def test_it_agrees_with_the_textbook_matcher(pattern: str, package_id: str) -> None:
    assert glob_match(pattern, package_id) == reference(pattern, package_id)


@given(st.lists(st.text(alphabet="abAB.-", min_size=1, max_size=4), max_size=5), st.data())
def test_an_id_made_from_the_pattern_is_covered(pieces: list[str], data: st.DataObject) -> None:
    filler = st.text(alphabet="abAB.-", max_size=3)
    made = data.draw(filler) + "".join(piece + data.draw(filler) for piece in pieces)
    assert glob_match("*" + "".join(f"{piece}*" for piece in pieces), made.swapcase())


@given(PATTERNS, IDS)
def test_capitals_and_doubled_stars_change_nothing(pattern: str, package_id: str) -> None:
    answer = glob_match(pattern, package_id)
    assert glob_match(pattern.replace("*", "**"), package_id) == answer
    assert glob_match(ascii_lower(pattern), package_id) == answer


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    ("pattern", "package_id"),
    [
        ("*a" * 3_000 + "*b", "a" * 200_000),
        ("*" + "a" * 90 + "b*", "a" * 200_000),
        ("a*" * 50_000 + "b", "a" * 100_000),
        ("*ab" * 30_000 + "*c", "ab" * 60_000),
    ],
)
def test_patterns_that_choke_a_regular_expression_are_answered_at_once(
    pattern: str, package_id: str
) -> None:
    assert not glob_match(pattern, package_id)


@pytest.mark.parametrize(
    ("pattern", "problem"), [("Contoso.*", None), ("a b", 1), ("пакет", 0), ("a\n", 1), ("", None)]
)
def test_the_first_character_the_form_refuses_is_found(pattern: str, problem: int | None) -> None:
    assert charset_problem(pattern) == problem


def test_what_was_typed_is_trimmed() -> None:
    assert Glob.parse("  Contoso.* \n").text == "Contoso.*"


@pytest.mark.parametrize("blank", ["", "  ", "\t\n"])
@pytest.mark.parametrize("matching", Matching)
def test_an_empty_pattern_is_refused_everywhere(blank: str, matching: Matching) -> None:
    with pytest.raises(GlobRefusedError, match="empty"):
        Glob.parse(blank, matching)


@pytest.mark.parametrize(
    ("text", "matching", "position"),
    [
        ("  Con toso.*", Matching.GLOB, 5),
        ("Contoso.?", Matching.GLOB, 8),
        (" te*st", Matching.PREFIX, 3),
        ("**", Matching.PREFIX, 0),
        ("my-*", Matching.PROJECT, 3),
    ],
)
def test_a_refusal_points_at_the_place_in_the_text_as_typed(
    text: str, matching: Matching, position: int
) -> None:
    with pytest.raises(GlobRefusedError) as refused:
        Glob.parse(text, matching)
    assert refused.value.position == position
    assert refused.value.hint


@pytest.mark.parametrize(
    ("text", "matching"),
    [
        ("Contoso..Web", Matching.GLOB),
        (".Contoso", Matching.GLOB),
        ("d" * (MAX_ID_LENGTH + 1), Matching.GLOB),
        ("1foo", Matching.PREFIX),
        ("foo.*", Matching.PREFIX),
        ("f" * 65, Matching.PREFIX),
        ("-foo", Matching.PROJECT),
        ("foo/bar", Matching.PROJECT),
    ],
)
def test_what_could_never_name_a_package_is_refused(text: str, matching: Matching) -> None:
    with pytest.raises(GlobRefusedError):
        Glob.parse(text, matching)


def test_an_id_may_have_128_characters_and_no_more() -> None:
    assert is_package_id("d" * 128)
    assert not is_package_id("d" * 129)
    assert not is_package_id("a\n")


def test_a_registry_sees_the_spaces_keyfob_trims() -> None:
    assert registry_accepts("foo*", Matching.PREFIX)
    assert not registry_accepts(" foo*", Matching.PREFIX)
    assert not registry_accepts("", Matching.PREFIX)


def test_crates_are_compared_letter_by_letter() -> None:
    assert Glob("foo*", Matching.PREFIX).covers("foo-bar")
    assert not Glob("foo*", Matching.PREFIX).covers("Foo")
    assert not Glob("foo-bar", Matching.PREFIX).covers("foo_bar")


@pytest.mark.parametrize("name", ["my-project", "My_Project", "my.project", "MY--PROJECT"])
def test_projects_are_compared_by_their_normalised_names(name: str) -> None:
    assert Glob("My.Project", Matching.PROJECT).covers(name)
    assert normalise_project(name) == "my-project"


def test_a_glob_knows_whether_it_is_exact_and_whether_it_covers_everything() -> None:
    assert Glob("Contoso.Web").exact
    assert not Glob("Contoso.*").exact
    assert Glob("**").everything
    assert not Glob("*.Web").everything
    assert Glob("Contoso.*.Api").prefix == "Contoso."
    assert str(Glob("Contoso.*")) == "Contoso.*"


def test_a_glob_has_a_longest_length() -> None:
    assert Glob.parse("*" * 256).everything
    with pytest.raises(GlobRefusedError, match="257"):
        Glob.parse("a" * 257)


@pytest.mark.parametrize(
    ("pattern", "covered", "left_out"),
    [
        ("@contoso/*", ["@contoso/core", "@Contoso/Web"], ["@contoso/", "@contosoish/x", "core"]),
        ("@contoso", ["@contoso/core"], ["@contoso", "contoso/core"]),
        ("contoso/tool", ["contoso/tool", "Contoso/Tool"], ["contoso/tools", "contoso/tool/x"]),
        ("left-pad", ["left-pad"], ["left_pad", "@x/left-pad"]),
        ("*", ["left-pad", "@contoso/core"], []),
    ],
)
def test_a_scope_covers_what_is_below_it(
    pattern: str, covered: list[str], left_out: list[str]
) -> None:
    glob = Glob.parse(pattern, Matching.SCOPE)
    assert [name for name in [*covered, *left_out] if glob.covers(name)] == covered


def test_an_exact_name_covers_itself_alone() -> None:
    glob = Glob.parse("contoso", Matching.EXACT)
    names = ["contoso", "Contoso", "contoso-core", "*"]
    assert [name for name in names if glob.covers(name)] == ["contoso"]
    assert Glob.parse("*", Matching.EXACT).covers("anything")


@pytest.mark.parametrize(
    ("pattern", "matching"),
    [
        ("contoso-*", Matching.EXACT),
        ("con toso", Matching.EXACT),
        ("-contoso", Matching.EXACT),
        ("@contoso/co*", Matching.SCOPE),
        ("*/core", Matching.SCOPE),
        ("@/core", Matching.SCOPE),
        ("a/b/c", Matching.SCOPE),
        ("@contoso/", Matching.SCOPE),
    ],
)
def test_what_the_registry_has_no_words_for_is_refused(pattern: str, matching: Matching) -> None:
    with pytest.raises(GlobRefusedError):
        Glob.parse(pattern, matching)
