"""Plays the LVB API of 2017: streams by their LVB code, mixes, recordings and statistics."""
