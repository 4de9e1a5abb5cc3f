"""VITS voices of Coqui and ESPnet on ONNX Runtime."""
