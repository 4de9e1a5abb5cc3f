"""Open JTalk with HTS voices: the voice that comes with the program."""
