"""The recipe's package is not installed; it lies beside the scripts."""

from __future__ import annotations

import sys

from tests.train.recipe import RECIPE

sys.path.insert(0, str(RECIPE))
