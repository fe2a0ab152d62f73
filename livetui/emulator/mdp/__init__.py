"""Tencent Media Packaging, played: what it remembers in each region, and its 60 answers."""
