"""Recipes that make models the program loads of those that are published."""
