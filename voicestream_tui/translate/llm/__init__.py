"""Language models as translators: in a folder here, or on a server with OpenAI's interface."""
