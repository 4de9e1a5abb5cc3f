"""What is no English in an English sentence: addresses, paths, flags, identifiers, names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from voicestream_tui.text.loan_words import LOAN_WORDS
from voicestream_tui.text.words import words

EMOJI = (
    r"(?:[\u2600-\u27bf\u2b00-\u2bff\u231a-\u23ff\U0001f000-\U0001faff]"
    r"[\ufe0e\ufe0f\u200d\u20e3\u2600-\u27bf\U0001f000-\U0001faff]*+)"
)
"""A regular expression for one emoji or pictograph with all that belongs to it."""

_EXTENSIONS = (
    "aac|avi|bak|bash|bat|bin|bmp|bz2|c|cc|cfg|cjs|class|cmake|conf|config|cpp|crt|cs|csproj|css|"
    "csv|cxx|dart|db|dll|doc|docx|dockerfile|dylib|ejs|env|erb|ex|exe|exs|fish|flac|gif|gitignore|"
    "go|gradle|graphql|gz|h|hbs|hpp|hs|htm|html|ico|ini|ipynb|jar|java|jl|jpeg|jpg|js|json|json5|"
    "jsonc|jsonl|jsx|key|kt|kts|less|lock|log|lua|m4a|md|mdx|mjs|mk|mp3|mp4|mts|ogg|onnx|out|parquet|"
    "patch|pdf|pem|php|pkl|pl|plist|png|properties|proto|ps1|pub|py|pyc|pyi|pyx|rake|rb|rs|rst|sass|"
    "scala|scss|service|sh|snap|sol|sql|sqlite|srt|svelte|svg|swift|tar|tex|tf|tgz|toml|ts|tsv|tsx|"
    "ttf|txt|vim|vtt|vue|wasm|wav|webm|webp|whl|woff2?|xls|xlsx|xml|xz|ya?ml|yarn|zig|zip|zsh"
)
_FOLDERS = (
    "bin|cmd|conf|config|dist|docs|etc|internal|lib|libs|mnt|node_modules|opt|pkg|proc|spec|src|srv|"
    "tmp|usr|utils|var|vendor"
)
_WORDLIKE_FOLDERS = (
    "api|app|apps|assets|build|components|examples|fixtures|home|include|infra|migrations|packages|"
    "pages|public|resources|root|routes|scripts|services|static|styles|target|templates|test|tests|"
    "tools"
)
_BRANCHES = "bugfix|chore|feat|hotfix|origin|refs|upstream"
_WORDLIKE_BRANCHES = "backup|feature|fix|refactor|release|rescue"

_KEYS = "Ctrl|Control|Cmd|Command|Alt|Option|Opt|Shift|Meta|Super|Win|Fn|Esc"
_ACCENTED = r"[À-ÖØ-öø-ɏ]"
_OTHER_SCRIPTS = (
    r"\u0370-\u1dff\u2c00-\u2dff\u3040-\u30ff\u3400-\u9fff\ua000-\ud7ff\uf900-\ufaff\ufb1d-\ufdff"
    r"\ufe70-\ufefc"
)
_FOREIGN = rf"[{_OTHER_SCRIPTS}][{_OTHER_SCRIPTS}、。・「」]*"
_BEFORE = r"(?<![\w./\\@#$%&-])"
_NAME = r"[A-Za-z_]\w*"
_NOT_IN_URL = r"\s<>\"'`、。「」『』【】（）"
_LINES = r"(?:(?::|#L)\d+(?:[-–:]L?\d+)*)?"
"""A place in a file: ":42", ":10-20", "#L10-L20"."""

_PATTERNS = (
    rf"(?:https?|ftp|file|ssh|git|wss?)://[^{_NOT_IN_URL}]*[^{_NOT_IN_URL}.,;:!?)\]}}]",
    rf"\bwww\.[\w-]+\.[^{_NOT_IN_URL}]*[^{_NOT_IN_URL}.,;:!?)\]}}]",
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    r"(?<![\w@/])@[A-Za-z][\w.-]*(?:/[\w.-]*\w)?(?<![.-])",
    # Paths: from a root, with a folder that is known, or to a file.
    rf"(?<![\w/.])(?:~|\.{{1,2}})/(?:[\w.@+*-]+/?)*[\w*/]{_LINES}",
    rf"(?<![\w/.:<])/[A-Za-z_.][\w.@*+-]*(?:/(?:[\w.@*+:{{}}-]+|<\w+>))*/?{_LINES}(?<![.:])",
    rf"{_BEFORE}(?:{_FOLDERS}|{_BRANCHES})/[\w.@*+-]+(?:/[\w.@*+-]+)*/?{_LINES}(?<![.:])",
    rf"{_BEFORE}(?:{_WORDLIKE_FOLDERS})(?:/[\w.@*+-]+){{2,}}/?{_LINES}(?<![.:])",
    rf"{_BEFORE}(?:{_WORDLIKE_BRANCHES})/\w*[-\d][\w/-]*\b",
    rf"{_BEFORE}(?:[\w.@+*-]+[/\\])+[\w.@+*-]*\.(?:{_EXTENSIONS})\b{_LINES}",
    rf"{_BEFORE}(?:[\w.-]*\w)?\.(?:{_EXTENSIONS}){_LINES}(?![\w(]|\.\w)",
    r"(?<![\w./\\-])[\w.-]+/(?=[\s,;:.!?)\"']|\Z)(?<!\d/)",
    rf"\b[A-Za-z]:\\[\w.\\-]*[\w\\]{_LINES}",
    r"(?<![\w.])\.[a-z][\w-]*[a-z](?:\.\w+)*",  # .gitignore
    # What a shell sees.
    r"(?<![\w-])--[A-Za-z][\w-]*(?:=[^\s,;)]*[^\s,;).:!?])?",
    r"(?<![^\s(\"'\[])-[A-Za-z][\w-]*(?![\w-])",
    r"\$\{?[A-Za-z_]\w*\}?",
    r"%[A-Z_]{2,}%",
    # Code.
    rf"\b{_NAME}(?:(?:\.|::|->){_NAME})*!?\((?!e?s\))[^()\s]{{0,40}}\)",
    rf"\.{_NAME}\([^()\s]{{0,40}}\)",
    rf"\b{_NAME}(?:(?:::|->|\?\.){_NAME})+!?",
    r"\b[A-Z]\w*<[\w<>,:&'|-]+>",
    r"<[A-Za-z/][^<>\n]{0,60}>",
    r"<>",
    r"\b(?:[A-Za-z]\w*_\w+|_{1,2}\w+)\b",
    r"\b0x[0-9a-fA-F]+\b",
    r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b",
    r"\b(?=[0-9a-f]*[a-f])(?=[a-f]*\d)[0-9a-f]{7,40}\b",
    r"(?<![\w#&])#\d+\b",
    # Names with capital letters inside, and names with dots.
    r"\b[A-Za-z][A-Za-z0-9]*\.js\b|\bASP\.NET\b|(?<![\w.])\.NET\b",
    r"\b[a-z]{2,}\d*[A-Z]\w*\b|\b[a-z][A-Z][A-Za-z]{2,}\w*\b",
    r"\b[A-Z][a-z0-9]+(?:[A-Z][a-z0-9]+)+\b",
    r"\b[A-Za-z_]\w+(?:\.[A-Za-z_]\w+)+\b|\b[a-z]\.[A-Za-z_]\w{2,}\b",
    # Numbers that are names, and signs that a small model does not know.
    r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?:/\d+)?(?::\d+)?\b",
    r"\blocalhost:\d+\b",
    r"(?<![\w.])[vV]?\d+\.\d+\.\d+(?:[\w.+-]*\w)?",
    r"(?<![\w.])[vV]\d+(?:\.\d+)*\b",
    r"[€£¥₩₹]\d[\d,]*(?:\.\d+)?",
    rf"\b(?:{_KEYS})(?:\+(?:{_KEYS}|[A-Z][a-z]+|F?\d{{1,2}}|[A-Za-z]\b|[^\w\s]))+",
    r"\bO\((?:[^()\n]{1,30}(?:\([^()\n]{0,20}\))?){1,2}\)",
    r"(?<![\w.,-])\d{1,3}(?:,\d{3}){2,}(?![\w,.]\d)",
    r"\b[A-Za-z]+(?:-[A-Za-z0-9.]+)+-\d[\w.]*\b(?:\[\w+\])?",
    rf"\b(?!(?i:{LOAN_WORDS})\b)[A-Za-z]*{_ACCENTED}[A-Za-z{_ACCENTED[1:]}*\b",
    _FOREIGN,
    EMOJI,
)
_CODE_WORD = re.compile("|".join(f"(?:{pattern})" for pattern in _PATTERNS))

_LONGEST_TAG = 64
_LONGEST_WORD = 400
"""What is longer and has no blank is no English; it is not looked into."""
_ORDER = ("O(", "(O(")
_ALWAYS_SUSPICIOUS = r"_/\\@$#<%+\d\u0080-\U0010ffff"
_SUSPICIOUS = re.compile(
    rf"[{_ALWAYS_SUSPICIOUS}A-Z(.:?-](?:(?<=[{_ALWAYS_SUSPICIOUS}])|(?<=[a-z][A-Z])|(?<=[\w!]\()"
    r"|(?<=\.)[A-Za-z]|(?<=:):|(?<=-)>|(?<=\?)\.|(?<!\w-)(?<=-)[A-Za-z-])"
)
"""What at least one of the patterns needs; most words have nothing of it.

It begins with a set of characters, because a text is searched for that faster than for anything
else.
"""

_NAMES = words("""
    AirPods AppArmor AppImage AppKit AppleScript BigQuery BitBucket ChatGPT ClickHouse
    CloudFlare CloudFormation CloudFront CloudWatch CodePen CodeQL CoffeeScript CommonJS
    CommonMark CosmosDB DataFrame DeepMind DevOps DockerHub DynamoDB eBay ElasticSearch ESLint
    FastAPI FireFox FreeBSD GitHub GitLab GraphQL gRPC HashiCorp HuggingFace iCloud iMac
    IntelliJ iOS iPad iPadOS iPhone iTerm iTerm2 JavaScript JetBrains jQuery JupyterLab KeyCloak
    LangChain LaTeX LibreOffice LinkedIn LiveKit MacBook macOS MariaDB MeCab MessagePack
    MicroPython MongoDB MySQL NeoVim NetBSD NextAuth NumPy OpenAI OpenAPI OpenBSD OpenGL OpenID
    OpenShift OpenSSH OpenSSL OpenStack openSUSE OpenTelemetry PayPal PgBouncer PostGIS
    PostgreSQL PowerPoint PowerShell PowerToys PyCharm PyInstaller PyPI PyPy PyTorch QuickTime
    RabbitMQ RedHat SciPy SharePoint SmartScreen SonarQube SourceForge SQLAlchemy SQLite
    StackOverflow SteamOS SwiftUI TensorBoard TensorFlow tvOS TypeScript VirtualBox visionOS
    VMware VoiceOver watchOS WebAssembly WebGL WebGPU WebKit WebRTC WebSocket WebSockets
    WhatsApp WordPress xUnit YouTube
""")
_VALUE = re.compile(
    rf"[vV#]?[\d.,]+(?:[-+][\w.]+)?|[€£¥₩₹].*|(?:https?|ftp|wss?)://.*|\S+@\S+\.\w+|@\w+|{EMOJI}|[A-Za-z]*{_ACCENTED}.*"
    rf"|[\d,.]+[万億兆]?(?:ドル|ユーロ|ポンド|円)?|{_FOREIGN}"
    r"|[A-Za-z]+(?:-[A-Za-z0-9.]+)+-\d[\w.]*(?:\[\w+\])?"
)


def find_code_words(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the places of what is no English in text[start:end], in order, without overlaps."""
    at = start
    while sign := _SUSPICIOUS.search(text, at, end):
        begin = max(text.rfind(" ", at, sign.start()) + 1, at)
        blank = text.find(" ", sign.start(), end)
        stop = end if blank < 0 else blank
        if stop - begin > _LONGEST_WORD:
            yield begin, stop
            at = stop
            continue
        reach = stop
        if "<" in text[begin:stop]:  # a tag may hold blanks
            reach = max(stop, text.find(">", stop, min(stop + _LONGEST_TAG, end)) + 1)
        elif text.startswith(_ORDER, begin):  # O(n log n)
            reach = max(stop, text.find(")", stop, min(stop + _LONGEST_TAG, end)) + 1)
        at = stop
        while match := _CODE_WORD.search(text, begin, reach):
            yield match.start(), match.start() + len(match[0].rstrip())
            begin = match.end()
            at = max(at, begin)
            if begin >= stop:
                break


def is_name(text: str) -> bool:
    """Tell whether a slot's text is a name, a number or an address, rather than code."""
    return text in _NAMES or text.endswith((".js", ".NET")) or bool(_VALUE.fullmatch(text))
