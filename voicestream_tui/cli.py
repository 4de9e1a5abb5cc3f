"""Commands and options."""


def main() -> int:
    """Run the program."""
    return 0
