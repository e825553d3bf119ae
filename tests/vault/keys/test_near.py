from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.keys.glob import Glob, Matching
from vault.keys.near import Near, near_miss, preview

GLOB, PREFIX, PROJECT = Matching.GLOB, Matching.PREFIX, Matching.PROJECT


@pytest.mark.parametrize(
    ("pattern", "matching", "package_id", "kind", "better"),
    [
        ("Alpha.*", GLOB, "Alpha", Near.STEM, "Alpha*"),
        ("Alpha.*", GLOB, "alpha", Near.STEM, "Alpha*"),
        ("Alpha.*", GLOB, "AlphaCore", Near.WORD, "Alpha*"),
        ("*.Tests", GLOB, "ContosoTests", Near.WORD, "*Tests"),
        ("*.Web.*", GLOB, "Contoso.Web", Near.WORD, "*.Web*"),
        ("Contoso.*.Api", GLOB, "Contoso.Api", Near.WORD, "Contoso*.Api"),
        ("Alpha", GLOB, "Alpha.Core", Near.BELOW, "Alpha.*"),
        ("Alpha.*", GLOB, "Alpha-Core", Near.SEPARATOR, "Alpha-*"),
        ("Contoso-Web", GLOB, "Contoso.Web", Near.SEPARATOR, "Contoso.Web"),
        ("Alpha.Core", GLOB, "Alpha.Core.1.2.3", Near.VERSION, ""),
        ("Alpha.Core", GLOB, "Alpha.Core.1.2.3-beta.1.nupkg", Near.VERSION, ""),
        ("foo*", PREFIX, "Foobar", Near.CASE, "Foo*"),
        ("foo", PREFIX, "FOO", Near.CASE, "FOO"),
        ("foo_*", PREFIX, "foo-bar", Near.SEPARATOR, "foo-*"),
        ("foo-bar", PREFIX, "foo_bar", Near.SEPARATOR, "foo_bar"),
        ("foo-*", PREFIX, "foo", Near.STEM, "foo*"),
        ("foo", PROJECT, "foo-bar", Near.BELOW, ""),
        ("foo", PROJECT, "foo-1.2.3.tar.gz", Near.VERSION, ""),
    ],
)
def test_a_near_miss_has_a_kind_and_a_glob_that_would_do(
    pattern: str, matching: Matching, package_id: str, kind: Near, better: str
) -> None:
    miss = near_miss(Glob(pattern, matching), package_id)
    assert miss is not None
    assert (miss.kind, miss.better) == (kind, better)
    if better:
        assert Glob(better, matching).covers(package_id)
    assert package_id in miss.why
    assert miss.why.endswith(".")
    assert len(miss.kind.value) <= 20


def test_the_sentence_of_the_famous_confusion() -> None:
    miss = near_miss(Glob("Alpha.*"), "Alpha")
    assert miss is not None
    assert f"{miss.why} {miss.fix}" == (
        "Alpha.* needs a . after Alpha. Add the id Alpha, or use Alpha*"
    )


@pytest.mark.parametrize(
    ("pattern", "package_id"),
    [
        ("Alpha.*", "Alpha.Core"),
        ("Alpha.*", "Beta"),
        ("Alpha", "Alphabet"),
        ("*", "Alpha"),
        ("*.*", "Alpha"),
        ("*.Tests", "Contoso.Web"),
        ("Alpha.*", "Alpha" + "x" * 400),
    ],
)
def test_covered_or_far_away_is_no_near_miss(pattern: str, package_id: str) -> None:
    assert near_miss(Glob(pattern), package_id) is None


def test_a_preview_sorts_each_id_once_in_the_order_given() -> None:
    ids = ["Beta", "Alpha.Web", "Alpha", "alpha.core", "Alpha", "AlphaCore"]
    result = preview([Glob("Alpha.*"), Glob("Gamma")], ids)
    assert result.covered == ("Alpha.Web", "alpha.core")
    assert [miss.package_id for miss in result.near] == ["Alpha", "AlphaCore"]
    assert result.others == ("Beta",)


@given(
    st.lists(st.text(alphabet="aAbB1.-_*", min_size=1, max_size=6), max_size=3),
    st.lists(st.text(alphabet="aAbB12.-_", max_size=10), max_size=8),
    st.sampled_from(Matching),
)
def test_every_id_lands_in_exactly_one_group(
    patterns: list[str], ids: list[str], matching: Matching
) -> None:
    globs = [Glob(pattern, matching) for pattern in patterns]
    result = preview(globs, ids)
    groups = [*result.covered, *(miss.package_id for miss in result.near), *result.others]
    assert sorted(groups) == sorted(set(ids))
    for package_id in ids:
        covered = any(glob.covers(package_id) for glob in globs)
        assert covered == (package_id in result.covered)
    for miss in result.near:
        if miss.better:
            assert Glob(miss.better, matching).covers(miss.package_id)


@pytest.mark.timeout(20)
def test_many_ids_are_no_work() -> None:
    ids = [f"Alpha{number}.Core" for number in range(10_000)]
    assert len(preview([Glob("Alpha.*"), Glob("*.Tests")], ids).near) == 10_000
