"""Engines by name: listed without imports, mistakes named with a remedy."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint, EntryPoints

import pytest

from voicestream_tui import registry as module
from voicestream_tui.errors import EngineError
from voicestream_tui.registry import Registry


class Engine:
    def __init__(self, *, speed: float = 1.0) -> None:
        self.speed = speed


def a_registry(**builtin: str) -> Registry[Engine]:
    return Registry("test engine", "voicestream.nothing", builtin)


def test_a_builtin_engine_is_made_with_its_settings() -> None:
    engine = a_registry(fast=f"{__name__}:Engine").make("fast", speed=2.0)
    assert isinstance(engine, Engine)
    assert engine.speed == 2.0


def any_engine(**settings: float) -> Engine:
    return Engine(speed=sum(settings.values()))


def test_an_engine_can_be_made_with_those_settings_that_it_takes() -> None:
    engines = a_registry(fast=f"{__name__}:Engine", any=f"{__name__}:any_engine")
    assert engines.make_fitting("fast", speed=2.0, beam=4.0).speed == 2.0
    assert engines.make_fitting("any", speed=2.0, beam=4.0).speed == 6.0


def test_an_unknown_name_is_answered_with_the_nearest_one() -> None:
    with pytest.raises(EngineError) as caught:
        a_registry(openjtalk="a:b", piper="c:d").make("openjtak")
    assert "openjtak" in caught.value.message
    assert caught.value.hint == 'Did you mean "openjtalk"? All of them: openjtalk, piper.'


def test_a_name_like_no_other_is_answered_with_all_names() -> None:
    with pytest.raises(EngineError) as caught:
        a_registry(openjtalk="a:b", piper="c:d").make("xyz")
    assert caught.value.hint == "Choose one of: openjtalk, piper."


def test_a_failing_import_names_the_missing_package() -> None:
    with pytest.raises(EngineError) as caught:
        a_registry(broken="package_that_is_not_there.engine:Engine").make("broken")
    assert '"package_that_is_not_there"' in caught.value.message
    assert "Install" in caught.value.hint


def test_an_address_without_its_attribute_names_the_address() -> None:
    with pytest.raises(EngineError, match="test_registry:Nothing"):
        a_registry(broken=f"{__name__}:Nothing").make("broken")


def test_installed_packages_add_engines_but_do_not_replace_builtin_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def installed(group: str) -> EntryPoints:
        return EntryPoints(
            EntryPoint(name, "somewhere:Else", group) for name in ("fast", "additional")
        )

    monkeypatch.setattr(module, "entry_points", installed)
    engines = a_registry(fast=f"{__name__}:Engine")
    assert engines.names() == ["fast", "additional"]
    assert isinstance(engines.make("fast"), Engine)


def test_listing_speech_engines_imports_none_of_them() -> None:
    code = (
        "import sys; from voicestream_tui.speak.registry import speakers; "
        "assert 'openjtalk' in speakers.names(); "
        "assert not {'pyopenjtalk', 'voicestream_tui.speak.openjtalk.engine'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
