"""`python -m voicestream_tui`."""

import sys

from voicestream_tui.cli import main

if __name__ == "__main__":
    sys.exit(main())
