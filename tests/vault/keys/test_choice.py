from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.keys.choice import choose, rank
from vault.keys.decision import Reason
from vault.keys.glob import Glob
from vault.keys.grant import Grant
from vault.keys.key import Key
from vault.keys.lifetime import Lifetime
from vault.keys.request import Ask, Request
from vault.registries.loader import load

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TABLES = {"nuget.org": load("nuget.org").action_table}
CORE = Request(Ask.PUBLISH, "Contoso.Core", exists=True)


def key(name: str, *globs: str, actions: tuple[str, ...] = ("push",), days: float = 20) -> Key:
    return Key(
        id=name,
        name=name,
        registry="nuget.org",
        owner="contoso",
        grants=tuple(Grant(action, Glob(glob)) for action in actions for glob in globs),
        lifetime=Lifetime(NOW - timedelta(days=5), NOW + timedelta(days=days)),
    )


def order(*keys: Key, request: Request = CORE) -> list[str]:
    return [one.key.name for one in rank(keys, request, TABLES, NOW)]


def test_exact_then_longest_prefix_then_fewest_stars_then_everything() -> None:
    keys = [
        key("all", "*"),
        key("two stars", "Contoso.*o*"),
        key("one star", "Contoso.*"),
        key("long", "Contoso.Co*"),
        key("exact", "Contoso.Core"),
    ]
    expected = ["exact", "long", "one star", "two stars", "all"]
    assert order(*keys) == expected == order(*reversed(keys))


def test_a_key_that_also_covers_everything_is_as_wide_as_that() -> None:
    assert order(key("both", "Contoso.Core", "*"), key("star", "Contoso.*")) == ["star", "both"]


def test_fewer_actions_then_fewer_globs_then_the_sooner_end() -> None:
    many = key("many", "Contoso.Core", actions=("push", "unlist"))
    more = key("more", "Contoso.Core", "Contoso.Web")
    later = key("later", "Contoso.Core", days=25)
    sooner = key("sooner", "Contoso.Core", days=3)
    assert order(many, more, later, sooner) == ["sooner", "later", "more", "many"]


def test_those_that_may_come_before_those_that_depend_before_those_that_may_not() -> None:
    unknown = Request(Ask.PUBLISH, "Contoso.Core")
    may, depends = key("may", "*"), key("depends", "Contoso.Core", actions=("push-version",))
    near, far = key("near", "Contoso.Core.*"), key("far", "Fabrikam.*")
    dead = key("dead", "Contoso.Core", days=-1)
    found = order(dead, far, near, depends, may, request=unknown)
    assert found == ["may", "depends", "near", "far", "dead"]


def test_one_key_is_chosen_for_everything_a_command_does() -> None:
    web = Request(Ask.PUBLISH, "Contoso.Web", exists=True)
    keys = [key("core", "Contoso.Core"), key("web", "Contoso.Web"), key("both", "Contoso.*")]
    both = choose(keys, [CORE, web], TABLES, NOW)
    assert both.key is not None
    assert both.key.name == "both"
    assert choose(keys, [CORE], TABLES, NOW).key == keys[0]


def test_where_no_one_key_does_it_all_that_is_said() -> None:
    web = Request(Ask.PUBLISH, "Contoso.Web", exists=True)
    keys = [key("core", "Contoso.Core"), key("web", "Contoso.Web")]
    none = choose(keys, [CORE, web], TABLES, NOW)
    assert none.key is None
    assert none.split
    assert none.nearest is not None
    assert [one.reason for one in none.refusals] == [Reason.NO_PACKAGE]
    assert not choose(keys[:1], [CORE, web], TABLES, NOW).split


def test_no_key_at_all() -> None:
    assert choose([], [CORE], TABLES, NOW).nearest is None
    with pytest.raises(ValueError, match="nothing"):
        choose([], [], TABLES, NOW)


def test_a_key_that_may_in_any_case_comes_before_a_narrower_one_that_may_not() -> None:
    unknown = Request(Ask.PUBLISH, "Contoso.Core")
    versions, wide = key("versions", "Contoso.Core", actions=("push-version",)), key("wide", "*")
    choice = choose([versions, wide], [unknown], TABLES, NOW)
    assert (choice.key, choice.sure) == (wide, True)
    alone = choose([versions], [unknown], TABLES, NOW)
    assert (alone.key, alone.sure) == (versions, False)


_GLOBS = st.sampled_from(["*", "Contoso.*", "Contoso.Core", "Cont*", "Fabrikam.*", "*.Core"])
_KEYS = st.lists(
    st.builds(
        lambda globs, actions, days: (globs, actions, days),
        st.lists(_GLOBS, min_size=1, max_size=3, unique=True),
        st.sampled_from([("push",), ("push-version",), ("unlist",), ("push", "unlist")]),
        st.integers(-5, 25),
    ),
    max_size=6,
)


@given(_KEYS, st.sampled_from([True, False, None]))
def test_the_chosen_key_is_the_first_of_the_ranking(
    rows: list[tuple[list[str], tuple[str, ...], int]],
    exists: bool | None,  # noqa: FBT001 - drawn by hypothesis
) -> None:
    keys = [
        key(f"k{place}", *globs, actions=actions, days=days)
        for place, (globs, actions, days) in enumerate(rows)
    ]
    request = Request(Ask.PUBLISH, "Contoso.Core", exists=exists)
    ranking = rank(keys, request, TABLES, NOW)
    chosen = choose(keys, [request], TABLES, NOW).key
    able = [one.key for one in ranking if one.verdict.allowed is not False]
    assert chosen == (able[0] if able else None)
    assert {one.key.name for one in ranking} == {one.name for one in keys}
