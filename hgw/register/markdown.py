"""A document of the register as Markdown, for whoever has no account here."""

from hgw.register.documents import Document, Part, Table


def written(document: Document) -> str:
    """The whole document; ends with a line break."""
    parts = [f"# {document.title}", document.says, *(_part(part) for part in document.parts)]
    return "\n\n".join(parts) + "\n"


def _part(part: Part) -> str:
    blocks = [f"## {part.title}", *part.says]
    blocks += ["\n".join([f"**{label}**", "", *(f"- {value}" for value in values)]) for label, values in part.facts]
    if part.points:
        blocks.append("\n".join(f"- {point}" for point in part.points))
    if part.table:
        blocks.append(_table(part.table))
    return "\n\n".join(blocks)


def _table(table: Table) -> str:
    lines = [table.head, tuple("---" for _cell in table.head), *table.rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)
