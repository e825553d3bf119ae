"""What is sent to a registry's API, what is taken of an answer, and what an error may say."""

from __future__ import annotations

import logging
import ssl
import traceback
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.servers.loopback import HOST, Answers, Call, Loopback, Reply, loopback
from tests.vault.apis.own import CANARY
from vault.apis.base import (
    ApiError,
    ApiUnreachableError,
    ApiUnsureError,
    OtpNeededError,
)
from vault.apis.sending import LONGEST, Answer, Server, basic
from vault.errors import VaultError
from vault.keys.secret import Secret

PASSWORD = "made-up-password-c31f77d0"
PAGE = b"<html><body>Sign in, " + CANARY.encode() + b"</body></html>"


def asking(server: Server, method: str = "POST") -> Answer:
    """A request with two secrets in it."""
    headers = {"PRIVATE-TOKEN": CANARY, "Authorization": basic("alice", Secret(PASSWORD))}
    hidden = [Secret(CANARY), Secret(PASSWORD)]
    return server.ask(method, "/keys", headers=headers, body={"name": "ci"}, hidden=hidden)


def always(reply: Reply) -> Answers:
    return lambda _: reply


def refused(reply: Reply, method: str = "POST", patience: float = 30) -> VaultError:
    """The error for an answer."""
    with loopback(always(reply)) as server, pytest.raises(VaultError) as caught:
        asking(Server("Ours", f"{server.url}/api", patience=patience), method)
    assert len(server.calls) == 1, "nothing is ever sent twice"
    return caught.value


def test_a_request_arrives_as_it_was_meant() -> None:
    with loopback(always(Reply(201, {"token": "x"}))) as server:
        answer = asking(Server("Ours", f"{server.url}/api"))
    (call,) = server.calls
    assert (call.method, call.path, call.json) == ("POST", "/api/keys", {"name": "ci"})
    assert call.headers["private-token"] == CANARY
    assert call.headers["accept"] == "application/json"
    assert call.headers["user-agent"].startswith("keyfob/")
    assert answer.json() == {"token": "x"}
    assert "token" not in repr(answer)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(400, {"message": {"expires_at": ["must be a date"]}}), "expires_at must be a date"),
        (Reply(401, {"message": "401 Unauthorized"}), "works no more (401 Unauthorized)"),
        (Reply(403, {"error": "insufficient_scope"}), "not allowed to (insufficient_scope)"),
        (Reply(404, PAGE, "text/html"), "it knows nothing at this address"),
        (
            Reply(422, {"message": "Errors", "errors": {"name": "is taken"}}),
            "Errors; name is taken",
        ),
        (Reply(429, b"slow down", "text/plain"), "asked too often (slow down)"),
    ],
)
def test_a_refusal_says_what_the_registry_said(reply: Reply, words: str) -> None:
    error = refused(reply)
    assert type(error) is ApiError
    assert words in error.message
    assert error.exit_code == 7


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_failure_of_the_server_leaves_a_change_unsure_and_a_question_unanswered(
    status: int,
) -> None:
    reply = Reply(status, PAGE, "text/html")
    error = refused(reply)
    assert isinstance(error, ApiUnsureError)
    assert error.exit_code == 8
    assert type(refused(reply, "GET")) is ApiError


@pytest.mark.parametrize(
    "reply",
    [
        Reply(0),
        Reply(200, hangs=True),
        Reply(200, b"{", length=100),
        Reply(200, b"x" * (LONGEST + 1)),
    ],
    ids=["broken off", "silent", "half", "huge"],
)
def test_no_whole_answer_is_unsure_for_a_change_only(reply: Reply) -> None:
    patience = 0.3 if reply.hangs else 30
    assert isinstance(refused(reply, "POST", patience), ApiUnsureError)
    assert isinstance(refused(reply, "DELETE", patience), ApiUnsureError)
    assert isinstance(refused(reply, "GET", patience), ApiUnreachableError)


def test_nobody_listening_is_not_unsure() -> None:
    with loopback(always(Reply(200))) as server:
        gone = server.url
    with pytest.raises(ApiUnreachableError, match="nobody listens there") as caught:
        asking(Server("Ours", gone))
    assert caught.value.hint == "Nothing was sent."


def test_no_such_host_is_said() -> None:
    with pytest.raises(ApiUnreachableError, match="no such host"):
        asking(Server("Ours", "https://keyfob.invalid", proxies=lambda _: ""))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_key_is_not_sent_on_to_where_it_is_pointed(status: int, method: str) -> None:
    with loopback(always(Reply(200, {}))) as other:
        moved = Reply(status, headers={"Location": f"{other.url}/steal"})
        error = refused(moved, method)
    assert other.calls == []
    assert f"points to {HOST}" in error.message


@pytest.mark.parametrize(
    "reply",
    [
        Reply(401, {"error": "You must provide a one-time pass"}),
        Reply(401, {"message": "invalid provided OTP"}),
        Reply(401, b"Your OTP code is incorrect.", "text/plain"),
        Reply(401, b"", headers={"WWW-Authenticate": "OTP"}),
        Reply(401, b"You have enabled multifactor authentication", "text/plain"),
    ],
)
def test_a_wish_for_a_one_time_code_is_recognised(reply: Reply) -> None:
    assert isinstance(refused(reply), OtpNeededError)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "reply",
    [
        Reply(401, {"message": f"the token {CANARY} is wrong, and {PASSWORD} as well"}),
        Reply(400, {"error": basic("alice", Secret(PASSWORD))}),
        Reply(422, f"{CANARY}\n{PASSWORD}".encode(), "text/plain"),
        Reply(500, PAGE, "text/html"),
        Reply(302, headers={"Location": f"https://{CANARY}.example/{CANARY}"}),
        Reply(200, CANARY.encode() * 99_999),
        Reply(0),
    ],
)
def test_nothing_of_a_secret_is_in_an_error_or_a_log(
    reply: Reply, method: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    error = refused(reply, method)
    told = "".join(traceback.format_exception(error)) + error.hint + repr(error) + caplog.text
    encoded = basic("alice", Secret(PASSWORD)).partition(" ")[2]
    pieces = [CANARY, PASSWORD, encoded[:12], encoded[-12:]]
    assert [one for one in pieces if one in told] == []


@pytest.mark.parametrize("value", [f"{CANARY}\r\nX-More: 1", f"{CANARY}\N{SNOWMAN}"])
def test_a_value_that_no_header_holds_is_refused_before_it_is_sent(value: str) -> None:
    with loopback(always(Reply(200))) as server, pytest.raises(ApiError) as caught:
        Server("Ours", server.url).ask("POST", "/", headers={"PRIVATE-TOKEN": value})
    assert server.calls == []
    assert CANARY not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    ("address", "warns"),
    [
        ("https://gitlab.contoso.example/api/v4", False),
        ("http://127.0.0.1:8080", False),
        ("http://localhost/api", False),
        ("http://gitlab.contoso.example/api/v4", True),
    ],
)
def test_what_is_not_encrypted_is_said_beforehand(address: str, *, warns: bool) -> None:
    assert bool(Server("Ours", address).warning) is warns


def made_certificate(directory: Path, name: str) -> Path:
    """A certificate that nobody vouches for, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    start = datetime.now(UTC) - timedelta(days=1)
    names: list[x509.GeneralName] = [x509.DNSName(name)]
    if name == HOST:
        names = [x509.IPAddress(ip_address(HOST))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.PrivateFormat.PKCS8
    file = directory / f"{name}.pem"
    secret = key.private_bytes(pem, plain, serialization.NoEncryption())
    file.write_bytes(secret + certificate.public_bytes(pem))
    return file


def serves(file: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def trusts(file: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(file))


def unproxied(server: Loopback, file: Path | None = None) -> Server:
    trust = None if file is None else (lambda: trusts(file))
    return Server("Ours", server.url, trust=trust, proxies=lambda _: "")


def test_a_self_signed_certificate_is_refused_and_said_clearly(tmp_path: Path) -> None:
    tls = serves(made_certificate(tmp_path, HOST))
    with loopback(always(Reply(200)), tls) as server:
        with pytest.raises(ApiUnreachableError) as caught:
            asking(unproxied(server))
        assert server.calls == []
    assert caught.value.message.startswith(f"The certificate of {HOST} is not trusted")
    assert "Nothing was sent" in caught.value.hint


def test_a_trusted_certificate_of_another_host_is_refused(tmp_path: Path) -> None:
    file = made_certificate(tmp_path, "other.example")
    with loopback(always(Reply(200)), serves(file)) as server:
        with pytest.raises(ApiUnreachableError, match="is not trusted"):
            asking(unproxied(server, file))
        assert server.calls == []


def test_a_trusted_certificate_lets_the_request_through(tmp_path: Path) -> None:
    file = made_certificate(tmp_path, HOST)
    with loopback(always(Reply(200, {"ok": 1})), serves(file)) as server:
        assert asking(unproxied(server, file)).json() == {"ok": 1}


def test_a_proxy_gets_the_host_and_never_the_key(tmp_path: Path) -> None:
    file = made_certificate(tmp_path, HOST)

    def proxy(call: Call) -> Reply:
        assert call.method == "CONNECT"
        return Reply(407)

    with loopback(proxy) as between, loopback(always(Reply(200)), serves(file)) as server:
        by_proxy = between.url.replace("http://", "http://me:made-up-proxy-word@")
        asked = Server("Ours", server.url, trust=lambda: trusts(file), proxies=lambda _: by_proxy)
        with pytest.raises(ApiUnreachableError):
            asking(asked)
        (call,) = between.calls
        assert server.calls == []
    assert call.headers["proxy-authorization"].startswith("Basic ")
    assert CANARY not in str(call)
