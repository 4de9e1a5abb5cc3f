"""What the coding agent says: its process, its stream, its meaning.

No threads but those of a source.
"""
