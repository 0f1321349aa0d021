"""The 1,797 handwritten digits that scikit-learn ships, 8 × 8 pixels each."""

from __future__ import annotations

from hashlib import sha256
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt

from numerics.measuring.figures import MeasurementError

SHA256 = "87ff0c9e40dc7e2c0e34e7257799c2e3f3aec1a016363bb11cad869ec428a826"
"""Of the pixels and then the labels, a byte each."""


def digits() -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """The images, one a row, and what they show. Each pixel is moved to mean 0; all are scaled together to variance 1.

    `MeasurementError` where scikit-learn is missing, or ships other data than these.
    """
    try:
        datasets: Any = import_module("sklearn.datasets")
    except ImportError as error:
        raise MeasurementError("this measurement reads the digits of scikit-learn; install gradproof[measure]") from error
    read = datasets.load_digits()
    pixels: npt.NDArray[np.float64] = np.asarray(read.data, dtype=np.float64)
    labels: npt.NDArray[np.int64] = np.asarray(read.target, dtype=np.int64)
    if sha256(pixels.astype(np.uint8).tobytes() + labels.astype(np.uint8).tobytes()).hexdigest() != SHA256:
        raise MeasurementError("this scikit-learn ships other digits than the protocol was written for; take release 1.9")
    centred = pixels - pixels.mean(axis=0)
    return np.asarray(centred / centred.std(), dtype=np.float32), labels
