"""Japanese to sound: the protocol and the engines."""
