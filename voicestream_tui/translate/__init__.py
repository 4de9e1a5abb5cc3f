"""English to Japanese: the protocol, the engines, the gate that lets no garbage through."""
