"""Translation models in ONNX format, as Optimum exports them."""
