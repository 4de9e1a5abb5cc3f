"""How Marian's and NLLB's models want a sentence spelt, whatever runs them."""
