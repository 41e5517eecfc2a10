"""Plugins: found, checked, loaded one at a time, called so that one that fails is named."""
