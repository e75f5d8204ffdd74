"""Loads model.onnx for mlflow.pyfunc. A column of a DataFrame is an input of its name; more columns do no harm."""
import os

import numpy as np
import onnxruntime
import pandas as pd


class _Model:
    def __init__(self, path):
        self.session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])

    def _feed(self, frame):
        feed = {}
        for given in self.session.get_inputs():
            if given.name not in frame.columns:
                raise ValueError(f"the model needs the column {given.name!r}")
            column = frame[given.name]
            if given.type == "tensor(string)":
                values = np.array(["" if pd.isna(value) else str(value) for value in column], dtype=object)
            elif given.type == "tensor(int64)":
                moments = pd.to_datetime(column).astype("datetime64[us]")
                values = np.where(moments.isna(), np.iinfo(np.int64).min, moments.astype("int64")).astype(np.int64)
            else:
                values = pd.to_numeric(column).to_numpy(dtype=np.float64, na_value=np.nan)
            feed[given.name] = values.reshape(-1, 1)
        return feed

    def predict(self, data, params=None):
        frame = data if isinstance(data, pd.DataFrame) else pd.DataFrame(data)
        outputs = self.session.run(None, self._feed(frame))
        answer = pd.DataFrame(index=frame.index)
        for told, values in zip(self.session.get_outputs(), outputs):
            values = np.asarray(values)
            if values.ndim == 2 and values.shape[1] > 1:
                classes = self.session.get_modelmeta().custom_metadata_map.get("classes", "")
                names = __import__("json").loads(classes) if classes else range(values.shape[1])
                for place, name in enumerate(names):
                    answer[f"p({name})"] = values[:, place]
            else:
                answer[told.name] = values.reshape(-1)
        return answer


def _load_pyfunc(path):
    return _Model(os.path.join(path, "model.onnx") if os.path.isdir(path) else path)
