"""Every table, so that metadata is whole wherever it is imported from."""

from storage.schema import chats, giving, history, needs, people, seals, talking

__all__ = ["chats", "giving", "history", "needs", "people", "seals", "talking"]
