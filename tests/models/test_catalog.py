"""The catalogue says what is true of itself, and a user's own is read with care."""

from __future__ import annotations

from pathlib import Path

import pytest

from voicestream_tui.errors import ModelError
from voicestream_tui.models.addresses import Hub, find_hub
from voicestream_tui.models.catalog import load_catalog

OWN = """
[mine]
title = "My model"
kind = "translator"
engine = "opus-mt"
licence = "MIT"
repository = "me/mine"

[[mine.files]]
path = "model.bin"
size = 12
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "models.toml"
    path.write_text(OWN)
    return path


def test_every_model_of_the_program_can_be_asked_for() -> None:
    hub = Hub()
    for model in load_catalog():
        assert model.title
        assert model.licence
        assert model.credit
        assert model.size > 0
        assert model.kind == "translator" or model.sample_rate
        for file in model.files:
            assert hub.may_ask(model.url(file, hub.address)), file


RECORDED = ("qwen3-1700m", "qwen3-4b", "qwen25-1500m")
"""Their checksums are told nowhere but on the hub, and recorded when they are first fetched."""


def test_large_files_have_a_checksum() -> None:
    for model in load_catalog():
        for file in model.files:
            if file.path.endswith((".bin", ".onnx")):
                assert bool(file.sha256) == (model.name not in RECORDED), f"{model}/{file.path}"


def test_what_restricts_its_use_has_terms() -> None:
    for model in load_catalog():
        assert bool(model.terms) == any(word in model.licence for word in ("-NC", "GPL-")), model


def test_a_file_on_the_hub_has_the_hubs_form_of_address() -> None:
    model = load_catalog().find("nllb-200-600m")
    assert model.url(model.files[-1], "https://mirror.example/") == (
        "https://mirror.example/JustFrederik/nllb-200-distilled-600M-ct2-int8/resolve/"
        "302d78f00e6fdb50a1064059df7c392b735e9d05/model.bin"
    )


def test_names_are_found_whatever_their_capitals() -> None:
    assert load_catalog().find("JA_ja-Hi_Fi_Captain-Medium").name == "ja_JA-hi_fi_captain-medium"


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(ModelError) as caught:
        load_catalog().find("nlb-200-600m")
    assert "Did you mean nllb-200-600m" in caught.value.hint


def test_the_users_models_come_first(own: Path) -> None:
    own.write_text(OWN + OWN.replace("mine", "fugumt-en-ja"))
    catalog = load_catalog(own)
    assert [model.name for model in catalog][:2] == ["mine", "fugumt-en-ja"]
    assert catalog.find("fugumt-en-ja").title == "My model"
    assert load_catalog(own.with_name("missing.toml")).models == load_catalog().models


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[mine]", "[mine", "not TOML"),
        ('title = "My model"', "", "mine.title"),
        ("size = 12", "size = -1", "mine.files.0.size"),
        ("size = 12", 'sha256 = "abc"', "mine.files.0.sha256"),
        ("size = 12", "sise = 12", "mine.files.0.sise"),
        ('"translator"', '"other"', "mine.kind"),
        ('path = "model.bin"', 'path = "../model.bin"', "no path inside"),
        ('path = "model.bin"', 'path = "/etc/passwd"', "no path inside"),
        ('path = "model.bin"', 'path = "a/../../b"', "no path inside"),
        ('path = "model.bin"', 'path = ".hidden"', "no path inside"),
        ('path = "model.bin"', "path = 'a\\b'", "no path inside"),
        ('path = "model.bin"', 'path = ""', "no path inside"),
        ('repository = "me/mine"', "", "comes from nowhere"),
        ("size = 12", 'url = "http://x.example/y"', "not https"),
        ("size = 12", 'url = "https://[/y"', "no address"),
        ("size = 12", 'url = "https://a..b/y"', "no address"),
        ("size = 12", 'url = "https:///y"', "no address"),
        ("size = 12", '[[mine.files]]\npath = "MODEL.bin"', "two files of one path"),
    ],
)
def test_a_mistake_in_the_users_catalogue_is_named(
    own: Path, old: str, new: str, said: str
) -> None:
    own.write_text(OWN.replace(old, new))
    with pytest.raises(ModelError) as caught:
        load_catalog(own)
    assert said in caught.value.message
    assert str(own) in caught.value.message
    assert caught.value.hint


def test_a_name_that_is_no_folders_is_refused(own: Path) -> None:
    own.write_text(OWN.replace("[mine]", '["../mine"]').replace("mine.files", '"../mine".files'))
    with pytest.raises(ModelError, match="no name of a model"):
        load_catalog(own)


def test_a_catalogue_that_is_no_text_is_named(own: Path) -> None:
    own.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ModelError, match="can't be read"):
        load_catalog(own)


def test_the_setting_comes_before_the_variable_and_the_public_hub_last() -> None:
    environ = {"HF_ENDPOINT": "https://mirror.example/", "HF_TOKEN": " t ", "HF_HUB_OFFLINE": "1"}
    assert find_hub("https://own.example", environ) == Hub("https://own.example", "t", True)
    assert find_hub("", environ).address == "https://mirror.example"
    assert find_hub("", {"HF_HUB_OFFLINE": "0"}) == Hub("https://huggingface.co", "", False)


@pytest.mark.parametrize(
    "address",
    [
        "hub.example",
        "ftp://x",
        "https://",
        "https://x:y",
        "https://name:word@x",
        "http://[",
        "https://a..b",
    ],
)
def test_an_address_that_is_none_is_named(address: str) -> None:
    with pytest.raises(ModelError, match=r"models\.hub is no address"):
        find_hub(address, {})
    with pytest.raises(ModelError, match="HF_ENDPOINT is no address"):
        find_hub("", {"HF_ENDPOINT": address})


def test_a_hub_with_a_name_that_is_not_ascii_is_asked_by_its_other_name() -> None:
    hub = find_hub("https://模型.example:8443/ü", {"HF_TOKEN": "t"})
    assert hub.address == "https://xn--xgs754b.example:8443/%C3%BC"
    assert hub.headers(f"{hub.address}/a")


@pytest.mark.parametrize("token", ["”hf_x”", "hf_x hf_y", "hf_x\nhf_y", "hf_\udce4"])
def test_a_token_that_can_not_be_sent_is_refused_and_not_shown(token: str) -> None:
    with pytest.raises(ModelError, match="HF_TOKEN") as caught:
        find_hub("", {"HF_TOKEN": token})
    assert "hf_" not in str(caught.value)


@pytest.mark.parametrize(
    ("hub", "url", "allowed"),
    [
        ("https://hub.example", "https://hub.example/a", True),
        ("https://hub.example", "https://cdn.example/a", True),
        ("https://hub.example", "http://hub.example/a", False),
        ("https://hub.example", "http://127.0.0.1/a", False),
        ("http://mirror.example", "http://mirror.example/a", True),
        ("http://mirror.example", "http://mirror.example:81/a", False),
        ("http://mirror.example", "http://other.example/a", False),
        ("http://mirror.example", "http://127.0.0.1/a", False),
        ("http://localhost:8000", "http://127.0.0.1:9000/a", True),
        ("https://hub.example", "file:///etc/passwd", False),
        ("https://hub.example", "https:///a", False),
    ],
)
def test_only_https_and_what_the_user_named_is_asked(hub: str, url: str, allowed: bool) -> None:
    assert Hub(hub).may_ask(url) is allowed


def test_a_token_is_shown_to_the_hub_alone_and_never_in_plain_over_the_network() -> None:
    assert Hub("https://hub.example", "t").headers("https://hub.example/a") == {
        "Authorization": "Bearer t"
    }
    assert Hub("https://hub.example", "t").headers("https://cdn.example/a") == {}
    assert Hub("http://mirror.example", "t").headers("http://mirror.example/a") == {}
    assert Hub("https://hub.example").headers("https://hub.example/a") == {}
