"""Marian and NLLB models in CTranslate2 format."""
