"""Password managers' exports: the keys among the passwords."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tests.vault.cli.bench import OTHER_V4, V4
from tests.vault.moving.reading import GITHUB, NPM, only, read

GUID = "6ba7b810-9dad-41d1-80b4-00c04fd430c8"


def bitwarden(*items: dict[str, Any]) -> str:
    return json.dumps({"encrypted": False, "folders": [], "items": list(items)})


def archive(data: str | bytes, name: str = "export.data") -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("export.attributes", "{}")
        out.writestr(name, data)
    return stream.getvalue()


def onepux(*items: dict[str, Any]) -> bytes:
    return archive(json.dumps({"accounts": [{"attrs": {}, "vaults": [{"items": list(items)}]}]}))


def test_bitwarden_json(tmp_path: Path) -> None:
    text = bitwarden(
        {
            "name": "NuGet push",
            "notes": None,
            "login": {
                "username": "me",
                "password": V4,
                "uris": [{"uri": "https://www.nuget.org/"}],
            },
        },
        {"name": "bank", "login": {"username": "me", "password": "hunter2", "uris": None}},
        {"name": "note", "notes": f"the token is {NPM}.", "fields": [{"value": GITHUB, "type": 1}]},
        {
            "name": "old",
            "login": {"password": GUID, "uris": [{"uri": "https://nuget.org/account"}]},
        },
        {"name": "else", "login": {"password": GUID, "uris": [{"uri": "https://bank.example"}]}},
    )
    found = read(tmp_path, "bitwarden", text)
    assert [(one.secret, one.title) for one in found.seen] == [
        (V4, "NuGet push"),
        (NPM, "note"),
        (GITHUB, "note"),
        (GUID, "old"),
    ]
    assert found.seen[0].owner == "me"
    assert found.seen[0].address == "https://www.nuget.org/"


def test_an_encrypted_export_says_so(tmp_path: Path) -> None:
    reasons = read(tmp_path, "bitwarden", '{"encrypted": true, "data": "2.x"}').reasons
    assert reasons[""].startswith("It was skipped: it is encrypted. Export it once more")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        "nonsense",
        '{"items": 5}',
        "[" * 200_000,
        '{"items":' + "[" * 200_000,
        '{"items":[],"x":1' + "0" * 100_000 + "}}",
        '{"items":[{"name":' + "9" * 50_000 + "}]}",
    ],
)
def test_what_is_no_bitwarden_export_is_skipped(tmp_path: Path, content: str) -> None:
    found = read(tmp_path, "bitwarden", content)
    assert found.reasons == {"": "It was skipped: it is no export of Bitwarden."}


def test_onepassword_1pux(tmp_path: Path) -> None:
    item = {
        "overview": {"title": "NuGet", "url": "https://www.nuget.org/"},
        "details": {
            "loginFields": [
                {"value": "me", "designation": "username"},
                {"value": V4, "designation": "password"},
            ],
            "notesPlain": "",
            "sections": [
                {"fields": [{"value": {"concealed": OTHER_V4}}, {"value": {"date": 5}}]},
                {"title": "empty"},
            ],
        },
    }
    found = read(tmp_path, "1password", onepux(item, {"details": {}}))
    assert [one.secret for one in found.seen] == [V4, OTHER_V4]
    assert found.seen[0][2:] == ("NuGet", "https://www.nuget.org/", "", "me")


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\5\6" + bytes(18), archive("{}", "other"), archive("[" * 200_000), archive("{}")],
)
def test_what_is_no_1pux_is_skipped(tmp_path: Path, content: bytes) -> None:
    found = read(tmp_path, "1password", content)
    assert found.seen == []
    assert found.reasons[""].startswith("It was skipped: it ")


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    found = read(tmp_path, "1password", archive(b"[" + b" " * (40 << 20)))
    assert found.reasons[""].startswith("It was skipped")


CSVS = {
    "bitwarden": (
        "folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password\n"
        f',,login,NuGet,"two\nlines",,0,https://www.nuget.org/,me,{V4}\n'
        f",,note,npm,see {NPM},,0,,,\n"
    ),
    "1password": (
        "Title,Url,Username,Password,OTPAuth,Favorite,Archived,Tags,Notes\n"
        f"NuGet,https://www.nuget.org/,me,{V4},,false,false,,two\n"
        f"npm,,,hunter2,,false,false,,{NPM}\n"
    ),
    "keepass": (
        '"Account","Login Name","Password","Web Site","Comments"\n'
        f'"NuGet","me","{V4}","https://www.nuget.org/","a \\" b"\n'
        f'"npm","","{NPM}","",""\n'
    ),
    "keepassxc": (
        '"Group","Title","Username","Password","URL","Notes","TOTP"\n'
        f'"Root","NuGet","me","{V4}","https://www.nuget.org/","",""\n'
        f'"Root","npm","","{NPM}","","",""\n'
    ),
}


@pytest.mark.parametrize("manager", CSVS)
def test_csv(tmp_path: Path, manager: str) -> None:
    found = read(tmp_path, "csv", CSVS[manager])
    first, second = found.seen
    assert first == (V4, 2, "NuGet", "https://www.nuget.org/", "", "me")
    assert (second.secret, second.title) == (NPM, "npm")
    assert second.line == (4 if manager == "bitwarden" else 3)


def test_a_csv_without_passwords_is_skipped(tmp_path: Path) -> None:
    assert "names no column of passwords" in read(tmp_path, "csv", f"a,b\n{V4},x\n").reasons[""]


def test_a_field_too_long_for_a_key_is_passed_over(tmp_path: Path) -> None:
    text = f"name,password\nbig,{'x' * 70_000}\nhuge,{'y' * 200_000}\nNuGet,{V4}\n"
    found = read(tmp_path, "csv", text)
    assert [one.secret for one in found.seen] == [V4]
    assert found.reasons["big"] == "One of its fields is too long for a key."


def keepass(entry: str) -> str:
    return f"<KeePassFile><Meta/><Root><Group><Name>x</Name>{entry}</Group></Root></KeePassFile>"


def field(key: str, value: str) -> str:
    return f"<String><Key>{key}</Key><Value ProtectInMemory='True'>{value}</Value></String>"


def test_keepass_xml(tmp_path: Path) -> None:
    old = f"<History><Entry>{field('Password', OTHER_V4)}</Entry></History>"
    entry = field("Title", "NuGet &amp; co") + field("UserName", "me") + field("Password", V4)
    entry += field("URL", "https://www.nuget.org/") + field("Notes", "") + old
    found = read(tmp_path, "keepass", keepass(f"<Entry>{entry}</Entry>"))
    seen = only(found)
    assert (seen["secret"], seen["title"], seen["owner"]) == (V4, "NuGet & co", "me")


@pytest.mark.parametrize(
    "content", ["", "x", "<a/>", "<KeePassFile>", "<KeePassFile>" + "<a>" * 999]
)
def test_what_is_no_keepass_export_is_skipped(tmp_path: Path, content: str) -> None:
    found = read(tmp_path, "keepass", content)
    assert found.seen == []
    assert found.reasons[""].startswith("It was skipped: it is")
