"""Plays channel hosting, the old API of Tencent's live service."""
