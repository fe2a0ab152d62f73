"""The console's one table."""

from livetui.console.table.row import Row, TableColumn
from livetui.console.table.widget import ThingTable

__all__ = ["Row", "TableColumn", "ThingTable"]
