"""What voices on ONNX Runtime share: sessions, graphs, and graphs cut so that sound comes early."""
