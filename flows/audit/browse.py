"""Lists of edits, documents, flags and quarantined sources, a page at a time.

Pages are cut by key, never by number: page one million costs what page one costs.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

from flows.audit.tables import Row, Tables

PAGE = 50

KINDS = ("decode", "repair", "normalise", "remove", "split", "restore")
_TAKEN = "(kind in ('remove', 'split') or (after = '' and before <> '' and kind <> 'decode'))"
_SOURCES = """source_sha256 in (
    select source_sha256 from documents where contains(source_path, $source)
    union all select source_sha256 from removed where scope = 'document' and contains(source_path, $source))"""


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
            ("source", _SOURCES),
            ("text", "(contains(before, $text) or contains(after, $text))"),
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


_EDIT = """doc_id, source_sha256, step, ordinal, rule, kind, before, after, raw_start, raw_end, confidence, evidence,
    witness_doc_id"""


def edits(tables: Tables, narrowed: Filter, key: str = "", size: int = PAGE) -> Page:
    """One page of edits in the order of the sources. ``key`` is what another page gave as ``before`` or ``after``."""
    condition, parameters = narrowed.query()
    backwards, part, number = _key(key)
    if part:
        sign = "<" if backwards else ">"
        condition += f" and (filename {sign} $part or (filename = $part and file_row_number {sign} $number))"
        parameters |= {"part": str(tables.snapshot / "edits" / part), "number": number}
    order = "order by filename desc, file_row_number desc" if backwards else ""
    columns = "filename, file_row_number, step, ordinal, source_sha256"
    # Forwards there is nothing to sort: DuckDB reads the parts in order and stops when the page is full.
    found = tables.rows(f"select {columns} from edits where {condition} {order} limit {size + 1}", **parameters)
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    if not found:
        return Page([])
    rows = _whole(tables, found)
    first, last = found[0], found[-1]
    return Page(
        rows,
        before=_named("<", first) if (part and not backwards) or (backwards and more) else "",
        after=_named(">", last) if backwards or more else "",
    )


def _key(key: str) -> tuple[bool, str, int]:
    """Direction, part and row of a page's key; a key that makes no sense is the first page."""
    sign, _, rest = key.partition(":")
    part, _, number = rest.partition(":")
    if sign not in ("<", ">") or not part.startswith("part-") or not number.isdigit():
        return False, "", 0
    return sign == "<", part, int(number[:18])


def _named(sign: str, row: Row) -> str:
    return f"{sign}:{row['filename'].rsplit('/', 1)[-1]}:{row['file_row_number']}"


def _whole(tables: Tables, found: list[Row]) -> list[Row]:
    """The texts of the rows of one page, which lie close together, and where their documents are."""
    rows: list[Row] = []
    for part in dict.fromkeys(row["filename"] for row in found):
        numbers = [row["file_row_number"] for row in found if row["filename"] == part]
        rows += tables.rows(
            f"""select {_EDIT} from edits where filename = $part and file_row_number between $first and $last
            and list_contains($numbers, file_row_number) order by file_row_number""",
            part=part,
            numbers=numbers,
            first=min(numbers),
            last=max(numbers),
        )
    return with_places(tables, rows)


def with_places(tables: Tables, rows: list[Row]) -> list[Row]:
    """Add to each row the path, the title and the fate of its document."""
    places = tables.places([row["doc_id"] for row in rows])
    for row in rows:
        place = places.get(row["doc_id"], {})
        for name in ("source_path", "title", "section_index", "fate"):
            row[name] = place.get(name)
    return rows


def count_edits(tables: Tables, narrowed: Filter) -> int:
    """How many edits a filter lets through."""
    condition, parameters = narrowed.query()
    return int(tables.rows(f"select count(*) as n from edits where {condition}", **parameters)[0]["n"])


def documents(tables: Tables, kind: str, source: str, text: str, key: str = "", size: int = PAGE) -> Page:
    """One page of the documents that were dropped or merged away, by path; forwards only."""
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
    if key:
        tests.append("(source_path, section_index) > ($path, $section)")
        path, _, section = key.rpartition(":")
        parameters |= {"path": path, "section": int(section) if section.isdigit() else 0}
    rows = tables.rows(
        f"""select doc_id, source_path, section_index, section_title as title, kind, reason, left(text, 400) as text,
        chars from removed where {" and ".join(tests)} order by source_path, section_index limit {size + 1}""",
        **parameters,
    )
    more, rows = len(rows) > size, rows[:size]
    return Page(rows, after=f"{rows[-1]['source_path']}:{rows[-1]['section_index']}" if more else "")


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


def flags(tables: Tables, kind: str, source: str, key: str = "", size: int = PAGE) -> Page:
    """One page of flags with the text around them, in the order of the sources; forwards only."""
    tests: list[str] = ["len(flags) > 0"]
    parameters: dict[str, Any] = {}
    if source:
        tests.append("contains(source_path, $source)")
        parameters["source"] = source
    if kind:
        tests.append("len(list_filter(flags, f -> f.kind = $kind)) > 0")
    path, section, number = _flag_key(key)
    if key:
        tests.append("(source_path, section_index) >= ($path, $section)")
        parameters |= {"path": path, "section": section, "number": number}
    if kind:
        parameters["kind"] = kind
    behind = "(source_path, section_index, number) > ($path, $section, $number)" if key else "true"
    rows = tables.rows(
        f"""with chosen as (
            select doc_id, source_path, section_index, title, text, flags from documents where {" and ".join(tests)}
            order by source_path, section_index limit {size + 1}
        ), each as (
            select doc_id, source_path, section_index, title, text, unnest(flags) as flag,
                   generate_subscripts(flags, 1) as number from chosen
        )
        select doc_id, source_path, section_index, title, number, flag.kind as kind, flag.rule as rule,
               flag.start as start, flag.text as text, flag.detail as detail, flag.value as value,
               substring(text, greatest(flag.start - 39, 1), least(flag.start, 40)) as context_before,
               substring(text, flag.end + 1, 40) as context_after
        from each where {behind} and {"flag.kind = $kind" if kind else "true"}
        order by source_path, section_index, number limit {size + 1}""",
        **parameters,
    )
    more, rows = len(rows) > size, rows[:size]
    if not more:
        return Page(rows)
    last = rows[-1]
    return Page(rows, after=f"{last['source_path']}:{last['section_index']}:{last['number']}")


def _flag_key(key: str) -> tuple[str, int, int]:
    path, _, number = key.rpartition(":")
    path, _, section = path.rpartition(":")
    return path, int(section) if section.isdigit() else 0, int(number) if number.isdigit() else 0


def rule_sources(tables: Tables, rule: str, limit: int = 20) -> list[Row]:
    """The sources in which a rule made most edits."""
    rows = tables.rows(
        f"""select source_sha256, any_value(doc_id) as doc_id, count(*) as edits,
            sum(length(before)) - sum(length(after)) as less
        from edits where rule = $rule group by source_sha256 order by edits desc, source_sha256 limit {limit}""",
        rule=rule,
    )
    return with_places(tables, rows)
