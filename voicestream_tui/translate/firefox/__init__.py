"""Mozilla's models of Firefox Translations, run in a process of their own."""
