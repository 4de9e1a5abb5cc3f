"""Which HTS voices are there. Reads no model."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from voicestream_tui.model import Voice

ENGINE = "openjtalk"
SUFFIX = ".htsvoice"
_LICENCE_FILES = ("copyright", "licence", "license", "copying")


def packaged_voice() -> Voice | None:
    """The voice in pyopenjtalk's wheel; None if that package is not installed."""
    spec = find_spec("pyopenjtalk")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / "htsvoice" / "mei_normal.htsvoice"
        if path.is_file():
            return Voice(
                engine=ENGINE,
                id="mei",
                name="Mei",
                path=path,
                licence="CC-BY 3.0, Nagoya Institute of Technology (MMDAgent project)",
            )
    return None


def voice_from_file(path: Path, voice_id: str = "") -> Voice:
    """A voice for a file; `id` is the file's stem unless another is given."""
    stem = path.name.removesuffix(SUFFIX)
    name = stem.replace("_", " ").replace("-", " ")
    return Voice(
        engine=ENGINE,
        id=voice_id or stem,
        name=name[:1].upper() + name[1:],
        path=path,
        licence=_licence_beside(path),
    )


def find_voices(folder: Path | None) -> list[Voice]:
    """The packaged voice first, then those of a folder and its subfolders, by path.

    A second file of the same stem gets the id "stem-2", and so on.
    """
    packaged = packaged_voice()
    voices = [packaged] if packaged else []
    taken = {voice.id for voice in voices}
    for path in sorted(folder.rglob(f"*{SUFFIX}")) if folder and folder.is_dir() else []:
        stem = path.name.removesuffix(SUFFIX)
        voice_id, number = stem, 2
        while voice_id in taken:
            voice_id, number = f"{stem}-{number}", number + 1
        taken.add(voice_id)
        voices.append(voice_from_file(path, voice_id))
    return voices


def _licence_beside(path: Path) -> str:
    """Name of a licence file in the voice's folder, for want of a licence in the voice itself."""
    try:
        names = sorted(p.name for p in path.parent.iterdir())
    except OSError:
        return ""
    found = [name for name in names if name.lower().startswith(_LICENCE_FILES)]
    return f"see {found[0]} beside the file" if found else ""
