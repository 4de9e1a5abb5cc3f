"""The command `doctor`: what works here, what does not, and the remedy.

Nothing is changed and nothing on the network is asked. What could crash or hang (libraries of the
graphics card, sound systems, models) is tried in processes of its own (`child.py`).

The modules of checks import the rest of the program inside their functions or are imported late
themselves, so that a package that is missing or broken is a line of the report and not its end.
"""
