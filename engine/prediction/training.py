"""The training of a deep model, in a process of its own: the only place that loads TensorFlow.

`python -m engine.prediction.training FOLDER` reads inputs.npz and settings.json there and writes
weights.npz and epochs.json.
"""

import json
import sys
from pathlib import Path
from typing import Any

EPOCHS, BATCH = 20, 256
PATIENCE = 3  # epochs without a better loss on the newest customers
HELD_BACK = 0.15  # the newest customers, who say when to stop


def train(folder: Path) -> None:
    import keras
    import numpy as np
    import tensorflow

    tensorflow.config.threading.set_intra_op_parallelism_threads(1)  # the same sums everywhere
    tensorflow.config.threading.set_inter_op_parallelism_threads(1)
    settings = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
    keras.utils.set_random_seed(settings["seed"])
    with np.load(folder / "inputs.npz") as found:
        fixed, steps = found["fixed"].astype("float32"), found["steps"].astype("float32")
        label = found["label"].astype("float32")
    chance = settings["kind"] == "chance"
    model = _build(settings["shape"], chance, fixed.shape[1], steps.shape[1:])
    model.compile(
        optimizer=keras.optimizers.Adam(2e-3),
        loss="binary_crossentropy" if chance else "mse",
        metrics=["accuracy"] if chance else ["mae"],
    )
    stop = keras.callbacks.EarlyStopping(patience=PATIENCE, restore_best_weights=True)
    held = len(label) - max(int(len(label) * HELD_BACK), 1)
    history = model.fit(
        [fixed[:held], steps[:held]], label[:held],
        validation_data=([fixed[held:], steps[held:]], label[held:]),
        epochs=EPOCHS, batch_size=BATCH, callbacks=[stop], verbose=0,
    )  # fmt: skip
    said = model.predict([fixed, steps], batch_size=4096, verbose=0)[:, 0]
    np.savez(folder / "weights.npz", *model.get_weights(), said=said)
    epochs = _epochs(history.history)
    (folder / "epochs.json").write_text(json.dumps(epochs), encoding="utf-8")


def _build(shape: str, chance: bool, columns: int, months: tuple[int, ...]) -> Any:
    from keras import Input, Model, layers

    fixed, steps = Input((columns,)), Input(months)
    if shape == "MLP":
        level = layers.Concatenate()([fixed, layers.Flatten()(steps)])
        level = layers.Dropout(0.2)(layers.Dense(64, activation="relu")(level))
    else:
        level = layers.Concatenate()([layers.LSTM(24)(steps), fixed])
    level = layers.Dropout(0.2)(layers.Dense(32, activation="relu")(level))
    last = layers.Dense(1, activation="sigmoid" if chance else "linear")(level)
    return Model([fixed, steps], last)


def _epochs(history: dict[str, list[float]]) -> list[dict[str, float]]:
    """One row an epoch; `val_` is of the newest customers, who were held back."""
    names = list(history)
    return [
        {"epoch": number, **{name: float(history[name][number - 1]) for name in names}}
        for number in range(1, len(history["loss"]) + 1)
    ]


if __name__ == "__main__":
    train(Path(sys.argv[1]))
