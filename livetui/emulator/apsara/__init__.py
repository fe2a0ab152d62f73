"""Plays ApsaraVideo Live, Alibaba Cloud's live service."""
