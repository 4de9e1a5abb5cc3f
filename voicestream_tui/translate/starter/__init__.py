"""The translator that comes with the program: its model, and the choice among what it proposes."""
