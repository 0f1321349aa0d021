"""Profiles of activations on a screen, as JSON and as LaTeX."""
