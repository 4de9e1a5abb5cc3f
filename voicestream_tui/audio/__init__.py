"""Clips to blocks, blocks to the device: the player, the outputs, the arithmetic of sound."""
