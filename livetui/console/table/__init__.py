"""The console's one table."""

from livetui.console.table.row import Row, TableColumn, TableRow
from livetui.console.table.widget import Left, ThingTable

__all__ = ["Left", "Row", "TableColumn", "TableRow", "ThingTable"]
