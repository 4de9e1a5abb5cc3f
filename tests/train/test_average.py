"""The mean of two models."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from train_starter import average, weights

ABOUT = {"width": 4}


def arrays(value: float) -> weights.Arrays:
    return {
        "matrix": np.full((64, 64), value, np.float32),
        "bias": np.full(4, 2 * value, np.float32),
    }


def test_the_shares_are_kept(tmp_path: Path) -> None:
    for name, value in (("a", 1.0), ("b", 2.0)):
        about = {**ABOUT, "dropout": 0.1} if name == "b" else ABOUT  # trained in another way
        weights.save(tmp_path / name, weights.rounded(arrays(value)), about)
    out = tmp_path / "c"
    paths = [str(tmp_path / name) for name in ("a", "b")]
    assert average.main([*paths, "--share", "0.25", "--out", str(out)]) == 0
    mixed, about = weights.load(out)
    assert about == ABOUT
    assert np.allclose(mixed["matrix"], 1.75, atol=1e-2)
    assert np.allclose(mixed["bias"], 3.5, atol=1e-2)


def test_models_of_different_shapes_are_refused(tmp_path: Path) -> None:
    weights.save(tmp_path / "a", arrays(1.0), ABOUT)
    weights.save(tmp_path / "b", arrays(1.0), {"width": 8})
    paths = [str(tmp_path / name) for name in ("a", "b")]
    with pytest.raises(SystemExit, match="different shapes"):
        average.main([*paths, "--out", str(tmp_path / "c")])


def test_what_does_not_fit_together_is_an_error() -> None:
    with pytest.raises(ValueError, match="share"):
        average.averaged(arrays(1.0), arrays(2.0), 1.5)
    with pytest.raises(ValueError, match="names"):
        average.averaged(arrays(1.0), {"matrix": np.zeros((64, 64), np.float32)}, 0.5)
