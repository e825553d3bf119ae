"""Row 8: files and directories that others may read or write."""

from __future__ import annotations

import os
import stat

import pytest

from tests.faults.changes import changes, check_files
from tests.faults.place import new_place
from tests.faults.row import Row, check

TITLE = "loose modes, any umask, another owner"


def inject(row: Row) -> None:
    """Loosen, and look what becomes of it."""
    for mode in (0o640, 0o644, 0o660, 0o666, 0o777, 0o604):
        with row.fault(f"a vault of mode {mode:o}"):
            place = new_place(row.room)
            place.vault.chmod(mode)
            done = place.run("list")
            assert done.status == 0, done.err
            assert f"{mode:o}" in done.err, f"nothing is said of it: {done.err}"
            check_files(place)
    for mask in (0o000, 0o002, 0o022, 0o027, 0o077):
        for name in row.effort.pick(("new",), ("new", "init"), tuple(changes())):
            with row.fault(f"{name} under umask {mask:03o}"):
                change = changes()[name]
                place = change.place(row.room)
                done = change.run(place, umask=mask)
                assert done.status == 0, done.err
                change.check(place, done)
                lock = place.vault.with_name(place.vault.name + ".lock")
                assert stat.S_IMODE(lock.stat().st_mode) == 0o600
    _another_owner(row)


def _another_owner(row: Row) -> None:
    if os.geteuid() != 0:
        row.skip("only root can give a file to another owner")
        return
    with row.fault("root saves the vault of another user"):
        change = changes()["new"]
        place = change.place(row.room)
        for path in (place.vault, place.vault.parent):
            os.chown(path, 12345, 12345)
        done = place.run(*change.argv, stdin=change.stdin)
        assert done.status == 0, done.err
        assert place.vault.stat().st_uid == 12345, "the vault was taken from its owner"
        change.check(place, done)


@pytest.mark.slow
def test_what_others_may_read_is_made_private() -> None:
    check(inject)
