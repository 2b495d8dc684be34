"""Where a customer's stored values came from: operation, file, sheet and cell."""

import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cmledger.ledger.chains import FLIPS
from cmledger.ledger.tables import table
from cmledger.records.history import SourceCell

_ENTRY = ("table_name", "row_id", "operation_id", "action", "before", "sheet_row")


def field_sources(connection: Connection, customer_id: int) -> dict[str, SourceCell]:
    """Full field name -> where its present value came from (its latest live writer).

    Names: "customer.supply", "customer.line", "customer_manager.manager", and for energy
    "consumption.kwh:2025-0" (year, month; month 0 is the year's total).
    """
    consumption = table("consumption")
    months = {
        row_id: f"consumption.kwh:{year}-{month}"
        for row_id, year, month in connection.execute(
            sa.select(consumption.c.id, consumption.c.year, consumption.c.month).where(
                consumption.c.customer_id == customer_id
            )
        )
    }
    found: dict[str, SourceCell] = {}
    for row in entries_of(connection, "customer", [customer_id]):
        for field in _fields(row, table("customer")):
            found[f"customer.{field}"] = source_cell(row, f"customer.{field}")
    for row in entries_of(connection, "customer_manager", [customer_id]):
        name = "customer_manager.manager"
        found[name] = source_cell(row, name)
    for row in entries_of(connection, "consumption", list(months)):
        name = months[row["row_id"]]
        found[name] = source_cell(row, name)
    return found


def entries_of(
    connection: Connection, name: str, ids: list[int], *, every: bool = False
) -> list[dict[str, Any]]:
    """Entries of rows with their operation and sheet, oldest first; live ones that wrote content, or `every` one."""
    entry, operation = table("entry"), table("operation")
    sheet, file = table("source_sheet"), table("source_file")
    query = (
        sa.select(
            *(entry.c[c] for c in _ENTRY),
            operation.c.at,
            operation.c.actor,
            operation.c.command,
            operation.c.live,
            sheet.c.name.label("sheet"),
            sheet.c.columns,
            file.c.path,
        )
        .join(operation, operation.c.id == entry.c.operation_id)
        .outerjoin(sheet, sheet.c.id == entry.c.sheet_id)
        .outerjoin(file, file.c.id == sheet.c.file_id)
        .where(entry.c.table_name == name, entry.c.row_id.in_(ids))
        .order_by(entry.c.row_id, entry.c.operation_id)
    )
    if not every:
        query = query.where(operation.c.live == 1, operation.c.command.not_in(FLIPS))
    return [dict(row) for row in connection.execute(query).mappings()]


def _fields(row: dict[str, Any], target: sa.Table) -> list[str]:
    """The faces of the fields an entry wrote."""
    names = [c.name for c in target.columns] if row["before"] is None else json.loads(row["before"])
    return [name.removesuffix("_id") for name in names if name != "id"]


def source_cell(row: dict[str, Any], field: str) -> SourceCell:
    """The cell of a field in the row an entry was read from; None parts where it was entered by a command."""
    columns: dict[str, str] = json.loads(row["columns"]) if row["columns"] else {}
    letters = columns.get(field) or columns.get(field.partition(":")[0])
    cell = f"{letters}{row['sheet_row']}" if letters and row["sheet_row"] else None
    if letters and letters[-1].isdigit():
        cell = letters  # of a form, where each field has a row of its own
    if cell is None and row["sheet_row"]:
        cell = str(row["sheet_row"])
    return SourceCell(
        row["operation_id"],
        row["at"],
        row["actor"],
        row["command"],
        row["path"],
        row["sheet"],
        cell,
    )
