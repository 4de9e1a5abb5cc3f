"""The recipe from end to end, with a sample; needs torch, which the program itself does not."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from train_starter import prepare, vocabulary, weights
from train_starter.cleaning import one_style
from train_starter.masking import mask_pair
from train_starter.pairs import read_pairs

from tests.train.recipe import SAMPLE, needs_torch, recipe, with_torch
from voicestream_tui.translate.starter.engine import StarterTranslator

pytestmark = [needs_torch, pytest.mark.slow]


SMALL = (
    *("--sets", "sample", "--width", 64, "--encoder", 1, "--decoder", 1),
    *("--batch", 300, "--pool", 25, "--warm-up", 5, "--threads", 1),
)


@pytest.fixture
def prepared(tmp_path: Path) -> Path:
    """The sample as arrays of tokens, and its vocabulary."""
    folder = tmp_path / "prepared"
    prepare.main(["--pairs", str(SAMPLE), "--vary-numbers", "0", "--out", str(folder)])
    vocabulary.main(["--prepared", str(folder), "--size", "1000", "--repeat"])
    return folder


def test_a_model_is_trained_that_the_program_loads_and_that_knows_its_sample(
    tmp_path: Path,
) -> None:
    printed = recipe("tiny", "--pairs", SAMPLE, "--out", tmp_path)
    translator = StarterTranslator(tmp_path / "model")
    pairs = [masked for pair in read_pairs(SAMPLE) if (masked := mask_pair(pair))]
    outputs = translator.translate([pair.english for pair in pairs])
    translator.close()
    right = sum(
        output == one_style(pair.japanese) for output, pair in zip(outputs, pairs, strict=True)
    )
    assert right >= 0.8 * len(pairs), list(zip(outputs, pairs, strict=True))[:5]
    assert "slots kept 100.0 %" in printed


def test_training_that_was_interrupted_ends_with_the_same_weights(
    prepared: Path, tmp_path: Path
) -> None:
    options = ("train", "--prepared", prepared, *SMALL, "--steps", 24, "--precision", "float32")
    recipe(*options, "--out", tmp_path / "whole")
    recipe(*options, "--out", tmp_path / "parts", "--stop-after", 11)
    assert "going on at step 11" in recipe(*options, "--out", tmp_path / "parts")
    whole, parts = (weights.load(tmp_path / run / "checkpoint.npz") for run in ("whole", "parts"))
    assert whole[1]["step"] == parts[1]["step"] == 24
    assert whole[0].keys() == parts[0].keys()
    for name, array in whole[0].items():
        assert np.array_equal(array, parts[0][name]), name


def test_weights_in_bf16_learn_and_a_new_run_can_begin_with_them(
    prepared: Path, tmp_path: Path
) -> None:
    options = ("train", "--prepared", prepared, *SMALL, "--steps", 50, "--precision", "bf16")
    first = recipe(*options, "--out", tmp_path / "first")
    weights_file = tmp_path / "first" / "weights.npz"
    again = recipe(*options, "--out", tmp_path / "again", "--start-from", weights_file)
    begins = [json.loads(text.splitlines()[0])["nll"] for text in (first, again)]
    assert begins[1] < begins[0] - 1


def test_a_model_that_has_grown_says_what_it_said_before() -> None:
    assert with_torch(GROWN).split() == ["True"] * 3


GROWN = """
import torch
from train_starter.growing import grown
from train_starter.network import Network, Shape
torch.manual_seed(1)
source, target = torch.randint(4, 50, (3, 9)), torch.randint(4, 50, (3, 7))
small = Network(Shape(50, width=64, encoder=3, decoder=2, inner=2))
arrays = {name: part.detach().numpy() for name, part in small.named_parameters()}
for layers, inner in ((3, 2), (4, 2), (7, 5)):
    large = Network(Shape(50, width=64, encoder=layers, decoder=2, inner=inner))
    given = grown(arrays, encoder=layers, units=64 * inner, seed=1)
    large.load_state_dict({name: torch.from_numpy(array) for name, array in given.items()})
    print(torch.allclose(small(source, target), large(source, target), atol=1e-6))
"""


def test_the_exported_model_gives_the_scores_of_the_trained_one(
    prepared: Path, tmp_path: Path
) -> None:
    run, model = tmp_path / "run", tmp_path / "model"
    recipe("train", "--prepared", prepared, *SMALL, "--steps", 30, "--out", run)
    recipe(
        *("export", "--weights", run / "weights.npz", "--vocabulary", prepared / "spm.model"),
        *("--out", model, "--quantization", "float32"),
    )
    assert float(with_torch(COMPARE.format(run=run, model=model))) < 1e-3


COMPARE = """
from pathlib import Path
import ctranslate2, sentencepiece, torch
from train_starter import weights
from train_starter.network import Network, Shape
arrays, about = weights.load(Path("{run}/weights.npz"))
network = Network(Shape(**about)).eval()
network.load_state_dict({{name: torch.from_numpy(a).float() for name, a in arrays.items()}})
spm = sentencepiece.SentencePieceProcessor(model_file="{model}/spm.model")
source, target = "I opened <c0> and ran the tests.", "<c0>を開いてテストを実行しました。"
s, t = spm.encode(source), spm.encode(target)
with torch.no_grad():
    # Padding must not change anything.
    states = network(torch.tensor([[*s, 3, 0, 0]]), torch.tensor([[2, *t]]))
    scores = (states @ network.embedding.weight.t() + network.bias).log_softmax(-1)[0]
mine = scores.gather(1, torch.tensor([*t, 3])[:, None])[:, 0].tolist()
model = ctranslate2.Translator("{model}", compute_type="float32")
pieces = [[spm.encode(text, out_type=str)] for text in (source, target)]
theirs = model.score_batch(*pieces)[0].log_probs
assert len(mine) == len(theirs)
print(max(abs(a - b) for a, b in zip(mine, theirs)))
"""


def test_the_loss_in_chunks_has_the_gradients_of_the_plain_one() -> None:
    assert float(with_torch(GRADIENTS)) < 1e-5


GRADIENTS = """
import torch
from torch.nn import functional
from train_starter.objective import ChunkedCrossEntropy
torch.manual_seed(0)
states, weight, bias = torch.randn(2500, 16), torch.randn(50, 16), torch.randn(50)
target = torch.randint(0, 50, (2500,))
found = []
for chunked in (True, False):
    given = [tensor.clone().requires_grad_() for tensor in (states, weight, bias)]
    if chunked:
        loss, total = ChunkedCrossEntropy.apply(*given, target, 0.0)
    else:
        scores = given[0] @ given[1].t() + given[2]
        loss = functional.cross_entropy(scores, target, ignore_index=0)
    loss.backward()
    found.append([loss.detach(), *(tensor.grad for tensor in given)])
print(max(float((a - b).abs().max()) for a, b in zip(*found)))
"""


def test_the_scores_of_the_program_are_those_of_sacrebleu() -> None:
    assert with_torch(SCORES).split() == ["True", "True"]


SCORES = """
import sacrebleu
from voicestream_tui.bench_scores import char_bleu, chrf
ours = ["テストは 12 件すべて成功しました。", "main.py を直しました。", "はい"]
theirs = ["12件のテストがすべて成功しました。", "main.pyを修正しました。", "いいえ、違います。"]
wanted = sacrebleu.corpus_chrf(ours, [theirs]).score
print(abs(chrf(ours, theirs) - wanted) < 1e-9)
wanted = sacrebleu.corpus_bleu(ours, [theirs], tokenize="char").score
print(abs(char_bleu(ours, theirs) - wanted) < 1e-9)
"""
