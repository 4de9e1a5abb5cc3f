"""One file comes whole, whatever the server does, or it is said why not."""

from __future__ import annotations

import errno
import hashlib
import resource
import ssl
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import IO

import pytest

from tests.models import hub as behaviours
from tests.models.hub import Hub, redirect, stalled, status, truncated
from voicestream_tui.errors import ModelError
from voicestream_tui.models import addresses, transfer
from voicestream_tui.models.partial import Fetched, Wanted, append
from voicestream_tui.models.problems import PassingError, of_disk, of_network, retry_after
from voicestream_tui.models.transfer import Stopped, Transfer, Watcher
from voicestream_tui.models.web import Web

CONTENT = bytes(range(256)) * 64
SHA256 = hashlib.sha256(CONTENT).hexdigest()
WHOLE = Fetched(len(CONTENT), SHA256)
FILE = "/me/model/resolve/main/model.bin"


class Fetcher:
    """A transfer that waits for nothing, and what it was told."""

    def __init__(self, hub: Hub, tmp_path: Path, token: str = "", patience: float = 10.0) -> None:
        self.part = tmp_path / "model.bin.part"
        self.waited: list[float] = []
        self.causes: list[str] = []
        self.begun: list[tuple[int, int | None]] = []
        self.stop = threading.Event()
        self.transfer = Transfer(
            Web(addresses.Hub(hub.address, token), patience),
            Watcher(
                begins=lambda path, have, size: self.begun.append((have, size)),
                waits=lambda path, cause, seconds: self.causes.append(cause),
            ),
            self.stop,
            self.waited.append,
        )

    def fetch(self, url: str, size: int | None = None, sha256: str = "", page: str = "") -> Fetched:
        return self.transfer.fetch(Wanted("a-model/model.bin", url, size, sha256, page), self.part)

    def fails(self, url: str, size: int | None = None, sha256: str = "") -> ModelError:
        with pytest.raises(ModelError) as caught:
            self.fetch(url, size, sha256, "https://hub.example/me/model")
        assert caught.value.hint
        return caught.value


@pytest.fixture
def fetcher(hub: Hub, tmp_path: Path) -> Fetcher:
    return Fetcher(hub, tmp_path)


def ranges(hub: Hub) -> list[str]:
    return [asked.headers.get("range", "") for asked in hub.asked]


def test_a_file_comes_whole(hub: Hub, fetcher: Fetcher) -> None:
    assert fetcher.fetch(hub.put(FILE, CONTENT), len(CONTENT), SHA256) == WHOLE
    assert fetcher.part.read_bytes() == CONTENT
    assert fetcher.begun == [(0, len(CONTENT))]
    assert hub.asked[0].headers["accept-encoding"] == "identity"
    assert hub.asked[0].headers["user-agent"].startswith("voicestream-tui/")


def test_an_empty_file_is_a_file(hub: Hub, fetcher: Fetcher) -> None:
    assert fetcher.fetch(hub.put(FILE, b"")).size == 0


@pytest.mark.parametrize("behave", [behaviours.chunked, behaviours.without_ranges])
def test_a_file_of_unknown_length_or_without_a_tag_comes_too(
    hub: Hub, fetcher: Fetcher, behave: behaviours.Behaviour
) -> None:
    assert fetcher.fetch(hub.put(FILE, CONTENT, behave)) == WHOLE


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_redirects_are_followed(hub: Hub, fetcher: Fetcher, code: int) -> None:
    hub.put("/me/model/resolve/main/there", CONTENT)
    url = hub.put(FILE, b"", redirect("/me/model/resolve/main/there", code))
    assert fetcher.fetch(url) == WHOLE


def test_a_relative_redirect_is_relative_to_what_was_asked(hub: Hub, fetcher: Fetcher) -> None:
    hub.put("/me/model/resolve/there", CONTENT)
    assert fetcher.fetch(hub.put(FILE, b"", redirect("../there"))) == WHOLE


def test_the_token_is_shown_to_the_hub_and_not_to_where_it_sends_on(
    hub: Hub, elsewhere: Hub, tmp_path: Path
) -> None:
    there = elsewhere.put("/blob", CONTENT)
    url = hub.put(FILE, b"", redirect(there))
    assert Fetcher(hub, tmp_path, token="secret").fetch(url) == WHOLE
    assert hub.asked[0].headers["authorization"] == "Bearer secret"
    assert "authorization" not in elsewhere.asked[0].headers


def test_an_address_that_is_not_ascii_is_asked_for_quoted(hub: Hub, fetcher: Fetcher) -> None:
    hub.put("/%E5%A3%B0%20100%25.bin?a=%C3%A9", CONTENT)
    assert fetcher.fetch(f"{hub.address}/声 100%25.bin?a=é") == WHOLE


@pytest.mark.parametrize(
    ("sent", "asked"), [("/声.bin".encode(), "/%E5%A3%B0.bin"), (b"/\xe9.bin", "/%E9.bin")]
)
def test_a_redirect_in_other_bytes_than_ascii_is_followed(
    hub: Hub, fetcher: Fetcher, sent: bytes, asked: str
) -> None:
    hub.put(asked, CONTENT)
    assert fetcher.fetch(hub.put(FILE, b"", redirect(sent.decode("latin-1")))) == WHOLE


@pytest.mark.parametrize("target", ["https://[", "https://a..b/x", "https://x:y/z"])
def test_a_redirect_to_what_is_no_address_is_told(hub: Hub, fetcher: Fetcher, target: str) -> None:
    error = fetcher.fails(hub.put(FILE, b"", redirect(target)))
    assert f"sends on to '{target}', no address" in error.message
    assert fetcher.waited == []


def test_redirects_in_a_circle_end(hub: Hub, fetcher: Fetcher) -> None:
    error = fetcher.fails(hub.put(FILE, b"", *[redirect(FILE)] * 20))
    assert "sent on more than 10 times" in error.message
    assert hub.times(FILE) == 10


@pytest.mark.parametrize(
    "target", ["http://192.0.2.1/x", "ftp://192.0.2.1/x", "file:///etc/passwd"]
)
def test_a_redirect_away_from_what_is_safe_is_not_followed(
    hub: Hub, fetcher: Fetcher, target: str
) -> None:
    error = fetcher.fails(hub.put(FILE, b"", redirect(target)))
    assert f"sends on to {target}" in error.message
    assert fetcher.waited == []


def test_a_broken_connection_is_gone_on_with(hub: Hub, fetcher: Fetcher) -> None:
    url = hub.put(FILE, CONTENT, truncated(1000), truncated(500))
    assert fetcher.fetch(url, len(CONTENT), SHA256) == WHOLE
    assert ranges(hub) == ["", "bytes=1000-", "bytes=1500-"]
    assert {asked.headers.get("if-range") for asked in hub.asked[1:]} == {behaviours.etag(CONTENT)}
    assert fetcher.begun == [(0, 16384), (1000, 16384), (1500, 16384)]
    assert fetcher.causes == [
        "the connection broke after 1000 of 16384 bytes",
        "the connection broke after 1500 of 16384 bytes",
    ]


@pytest.mark.parametrize(
    "behave", [behaviours.hung_up, behaviours.no_http, behaviours.broken_chunks]
)
def test_a_broken_answer_is_asked_for_again(
    hub: Hub, fetcher: Fetcher, behave: behaviours.Behaviour
) -> None:
    assert fetcher.fetch(hub.put(FILE, CONTENT, behave)) == WHOLE
    assert len(fetcher.waited) == 1


def test_without_a_tag_the_rest_is_asked_for_only_if_a_checksum_will_tell(
    hub: Hub, fetcher: Fetcher
) -> None:
    url = hub.put(FILE, CONTENT, truncated(1000, tag=False))
    assert fetcher.fetch(url, sha256=SHA256) == WHOLE
    assert ranges(hub) == ["", "bytes=1000-"]


def test_without_a_tag_and_a_checksum_it_begins_anew(hub: Hub, fetcher: Fetcher) -> None:
    assert fetcher.fetch(hub.put(FILE, CONTENT, truncated(1000, tag=False))) == WHOLE
    assert ranges(hub) == ["", ""]


def test_a_server_without_ranges_sends_it_all_again(hub: Hub, fetcher: Fetcher) -> None:
    url = hub.put(FILE, CONTENT, truncated(1000), behaviours.without_ranges)
    assert fetcher.fetch(url) == WHOLE
    assert fetcher.begun[-1] == (0, len(CONTENT))


def test_a_file_that_changed_meanwhile_is_not_mixed_with_the_old_one(
    hub: Hub, fetcher: Fetcher
) -> None:
    old = b"x" * len(CONTENT)
    fetcher.part.write_bytes(old[:1000])
    url = hub.put(FILE, CONTENT)
    notes = fetcher.part.with_name("model.bin.part.json")
    notes.write_text(f'{{"url": "{url}", "etag": "\\"old\\""}}')
    assert fetcher.fetch(url) == WHOLE
    assert hub.asked[0].headers["if-range"] == '"old"'


def test_a_changed_file_is_noticed_where_the_server_does_not_compare(
    hub: Hub, fetcher: Fetcher
) -> None:
    fetcher.part.write_bytes(b"x" * 1000)
    url = hub.put(FILE, CONTENT, behaviours.ignoring_if_range)
    notes = fetcher.part.with_name("model.bin.part.json")
    notes.write_text(f'{{"url": "{url}", "etag": "\\"old\\""}}')
    assert fetcher.fetch(url) == WHOLE
    assert fetcher.causes == ["the file on the server has changed"]


def test_a_mixture_that_no_tag_told_is_told_by_the_checksum(hub: Hub, fetcher: Fetcher) -> None:
    fetcher.part.write_bytes(b"x" * 1000)
    assert fetcher.fetch(hub.put(FILE, CONTENT), len(CONTENT), SHA256) == WHOLE
    assert ranges(hub) == ["bytes=1000-", ""]


def test_a_wrong_checksum_is_an_error_and_nothing_is_kept(hub: Hub, fetcher: Fetcher) -> None:
    error = fetcher.fails(hub.put(FILE, b"y" * len(CONTENT)), len(CONTENT), SHA256)
    assert error.message == (
        "a-model/model.bin is not the file that it should be: its checksum differs."
    )
    assert hub.times(FILE) == 1
    assert not fetcher.part.exists()


def test_the_checksum_that_the_hub_tells_is_compared_where_none_is_known(
    hub: Hub, elsewhere: Hub, fetcher: Fetcher
) -> None:
    there = elsewhere.put("/blob", CONTENT)
    tells = status(302, Location=there, X_Linked_Etag=f'"{SHA256}"')
    assert fetcher.fetch(hub.put(FILE, b"", tells)) == WHOLE
    fetcher.part.unlink()
    elsewhere.put("/blob", b"y" * len(CONTENT))
    assert "its checksum differs" in fetcher.fails(hub.put(FILE, b"", tells)).message


def test_what_came_whole_before_is_not_fetched_again(hub: Hub, fetcher: Fetcher) -> None:
    fetcher.part.write_bytes(CONTENT)
    assert fetcher.fetch(hub.put(FILE, CONTENT), len(CONTENT), SHA256) == WHOLE
    assert hub.asked == []


def test_a_whole_file_of_unknown_size_is_known_by_the_server(hub: Hub, fetcher: Fetcher) -> None:
    url = hub.put(FILE, CONTENT)
    fetcher.fetch(url)
    assert fetcher.fetch(url) == WHOLE
    assert ranges(hub) == ["", f"bytes={len(CONTENT)}-"]


def test_more_than_there_can_be_is_thrown_away(hub: Hub, fetcher: Fetcher) -> None:
    fetcher.part.write_bytes(CONTENT + b"rubbish")
    assert fetcher.fetch(hub.put(FILE, CONTENT), len(CONTENT), SHA256) == WHOLE
    assert ranges(hub) == [""]


def test_more_than_the_server_has_is_thrown_away(hub: Hub, fetcher: Fetcher) -> None:
    url = hub.put(FILE, CONTENT)
    fetcher.fetch(url)
    with fetcher.part.open("ab") as file:
        file.write(b"rubbish")
    assert fetcher.fetch(url) == WHOLE


def test_another_part_than_wanted_is_not_used(hub: Hub, fetcher: Fetcher) -> None:
    url = hub.put(FILE, CONTENT, truncated(1000), behaviours.another_part)
    assert fetcher.fetch(url) == WHOLE
    assert fetcher.causes[-1] == "the server sent another part than it was asked for"


def test_a_file_of_another_size_is_refused_before_it_is_fetched(hub: Hub, fetcher: Fetcher) -> None:
    error = fetcher.fails(hub.put(FILE, CONTENT), 999, SHA256)
    assert "has 16384 bytes" in error.message
    assert "it should have 999" in error.message
    assert not fetcher.part.exists()


def test_a_body_longer_than_it_may_be_is_cut_off(hub: Hub, fetcher: Fetcher) -> None:
    error = fetcher.fails(hub.put(FILE, CONTENT, behaviours.too_long), len(CONTENT))
    assert "longer than its 16384 bytes" in error.message


def test_a_web_page_is_no_model(hub: Hub, fetcher: Fetcher) -> None:
    error = fetcher.fails(hub.put(FILE, CONTENT, behaviours.web_page))
    assert "a web page instead of the file" in error.message
    assert "sign in" in error.hint


def test_a_packed_answer_is_refused(hub: Hub, fetcher: Fetcher) -> None:
    assert "packed (gzip)" in fetcher.fails(hub.put(FILE, CONTENT, behaviours.packed)).message


@pytest.mark.parametrize("code", [404, 410])
def test_a_missing_file_is_named_with_what_to_do(hub: Hub, fetcher: Fetcher, code: int) -> None:
    url = hub.put(FILE, CONTENT, status(code))
    error = fetcher.fails(url)
    assert error.message == f"a-model/model.bin is not there: {url} ({code})."
    assert "models.hub" in error.hint
    assert fetcher.waited == []


@pytest.mark.parametrize("code", [401, 403])
def test_a_closed_model_tells_how_to_open_it(hub: Hub, fetcher: Fetcher, code: int) -> None:
    error = fetcher.fails(hub.put(FILE, CONTENT, status(code)))
    assert f"only to those with an account ({code})" in error.message
    assert "https://hub.example/me/model" in error.hint
    assert "HF_TOKEN" in error.hint


def test_a_repository_that_is_gone_is_not_taken_for_a_closed_one(
    hub: Hub, fetcher: Fetcher
) -> None:
    url = hub.put(FILE, CONTENT, status(401, X_Error_Code="RepoNotFound"))
    assert fetcher.fails(url).message == f"a-model/model.bin is not there: {url} (401)."


def test_a_token_that_is_not_enough_is_told(hub: Hub, tmp_path: Path) -> None:
    error = Fetcher(hub, tmp_path, token="t").fails(hub.put(FILE, CONTENT, status(403)))
    assert "account of your HF_TOKEN" in error.message


def test_a_proxy_that_asks_for_a_password_is_told(hub: Hub, fetcher: Fetcher) -> None:
    assert "proxy" in fetcher.fails(hub.put(FILE, CONTENT, status(407))).message


def test_another_refusal_is_told_with_its_number(hub: Hub, fetcher: Fetcher) -> None:
    assert "answered 451" in fetcher.fails(hub.put(FILE, CONTENT, status(451))).message


@pytest.mark.parametrize("code", [408, 429, 500, 502, 503, 504])
def test_what_passes_is_waited_for(hub: Hub, fetcher: Fetcher, code: int) -> None:
    assert fetcher.fetch(hub.put(FILE, CONTENT, status(code))) == WHOLE
    assert str(code) in fetcher.causes[0]
    assert 0.75 <= fetcher.waited[0] <= 1.25


def test_the_server_says_how_long_to_wait(hub: Hub, fetcher: Fetcher) -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    script = [status(429, Retry_After=7), status(503, Retry_After=soon)]
    assert fetcher.fetch(hub.put(FILE, CONTENT, *script)) == WHOLE
    assert fetcher.waited[0] == 7
    assert 60 < fetcher.waited[1] <= 90


def test_who_asks_to_wait_for_hours_is_not_waited_for(hub: Hub, fetcher: Fetcher) -> None:
    error = fetcher.fails(hub.put(FILE, CONTENT, status(429, Retry_After=7200)))
    assert "asks to wait 120 minutes" in error.message
    assert fetcher.waited == []


def test_waiting_grows_and_ends(hub: Hub, fetcher: Fetcher) -> None:
    error = fetcher.fails(hub.put(FILE, CONTENT, *[status(503)] * 20))
    assert "the server is busy (503)" in error.message
    assert hub.times(FILE) == 6
    assert len(fetcher.waited) == 5
    assert fetcher.waited == sorted(fetcher.waited)


def test_progress_lets_it_try_on(
    hub: Hub, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer, "_PROGRESS", 1000)
    url = hub.put(FILE, CONTENT, *[truncated(1000)] * 12)
    assert fetcher.fetch(url) == WHOLE
    assert hub.times(FILE) == 13
    assert max(fetcher.waited) <= 1.25


def test_a_silent_server_is_left_and_asked_for_the_rest(hub: Hub, tmp_path: Path) -> None:
    fetcher = Fetcher(hub, tmp_path, patience=4.0)
    assert fetcher.fetch(hub.put(FILE, CONTENT, stalled(1000))) == WHOLE
    assert fetcher.causes == ["nothing came for a while"]
    assert ranges(hub) == ["", "bytes=1000-"]


def test_nobody_at_the_address_is_said_soon(hub: Hub, tmp_path: Path) -> None:
    fetcher = Fetcher(Hub(address="http://127.0.0.1:1"), tmp_path)
    error = fetcher.fails("http://127.0.0.1:1/x")
    assert "nobody answers" in error.message
    assert "models.hub" in error.hint
    assert len(fetcher.waited) == 1


def test_a_name_that_nobody_knows_is_said_soon(hub: Hub, fetcher: Fetcher) -> None:
    error = fetcher.fails("http://nowhere.invalid/x")
    assert "the server's name is not known" in error.message
    assert "HTTPS_PROXY" in error.hint


def test_a_proxy_is_asked_instead(
    hub: Hub, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", hub.address)
    proxied = Fetcher(hub, fetcher.part.parent)
    hub.put("http://models.invalid/x", CONTENT)
    assert proxied.fetch("http://models.invalid/x") == WHOLE


@pytest.mark.parametrize(
    ("code", "told", "remedy"),
    [
        (407, "the proxy asks for a name and a password (407)", "http://name:password@proxy:port"),
        (403, "the proxy does not let us through to that address (403)", "NO_PROXY"),
    ],
)
def test_a_proxy_that_refuses_the_way_to_https_is_told_at_once(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, told: str, remedy: str
) -> None:
    monkeypatch.setenv("https_proxy", hub.address)
    hub.put("models.invalid:443", b"", *[status(code)] * 9)
    proxied = Fetcher(hub, tmp_path)
    error = proxied.fails("https://models.invalid/x")
    assert error.message == f"a-model/model.bin: {told}."
    assert remedy in error.hint
    assert (proxied.waited, hub.times("models.invalid:443")) == ([], 1)


def test_a_proxy_that_finds_no_way_is_asked_again(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", hub.address)
    hub.put("models.invalid:443", b"", *[status(503)] * 9)
    proxied = Fetcher(hub, tmp_path)
    assert "finds no way (503)" in proxied.fails("https://models.invalid/x").message
    assert len(proxied.waited) == 5


def test_a_full_disk_is_named_and_what_came_stays(
    hub: Hub, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = hub.put(FILE, CONTENT, truncated(1000))

    def full(file: IO[bytes], chunk: bytes, part: Path) -> None:
        if part.stat().st_size:
            raise of_disk(OSError(errno.ENOSPC, "No space left"), str(part.parent))
        append(file, chunk, part)

    monkeypatch.setattr(transfer, "append", full)
    error = fetcher.fails(url)
    assert error.message == f"The disk of {fetcher.part.parent} is full."
    assert fetcher.part.stat().st_size == 1000


def test_a_disk_that_takes_no_more_is_named(hub: Hub, fetcher: Fetcher) -> None:
    url = hub.put(FILE, CONTENT)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        error = fetcher.fails(url)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "can't be written: File too large" in error.message
    assert fetcher.part.stat().st_size == 1000
    assert fetcher.fetch(url) == WHOLE


def test_a_folder_that_can_not_be_written_is_named(hub: Hub, fetcher: Fetcher) -> None:
    fetcher.part = fetcher.part.parent / "missing" / "model.bin.part"
    assert "missing" in fetcher.fails(hub.put(FILE, CONTENT)).message


def test_a_stopped_transfer_ends_and_keeps_what_came(hub: Hub, fetcher: Fetcher) -> None:
    url = hub.put(FILE, CONTENT, truncated(1000))
    fetcher.transfer._wait = lambda seconds: fetcher.stop.set()
    with pytest.raises(Stopped):
        fetcher.fetch(url)
    assert fetcher.part.stat().st_size == 1000


def test_notes_that_are_broken_are_as_good_as_none(hub: Hub, fetcher: Fetcher) -> None:
    for broken in ("", "{", "[]", '{"url": 1}', '{"etag": 3}'):
        fetcher.part.write_bytes(CONTENT[:1000])
        fetcher.part.with_name("model.bin.part.json").write_text(broken)
        assert fetcher.fetch(hub.put(FILE, CONTENT), len(CONTENT), SHA256) == WHOLE


def test_a_date_to_wait_for_is_read_and_rubbish_is_not() -> None:
    now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    assert retry_after("Sun, 22 Nov 2026 12:02:00 GMT", now) == 120
    assert retry_after("Sun, 22 Nov 2026 11:00:00 GMT", now) == 0
    assert [retry_after(rubbish, now) for rubbish in ("", "soon", "-5", "1.5")] == [None] * 4


def test_an_untrusted_certificate_is_not_tried_again() -> None:
    error = ssl.SSLCertVerificationError(1, "failed")
    error.verify_message = "self-signed certificate"
    problem = of_network(error)
    assert isinstance(problem, ModelError)
    assert "SSL_CERT_FILE" in problem.hint
    assert isinstance(of_network(OSError("strange")), PassingError)
