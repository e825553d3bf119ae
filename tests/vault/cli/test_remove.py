from __future__ import annotations

import pytest

from tests.vault.cli.bench import Bench


def test_it_is_gone_once_its_name_was_typed(bench: Bench) -> None:
    bench.nuget("ci")
    done = bench.ok("remove", "ci", answers=["ci"])
    assert bench.prompts == ["Type ci to remove it and its secret: "]
    assert bench.vault().keys == []
    assert "nuget.org takes the key until you end it at https://" in done.err


@pytest.mark.parametrize("typed", ["", "y", "yes", "c"])
def test_anything_else_keeps_it(bench: Bench, typed: str) -> None:
    bench.nuget("ci")
    done = bench.run("remove", "ci", answers=[typed])
    assert done.status == 1
    assert "nothing was removed" in done.err
    assert [key.name for key in bench.vault().keys] == ["ci"]


def test_without_a_terminal_yes_must_be_said(bench: Bench) -> None:
    bench.nuget("ci")
    done = bench.run("remove", "ci")
    assert done.status == 2
    assert "--yes" in done.err
    assert [key.name for key in bench.vault().keys] == ["ci"]
    bench.ok("remove", "ci", "--yes")
    assert bench.vault().keys == []


def test_only_a_whole_name_is_removed(bench: Bench) -> None:
    bench.nuget("contoso-push")
    assert bench.run("remove", "contoso", "--yes").status == 5
