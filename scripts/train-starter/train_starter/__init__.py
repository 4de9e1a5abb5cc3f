"""Trains the small English-to-Japanese model that ships with the program."""
