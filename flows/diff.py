"""`jiaokan diff`: which documents and rules changed between two snapshots, with examples.

Parts that are the same file in both are not read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import duckdb
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from flows.store.names import original_text
from flows.store.snapshots import Listed
from flows.terminal import inert

EXAMPLES = 3  # of each kind
_AROUND = 20  # code points shown on either side of the first difference of two texts
_DECISIONS = {
    "input_digest": "the sources",
    "ruleset_hash": "the rules or their libraries",
    "profile_hash": "the profile",
    "pipeline_version": "the version of jiaokan",
    "judgements_hash": "the judgements",
}


@dataclass(slots=True)
class Difference:
    """What is different in ``b``. Documents are rows with source_path, title and what `_QUERIES` adds."""

    a: str
    b: str
    decisions: list[str]  # what went in differently
    profile: dict[str, tuple[Any, Any]]
    counts: dict[str, tuple[int, int]]
    rules: dict[str, tuple[Mapping[str, Any], Mapping[str, Any]]]
    documents: dict[str, tuple[int, list[dict[str, Any]]]]  # by kind of change, how many, and examples
    edits: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # by rule, examples of edits on one side only


def compare(a: Listed, b: Listed) -> Difference:
    """Compare two snapshots, the older one given first."""
    one, other = a.manifest, b.manifest
    with duckdb.connect() as db:
        for side, mine, theirs in (("a", a, b), ("b", b, a)):
            for table in ("documents", "removed", "edits"):
                _view(db, f"{side}_{table}", table, mine, theirs)
        documents = {kind: _documents(db, query) for kind, query in _QUERIES.items()}
        rules = _changed(one.get("rules", {}), other.get("rules", {}))
        examples = {rule: _edits(db, rule) for rule in rules}
    return Difference(
        a.id,
        b.id,
        [what for key, what in _DECISIONS.items() if one.get(key) != other.get(key)],
        _changed(one["profile"], other["profile"]),
        _changed(one["counts"], other["counts"]),
        rules,
        {kind: found for kind, found in documents.items() if found[0]},
        {rule: rows for rule, rows in examples.items() if rows},
    )


def _changed(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    pairs = {name: (one.get(name), other.get(name)) for name in sorted({*one, *other})}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _view(db: duckdb.DuckDBPyConnection, name: str, table: str, mine: Listed, theirs: Listed) -> None:
    """The rows of the parts the other snapshot does not have; of a table with none, no rows of its first part."""
    known = {entry["sha256"] for entry in theirs.manifest["tables"][table]}
    entries = mine.manifest["tables"][table]
    own = [entry for entry in entries if entry["sha256"] not in known]
    files = [str(mine.path / table / entry["file"]) for entry in own or entries[:1]]
    db.read_parquet(files).filter("true" if own else "false").create_view(name)


_CHANGED = """
select b.source_path, b.title, a.text as before, b.text as after from a_documents a join b_documents b using (doc_id)
where a.text <> b.text order by b.source_path, b.section_index"""
_NEW = """
select source_path, coalesce(nullif(title, ''), text[:40]) as title, '' as before, '' as after
from b_documents anti join a_documents using (doc_id) order by source_path, section_index"""
_GONE = """
select a.source_path, coalesce(nullif(a.title, ''), a.text[:40]) as title, '' as before, coalesce(r.reason, case
    when a.source_path in (select source_path from b_documents) then 'the source changed' else 'the source is gone' end
) as after from (select * from a_documents anti join b_documents using (doc_id)) a
left join (select doc_id, any_value(reason) as reason from b_removed where scope = 'document' group by doc_id) r
using (doc_id) order by a.source_path, a.section_index"""
_QUERIES = {"new": _NEW, "gone": _GONE, "changed": _CHANGED}


def _documents(db: duckdb.DuckDBPyConnection, query: str) -> tuple[int, list[dict[str, Any]]]:
    (count,) = db.execute(f"select count(*) from ({query})").fetchone() or (0,)
    return count, _rows(db.execute(f"{query} limit {EXAMPLES}"))


_EDIT = "source_sha256, rule, raw_start, raw_end, before, after"


def _edits(db: duckdb.DuckDBPyConnection, rule: str) -> list[dict[str, Any]]:
    """Edits of a rule that only one of two snapshots has, in sources both have first."""
    rows = []
    for side, here, there in (("new", "b", "a"), ("gone", "a", "b")):
        query = f"""
            select '{side}' as side, before, after, source_sha256 in (select source_sha256 from {there}_edits) as shared
            from (select {_EDIT} from {here}_edits where rule = ? except select {_EDIT} from {there}_edits)
            order by shared desc, source_sha256, raw_start limit {EXAMPLES}"""
        rows += _rows(db.execute(query, [rule]))
    return rows


def _rows(result: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def show(difference: Difference, console: Console) -> None:
    """Print it for a person."""
    console.print(f"[bold]{difference.a}[/] → [bold]{difference.b}[/]")
    what = " and ".join(difference.decisions) or "nothing that went in"
    console.print(f"{what} changed" if difference.decisions else f"{what} is different")
    for key, (before, after) in difference.profile.items():
        console.print(f"profile: {key} = {before!r} → {after!r}", markup=False)
    counts = [f"{name} {before or 0:,} → {after or 0:,}" for name, (before, after) in difference.counts.items()]
    console.print("; ".join(counts) or "every count is the same", soft_wrap=True)
    for kind, (count, examples) in difference.documents.items():
        console.print(f"\n[bold]{count:,} documents {kind}[/]")
        for row in examples:
            console.print(f"  [cyan]{escape(inert(row['source_path']))}[/] {_line(row)}", soft_wrap=True)
    if difference.rules:
        console.print(_table(difference.rules))
    for rule, rows in difference.edits.items():
        for row in rows:
            sign = "[green]+[/]" if row["side"] == "new" else "[red]-[/]"
            before, after = (escape(inert(original_text(row[name]), 40)) for name in ("before", "after"))
            console.print(f"{sign} {rule}: [red]{before}[/] → [green]{after or '(nothing)'}[/]", soft_wrap=True)


def _line(row: Mapping[str, str]) -> str:
    title = escape(inert(original_text(row["title"]), 40))
    if not row["before"]:
        return f"{title} [dim]{escape(inert(row['after'], 60))}[/]"
    before, after = first_difference(original_text(row["before"]), original_text(row["after"]))
    return f"{title}: [red]{escape(inert(before))}[/] → [green]{escape(inert(after))}[/]"


def first_difference(before: str, after: str) -> tuple[str, str]:
    """Excerpts of two texts around the place where they part.

    >>> first_difference("春眠不觉晓，处处蚊子咬。", "春眠不觉晓，处处闻啼鸟。")
    ('春眠不觉晓，处处蚊子咬。', '春眠不觉晓，处处闻啼鸟。')
    """
    shorter = min(len(before), len(after))
    place = next((n for n in range(shorter) if before[n] != after[n]), shorter)
    window = slice(max(0, place - _AROUND), place + _AROUND)
    return before[window], after[window]


def _table(rules: Mapping[str, Sequence[Mapping[str, Any] | None]]) -> Table:
    table = Table(box=None, pad_edge=False, title="")
    table.add_column("rule")
    for heading in ("documents", "edits", "characters removed"):
        table.add_column(heading, justify="right")
    for name, (before, after) in rules.items():
        cells = [_move(before, after, key) for key in ("documents", "edits", "removed_chars")]
        table.add_row(name, *cells)
    return table


def _move(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, key: str) -> str:
    was, now = (before or {}).get(key, 0), (after or {}).get(key, 0)
    return f"{was:,} → {now:,}" if was != now else f"{now:,}"


def as_json(difference: Difference) -> str:
    """The same for a program."""
    return json.dumps(asdict(difference), ensure_ascii=False, indent=1)
