"""Pure: what should be said. Imports no thread, no engine, no screen."""
