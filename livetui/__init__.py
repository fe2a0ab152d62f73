"""A keyboard-driven terminal console for live streaming."""

__version__ = "0.1.0"
