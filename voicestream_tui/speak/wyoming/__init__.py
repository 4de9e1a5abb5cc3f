"""Voices of a server that speaks the Wyoming protocol."""
