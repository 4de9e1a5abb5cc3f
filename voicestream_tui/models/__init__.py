"""Models that are not part of the program: what there is, and how it is fetched and kept."""
