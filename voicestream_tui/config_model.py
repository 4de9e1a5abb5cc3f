"""The settings: every table, key, default and limit, and what each is for.

The string under a field is its description: `config init` writes it into the user's file. A
pattern tells the user nothing: a field that has one says in words what is "allowed".
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr


class Table(BaseModel):
    """One table of the settings file; frozen, and refuses keys it does not know."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False
    )


class EngineTable(Table):
    """The table of one engine, named like it; its fields are keywords of the engine's factory."""


def _joined(value: object) -> object:
    """Write a list of names as one text; what else it may be is for the field to judge."""
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return ", ".join(value)
    return value


class TranslationSettings(Table):
    """How English becomes Japanese."""

    engine: Annotated[str, BeforeValidator(_joined)] = Field(default="starter", min_length=1)
    """The translation engine, or several: the first that works ("opus-mt, starter")."""
    model: str = Field(default="", json_schema_extra={"path": True})
    """Folder of the engine's model, or its name in the models folder; empty looks there."""
    device: str = Field(default="auto", min_length=1)
    """What opus-mt, nllb and onnx run on: auto, cpu, cuda, or cuda:1 for the second card."""
    compute_type: str = Field(default="default", min_length=1)
    """What they compute in, such as int8 or float16; default keeps what the model has."""
    source_language: str = Field(default="eng_Latn", min_length=1)
    """The language nllb and NLLB in onnx translate from, as the model names it."""
    vocabulary_map: bool = False
    """Let nllb weigh only what Japanese can have: faster, and foreign names may suffer."""
    threads: int = Field(default=0, ge=0, le=256)
    """Processor threads for translating; 0 chooses by the machine."""
    beam: int = Field(default=0, ge=0, le=16)
    """How many candidates are weighed, more is better and slower; 0 is the engine's own choice."""
    batch: int = Field(default=8, ge=1, le=64)
    """Most sentences translated at once when translation is behind."""
    glossary: str = Field(default="", json_schema_extra={"path": True})
    """File with terms of your own; empty is glossary.toml beside the settings file."""


class FirefoxSettings(EngineTable):
    """How the engine firefox translates."""

    shortlist: bool = True
    """Weigh only what the words of a sentence usually become, as Firefox does; false is slower."""


class LlmSettings(EngineTable):
    """How the engine llm translates, in a folder of its own or on a server."""

    url: str = ""
    """Address of an OpenAI-compatible server ("http://127.0.0.1:11434"); empty takes a folder."""
    server_model: str = ""
    """The server's name of the model; empty is the first that it has."""
    api_key_env: str = ""
    """Variable of the environment that holds the server's key; empty sends none."""
    allow_remote: bool = False
    """Let what the agent writes be sent outside this computer and private networks."""
    time_limit: float = Field(default=10.0, ge=0.5, le=300.0)
    """Seconds that one sentence may take; then the next engine of a chain does it."""
    temperature: float = Field(default=0.0, ge=0.0, le=2.0)
    """How freely words are chosen; 0.0 always takes the likeliest."""
    context: int = Field(default=1, ge=0, le=10)
    """Sentences before it that are shown to the model with a sentence."""


class SpeechSettings(Table):
    """How Japanese is spoken, and what is."""

    engine: Annotated[str, BeforeValidator(_joined)] = Field(default="openjtalk", min_length=1)
    """The speech engine, or several: the first that works ("piper, openjtalk")."""
    voice: str = ""
    """The voice by its id, or "piper:ID" of an engine's; empty takes the engine's default."""
    speed: float = Field(default=1.0, ge=0.5, le=3.0)
    """Speed of speech, pitch kept."""
    catch_up_speed: float = Field(default=1.0, ge=1.0, le=3.0)
    """Speed while speech is far behind the text; 1.0 never hurries."""
    catch_up_after: float = Field(default=10.0, ge=0.0, le=3600.0)
    """Seconds of speech waiting before catch_up_speed is used."""
    sentence_gap: float = Field(default=0.25, ge=0.0, le=5.0)
    """Seconds of silence after a sentence."""
    paragraph_gap: float = Field(default=0.5, ge=0.0, le=10.0)
    """Seconds of silence after a paragraph, heading or list."""
    verbosity: Literal["brief", "normal", "full"] = "normal"
    """How much is said of code, tables, lists and quotes."""
    emoji: Literal["silent", "named"] = "silent"
    """Whether emoji are said by name."""
    speak_code: bool = True
    """Speak the short notice that stands for a code block or a table."""
    speak_tools: bool = False
    """Speak which tool the agent uses."""
    speak_errors: bool = True
    """Speak the agent's errors."""
    speak_subagents: bool = False
    """Speak what sub-agents write."""
    subagent_voice: str = ""
    """The voice for sub-agents by its id; empty is the voice in use."""
    speak_thinking: bool = False
    """Speak what the agent thinks to itself."""
    speak_notices: bool = True
    """Speak what happens around the text: retries, limits, denied tools."""
    voices_dir: str = Field(default="", json_schema_extra={"path": True})
    """Folder with voice files of your own; empty is "voices" in the data folder."""
    lexicon: str = Field(default="", json_schema_extra={"path": True})
    """File with readings of your own; empty is lexicon.toml beside the settings file."""
    device: str = Field(
        default="auto",
        pattern=r"^(auto|cpu|cuda(:\d+)?)$",
        json_schema_extra={"allowed": '"auto", "cpu", "cuda", or one card of several: "cuda:1"'},
    )
    """Processor of neural voices: auto, cpu, cuda or cuda:1; auto takes CUDA where it works."""


class OpenjtalkSettings(EngineTable):
    """How voices of the engine openjtalk are spoken."""

    style: Literal["auto", "neutral", "happy", "sad", "angry", "bashful"] = "auto"
    """Mood of a voice that has several; auto is happy about success and serious about errors."""
    serious: Literal["sad", "angry", "neutral"] = "sad"
    """The mood that serious is."""
    pitch: float = Field(default=0.0, ge=-12.0, le=12.0)
    """Half tones higher, or lower if negative."""
    intonation: float = Field(default=1.0, ge=0.0, le=2.0)
    """How lively the melody is; 1.0 as recorded, 0.0 monotonous."""
    volume: float = Field(default=1.0, ge=0.0, le=2.0)
    """Loudness of these voices beside those of other engines."""


class PiperSettings(EngineTable):
    """How voices of the engine piper are spoken."""

    speaker: str = ""
    """Speaker by name or number, of a voice with several; empty is the voice's own choice."""
    length_scale: float = Field(default=0.0, ge=0.0, le=5.0)
    """Slowness, 1.0 is as trained; 0.0 is the voice's own choice."""
    noise_scale: float = Field(default=-1.0, ge=-1.0, le=2.0)
    """How lively the tone is, about 0.667; -1.0 is the voice's own choice."""
    noise_w: float = Field(default=-1.0, ge=-1.0, le=2.0)
    """How uneven the rhythm is, about 0.8; -1.0 is the voice's own choice."""


class KokoroSettings(EngineTable):
    """How voices of the engine kokoro are spoken."""

    model: str = ""
    """Which file of several, by its name or a part of it ("fp16"); empty is the best one."""
    speed: float = Field(default=1.0, ge=0.5, le=2.0)
    """The speed that the model itself speaks at."""
    clauses: bool = True
    """Make the first clause by itself, so that it is heard early; false makes whole sentences."""


class VitsSettings(EngineTable):
    """How voices of the engine vits are spoken."""

    speaker: str = ""
    """Speaker by name or number, of a voice with several; empty is the first."""
    language: str = ""
    """Language by name or number, of a voice with several; empty is Japanese, else the first."""
    length_scale: float = Field(default=0.0, ge=0.0, le=5.0)
    """Slowness, 1.0 is as trained; 0.0 is the voice's own choice."""
    noise_scale: float = Field(default=-1.0, ge=-1.0, le=2.0)
    """How lively the tone is; -1.0 is the voice's own choice."""
    noise_w: float = Field(default=-1.0, ge=-1.0, le=2.0)
    """How uneven the rhythm is; -1.0 is the voice's own choice."""
    sample_rate: int = Field(default=0, ge=0, le=192000)
    """Of a voice whose files do not say it; 0 is 22050, or what its graph suggests."""


class WyomingSettings(EngineTable):
    """Voices of a Wyoming server, such as Piper's of Home Assistant (engine wyoming)."""

    uri: str = ""
    """Where it is: "tcp://192.168.1.20:10200" or "unix:///run/piper.sock"; empty is nowhere."""
    voice: str = ""
    """The server's name of the voice to begin with; empty is its first Japanese one."""
    speaker: str = ""
    """Speaker by name, of a voice with several; empty is the server's choice."""
    time_limit: float = Field(default=10.0, ge=0.5, le=300.0)
    """Seconds that the server may be silent."""
    allow_remote: bool = False
    """Let what is spoken be sent outside this computer and private networks."""


class AudioSettings(Table):
    """Where the sound goes."""

    device: str = ""
    """Sound device by name or number; empty is the default device, "none" is silent."""
    volume: float = Field(default=1.0, ge=0.0, le=1.5)
    """Loudness; 1.0 is unchanged."""
    lead: float = Field(default=3.0, ge=0.2, le=60.0)
    """Seconds of sound made ahead of what is heard."""
    latency: Literal["low", "high"] = "low"
    """Buffering asked of the device; "high" if the sound crackles."""
    sample_rate: int = Field(default=48000, ge=8000, le=192000)
    """Samples a second sent to the device."""
    share_voice: bool = True
    """Wait while another voicestream-tui speaks, instead of talking over it."""
    voice_priority: int = Field(default=0, ge=-10, le=10)
    """Of several that want to speak, the one with the higher number goes first."""


class UiSettings(Table):
    """What the screen shows."""

    theme: str = Field(default="voicestream-dark", min_length=1)
    """The colour theme."""
    timestamps: bool = True
    """Show when each row arrived."""
    narrow_below: int = Field(default=90, ge=0, le=1000)
    """Below this many columns the Japanese stands under the English."""
    latin_spacing: bool = False
    """Show a blank between Japanese and Latin letters or digits."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """How much goes into the log file."""
    history: int = Field(default=500, ge=0, le=100_000)
    """Messages of yours that are kept for the next conversation; 0 keeps none."""


class AlertSettings(Table):
    """How the user is called."""

    spoken: bool = True
    """Say that the agent has finished, has failed or needs an answer, before what waits."""
    finished_after: float = Field(default=10.0, ge=0.0, le=3600.0)
    """Seconds a turn must have taken for its end to be told."""
    bell: bool = False
    """Ring the terminal's bell."""
    desktop: bool = False
    """Show a notification of the desktop, where the terminal or the system can."""


class AgentSettings(Table):
    """How the agent's process is read and stopped."""

    interrupt_grace: float = Field(default=3.0, ge=0.0, le=60.0)
    """Seconds the agent has to end after an interrupt."""
    terminate_grace: float = Field(default=2.0, ge=0.0, le=60.0)
    """Seconds it then has after SIGTERM, before it is killed."""
    max_line_mib: int = Field(default=64, ge=1, le=1024)
    """Longest line read from the agent, in MiB; the rest of a longer one is left out."""
    quiet_after: float = Field(default=60.0, ge=0.0, le=3600.0)
    """Seconds without a word from a busy agent until that is said; 0 never says it."""
    ask_permissions: Literal["chat", "always", "never"] = "chat"
    """When the agent asks here for permission: in conversations, always, or never."""


class ModelSettings(Table):
    """Where models come from and lie."""

    hub: str = ""
    """Address that models are fetched from, such as a mirror; empty is https://huggingface.co."""
    folder: str = Field(default="", json_schema_extra={"path": True})
    """Folder for translation models; empty is "models" in the data folder."""


class Settings(Table):
    """All settings, one field a table."""

    translation: TranslationSettings = TranslationSettings()
    tts: SpeechSettings = SpeechSettings()
    firefox: FirefoxSettings = FirefoxSettings()
    llm: LlmSettings = LlmSettings()
    openjtalk: OpenjtalkSettings = OpenjtalkSettings()
    piper: PiperSettings = PiperSettings()
    kokoro: KokoroSettings = KokoroSettings()
    vits: VitsSettings = VitsSettings()
    wyoming: WyomingSettings = WyomingSettings()
    audio: AudioSettings = AudioSettings()
    ui: UiSettings = UiSettings()
    alerts: AlertSettings = AlertSettings()
    agent: AgentSettings = AgentSettings()
    models: ModelSettings = ModelSettings()
    engines: Mapping[str, Mapping[str, Any]] = {}
    """What engines of other packages take, by the engine's name: [engines.NAME]."""

    _origins: Mapping[str, str] = PrivateAttr(default_factory=lambda: MappingProxyType({}))
    _file: Path | None = PrivateAttr(default=None)

    def of_engine(self, name: str) -> dict[str, object]:
        """The fields of the table that an engine has for itself; empty if it has none.

        An engine of another package has [engines.NAME]; there dashes may be underscores, too.
        """
        key = name.replace("-", "_")
        table = getattr(self, key, None)
        if isinstance(table, EngineTable):
            return dict(table)
        return dict(self.engines.get(name) or self.engines.get(key) or {})

    @property
    def origins(self) -> Mapping[str, str]:
        """Where each value that is not a default comes from, by its dotted key."""
        return self._origins

    @property
    def file(self) -> Path | None:
        """The settings file of this run, which need not exist; None if none was looked for."""
        return self._file

    def of_file(self, file: Path) -> Settings:
        """The same settings, with a file that they count as read from."""
        copy = self.model_copy()
        copy._file = file
        return copy


TABLES: Mapping[str, type[Table]] = MappingProxyType(
    {
        name: field.annotation
        for name, field in Settings.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, Table)
    }
)
"""The tables by name, in the order in which they are shown."""

ENGINES = "engines"
"""The table of tables whose keys are not ours."""

KEYS: tuple[str, ...] = tuple(
    f"{table}.{key}" for table, model in TABLES.items() for key in model.model_fields
)
"""Every dotted key ("tts.speed")."""
