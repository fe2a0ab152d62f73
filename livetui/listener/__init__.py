"""Receives event notifications over HTTP: the messages a cloud sends when streams come and go."""
