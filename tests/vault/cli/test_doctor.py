from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from tests.vault.cli.bench import OTHER_V4, V4, Bench


def test_a_healthy_vault(bench: Bench) -> None:
    bench.nuget("ci")
    done = bench.ok("doctor")
    assert done.out == "Nothing is wrong.\n"


def test_what_is_wrong_is_told_with_its_fix_the_worst_first(bench: Bench) -> None:
    bench.nuget("broad")
    bench.ok("edit", "broad", "--glob", "*")
    bench.nuget("short", "--expires", "1d", secret=OTHER_V4)
    bench.later(days=2)
    done = bench.run("doctor")
    assert done.status == 1
    lines = done.out.splitlines()
    assert lines[0] == "! short expired 1 day ago."
    assert lines[1] == "  Give it a new secret, or remove it.  (keyfob rotate short)"
    assert "! broad covers every package there is and every one to come." in lines
    assert lines[-1] == "2 things were found."


def test_one_secret_in_two_keys_is_found(bench: Bench) -> None:
    bench.nuget("one")
    bench.nuget("two", "--allow-duplicate")
    bench.nuget("other", secret=OTHER_V4)
    done = bench.run("doctor")
    assert done.status == 1
    assert done.out.startswith("! one and two hold the same secret.\n")
    assert "other" not in done.out


def test_json_names_kind_key_and_command(bench: Bench) -> None:
    bench.nuget("a b", "--expires", "1d")
    bench.later(days=2)
    [found] = json.loads(bench.run("doctor", "--json").out)
    assert found == {
        "kind": "expired",
        "key": "a b",
        "sentence": "a b expired 1 day ago.",
        "fix": "Give it a new secret, or remove it.",
        "command": "keyfob rotate 'a b'",
        "page": None,
    }
    assert V4 not in json.dumps(found)


@pytest.mark.skipif(os.name != "posix", reason="modes are a POSIX matter")
def test_a_vault_open_to_others_and_without_a_backup(bench: Bench) -> None:
    bench.nuget("ci")
    bench.path.with_name(bench.path.name + ".bak").unlink()
    bench.path.chmod(0o644)
    kinds = {one["kind"] for one in json.loads(bench.run("doctor", "--json").out)}
    assert kinds == {"open-to-others", "no-backup"}


def test_a_clock_that_went_back(bench: Bench) -> None:
    bench.nuget("ci")
    bench.later(days=-3)
    done = bench.run("doctor")
    assert "ci was made in the future, on 2026-11-22." in done.out
    assert "The vault was last saved in the future" in done.out


def test_a_secret_that_also_lies_in_a_file(bench: Bench) -> None:
    bench.nuget("ci")
    (bench.home / "src").mkdir()
    (bench.home / "src" / "publish.sh").write_text(f"#!/bin/sh\nKEY={V4}\nOTHER={OTHER_V4}\n")
    done = bench.run("doctor", "--scan", str(bench.home / "src"))
    assert done.status == 1
    assert f"! ci's secret also lies in {bench.home}/src/publish.sh:2." in done.out
    assert "One thing was found." in done.out
    assert V4 not in done.out
    assert bench.run("doctor", "--scan", str(bench.home / "none")).status == 6


def test_a_ci_that_could_publish_without_a_key_is_told_last_with_the_page(bench: Bench) -> None:
    bench.nuget("ci", "--expires", "1d")
    place = ("--kind", "ci-secret", "--where", "GitHub contoso/core", "--confirmed")
    bench.ok("place", "add", "ci", *place)
    bench.later(days=2)
    done = bench.run("doctor")
    assert done.status == 1
    page = "https://www.nuget.org/account/trustedpublishing"
    assert done.out.splitlines()[2:4] == [
        "! ci may not be needed at GitHub contoso/core.",
        (
            "  nuget.org lets GitHub Actions publish without a key (trusted publishing)."
            f" Set that up, then remove or waive the place.  ({page})"
        ),
    ]
    last = json.loads(bench.run("doctor", "--json").out)[-1]
    assert (last["kind"], last["command"], last["page"]) == ("no-key-needed", None, page)
    bench.ok("rotate", "ci", answers=[OTHER_V4, "w"])
    assert bench.ok("doctor").out == "Nothing is wrong.\n"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such locks")
def test_what_a_killed_run_left_is_gone_afterwards(bench: Bench, tmp_path: Path) -> None:
    session = tmp_path / "session"
    session.mkdir(mode=0o700)
    left = session / "keyfob-run-left"
    left.mkdir(mode=0o700)
    (left / "key.rsp").write_text("made-up")
    bench.environ["XDG_RUNTIME_DIR"] = str(session)
    bench.ok("doctor")
    assert list(session.iterdir()) == []
