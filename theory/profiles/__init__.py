"""Profiles of activations: what a function of one variable is like, derived from its definition."""

from theory.profiles.profile import Constant, Profile, ProfileError, profile

__all__ = ["Constant", "Profile", "ProfileError", "profile"]
