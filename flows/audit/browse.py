"""Lists of edits, documents, flags and quarantined sources, a page at a time.

Pages are cut by key, never by number: page one million costs what page one costs.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

from flows.audit.sidebyside import QUICK, Traces
from flows.audit.tables import Row, Tables
from flows.store.names import original_text
from flows.store.schema import EDITS

PAGE = 50
_EXCERPT = 400  # code points listed of a document

KINDS = ("decode", "repair", "normalise", "remove", "split", "restore")
# Whether anything stood there is told by the offsets: only who seeks a text pays for the reading of texts.
_TAKEN = """kind in ('remove', 'split') or (after = '' and "end" > start and kind <> 'decode')"""
_OF_SOURCE = "source_sha256 in (select source_sha256 from places where contains(source_path, $source))"


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list of edits is narrowed to; empty fields narrow nothing. ``text`` is sought in before and after."""

    what: str = "removed"  # removed | all
    rule: str = ""
    kind: str = ""
    source: str = ""
    text: str = ""
    least: float = 0.0  # confidence, inclusive
    most: float = 1.0

    @property
    def address(self) -> str:
        """As a query of an address."""
        return urlencode({name: value for name, value in asdict(self).items() if value != ""})

    def query(self) -> tuple[str, dict[str, Any]]:
        """A condition on `edits` and its parameters."""
        tests = ["kind <> 'decode' or after <> ''"] if self.what != "removed" and self.kind != "decode" else []
        parameters: dict[str, Any] = {}
        if self.what == "removed":
            tests.append(_TAKEN)
        for name, test in (
            ("rule", "rule = $rule"),
            ("kind", "kind = $kind"),
            ("source", _OF_SOURCE),
            ("text", "contains(before, $text) or contains(after, $text)"),
        ):
            if value := getattr(self, name):
                tests.append(test)
                parameters[name] = value
        if self.least > 0:
            tests.append("confidence >= $least")
            parameters["least"] = self.least
        if self.most < 1:
            tests.append("confidence <= $most")
            parameters["most"] = self.most
        return " and ".join(f"({test})" for test in tests) or "true", parameters


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and the keys of the pages before and behind them (empty at the ends)."""

    rows: list[Row]
    before: str = ""
    after: str = ""


def edits(traces: Traces, narrowed: Filter, key: str = "", size: int = PAGE) -> Page:
    """One page of edits in the order of the sources. ``key`` is what another page gave as ``before`` or ``after``.

    Where the edits stand will be shown, so they are taken from their sources, but for very long ones.
    """
    condition, parameters = narrowed.query()
    found = _keys(traces.tables, "edits", condition, parameters, key, size, ", source_sha256, step, ordinal")
    whole = traces.several([row["source_sha256"] for row in found.rows], most=QUICK)
    for row in found.rows:
        if traced := whole.get(row["source_sha256"]):
            row |= traced.ledger[row["step"], row["ordinal"]]
    traces.tables.add([row for row in found.rows if row["source_sha256"] not in whole], EDITS.names)
    with_places(traces.tables, found.rows)
    return found


def _keys(
    tables: Tables, table: str, condition: str, parameters: dict[str, Any], key: str, size: int, columns: str = ""
) -> Page:
    """Where the rows of a page lie: part and number in it. Forwards nothing is sorted: reading stops at a full page."""
    backwards, part, number = _key(key)
    if part:
        sign = "<" if backwards else ">"
        condition = (
            f"({condition}) and (filename {sign} $part or (filename = $part and file_row_number {sign} $number))"
        )
        parameters = parameters | {"part": str(tables.snapshot / table / part), "number": number}
    order = "order by filename desc, file_row_number desc" if backwards else ""
    query = f"select filename, file_row_number{columns} from {table} where {condition} {order} limit {size + 1}"
    rows = tables.rows(query, **parameters)
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    if not rows:
        return Page([])
    return Page(
        rows,
        before=_named("<", rows[0]) if (part and not backwards) or (backwards and more) else "",
        after=_named(">", rows[-1]) if backwards or more else "",
    )


def _key(key: str) -> tuple[bool, str, int]:
    """Direction, part and row of a page's key; a key that makes no sense is the first page."""
    named = re.fullmatch(r"([<>]):(part-[0-9]{1,9}\.parquet):([0-9]{1,18})", key)
    return (named[1] == "<", named[2], int(named[3])) if named else (False, "", 0)


def _named(sign: str, row: Row) -> str:
    return f"{sign}:{row['filename'].rsplit('/', 1)[-1]}:{row['file_row_number']}"


def with_places(tables: Tables, rows: list[Row]) -> list[Row]:
    """Add to each row the path, the title and the fate of its document."""
    places = tables.places([row["doc_id"] for row in rows])
    for row in rows:
        place = places.get(row["doc_id"], {})
        row |= {name: place.get(name) for name in ("source_path", "title", "section_index", "fate")}
    return rows


def count_edits(tables: Tables, narrowed: Filter) -> int:
    """How many edits a filter lets through."""
    condition, parameters = narrowed.query()
    return int(tables.rows(f"select count(*) as n from edits where {condition}", **parameters)[0]["n"])


def documents(tables: Tables, kind: str, source: str, text: str, key: str = "", size: int = PAGE) -> Page:
    """One page of the documents that were dropped or merged away, in the order of the sources."""
    tests: list[str] = ["scope = 'document'"]
    parameters: dict[str, Any] = {}
    for value, name, test in (
        (kind, "kind", "kind = $kind"),
        (source, "source", "contains(source_path, $source)"),
        (text, "text", "contains(text, $text)"),
    ):
        if value:
            tests.append(test)
            parameters[name] = value
    found = _keys(tables, "removed", " and ".join(tests), parameters, key, size)
    columns = ["doc_id", "source_path", "section_index", "section_title", "kind", "reason", "text", "chars"]
    tables.add(found.rows, columns)
    for row in found.rows:
        row["title"], row["text"] = row.pop("section_title"), row["text"][:_EXCERPT]
    return found


def clusters(tables: Tables, key: str = "", size: int = PAGE) -> Page:
    """One page of clusters, the largest first; a cluster is named by its survivor."""
    tests: list[str] = ["true"]
    parameters: dict[str, Any] = {}
    if key:
        count, _, survivor = key.partition(":")
        tests.append("(members < $count or (members = $count and survivor_doc_id > $survivor))")
        parameters = {"count": int(count) if count.isdigit() else 0, "survivor": survivor}
    rows = tables.rows(
        f"""select * from (
            select survivor_doc_id, count(*) + 1 as members, min(similarity) as least, max(similarity) as most,
                   any_value(survivor_source_path) as source_path,
                   any_value(survivor_section_index) as section_index,
                   count(*) filter (removed_doc_id = survivor_doc_id) as identical
            from duplicates group by survivor_doc_id
        ) where {" and ".join(tests)} order by members desc, survivor_doc_id limit {size + 1}""",
        **parameters,
    )
    more, rows = len(rows) > size, rows[:size]
    places = tables.places([row["survivor_doc_id"] for row in rows])
    for row in rows:
        row["title"] = places.get(row["survivor_doc_id"], {}).get("title")
    return Page(rows, after=f"{rows[-1]['members']}:{rows[-1]['survivor_doc_id']}" if more else "")


def members(tables: Tables, survivor: str) -> list[Row]:
    """The documents that gave way to a survivor, and the sources identical to its own."""
    return tables.rows(
        """select * exclude (filename, file_row_number) from duplicates where survivor_doc_id = $survivor
        order by similarity desc, removed_source_path, removed_doc_id""",
        survivor=survivor,
    )


def quarantine(tables: Tables, reason: str, key: str = "", size: int = PAGE) -> Page:
    """One page of quarantined sources, by path."""
    tests: list[str] = ["true"]
    parameters: dict[str, Any] = {}
    if reason:
        tests.append("reason = $reason")
        parameters["reason"] = reason
    if key:
        tests.append("source_path > $path")
        parameters["path"] = key
    rows = tables.rows(
        f"""select source_path, source_sha256, reason, detail from quarantine where {" and ".join(tests)}
        order by source_path limit {size + 1}""",
        **parameters,
    )
    more, rows = len(rows) > size, rows[:size]
    return Page(rows, after=rows[-1]["source_path"] if more else "")


def quarantine_reasons(tables: Tables) -> list[Row]:
    """How many sources went to quarantine, by reason."""
    return tables.rows("select reason, count(*) as n from quarantine group by reason order by n desc, reason")


def flag_kinds(tables: Tables) -> list[Row]:
    """How many flags the kept documents carry, by kind."""
    return tables.rows(
        """select flag.kind as kind, flag.rule as rule, count(*) as n, count(distinct doc_id) as documents
        from (select doc_id, unnest(flags) as flag from documents where len(flags) > 0)
        group by all order by n desc, kind, rule"""
    )


FLAGS_OF_ONE = 20  # flags shown of one document; its own page has the others


def flags(tables: Tables, kind: str, source: str, key: str = "", size: int = PAGE) -> Page:
    """One page of documents with flags, each with its first flags and the text around them."""
    tests, parameters = ["len(flags) > 0"], {}
    if source:
        tests.append("contains(source_path, $source)")
        parameters["source"] = source
    if kind:
        tests.append("list_contains([flag.kind for flag in flags], $kind)")
        parameters["kind"] = kind
    found = _keys(tables, "documents", " and ".join(tests), parameters, key, size)
    tables.add(found.rows, ["doc_id", "source_path", "section_index", "title", "text", "flags"])
    for row in found.rows:
        chosen = [flag | {"number": n} for n, flag in enumerate(row["flags"]) if kind in ("", flag["kind"])]
        text = original_text(row.pop("text"))
        row["more"] = max(0, len(chosen) - FLAGS_OF_ONE)
        row["flags"] = [
            flag
            | {
                "context_before": text[max(0, flag["start"] - 40) : flag["start"]],
                "context_after": text[flag["end"] : flag["end"] + 40],
            }
            for flag in chosen[:FLAGS_OF_ONE]
        ]
    return found


def rule_sources(tables: Tables, rule: str, limit: int = 20) -> list[Row]:
    """The sources in which a rule made most edits."""
    rows = tables.rows(
        f"""select source_sha256, any_value(doc_id) as doc_id, count(*) as edits,
            sum(length(before)) - sum(length(after)) as less
        from edits where rule = $rule group by source_sha256 order by edits desc, source_sha256 limit {limit}""",
        rule=rule,
    )
    return with_places(tables, rows)
