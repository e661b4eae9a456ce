"""`jiaokan audit serve`: the pages. Every page lives below ``/s/<snapshot>/``, so that a link stays true."""

from __future__ import annotations

import math
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import parse_qs, urlencode

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from cleaners.decisions import opening_key
from flows import judgements
from flows.audit import apparatus, browse, export, guard, rates, sampling, settling, sidebyside
from flows.audit.browse import Filter
from flows.audit.pages import environment
from flows.audit.tables import Row, Tables, Unknown
from flows.audit.terminal import located, subject
from flows.errors import Stop
from flows.judgements import Book, Judgement
from flows.notes import sentences
from flows.store import mirror, snapshots

_ID = re.compile(r"[0-9a-f]{20}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SNAPSHOT = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.-]{0,99}")
_OPEN = 4  # snapshots kept open
_KEPT = 500  # answers of a snapshot that are kept
_WITNESSES = 8  # collated on one page

Page = Callable[["View"], Response]


class Opened:
    """One snapshot with what its pages keep ready."""

    def __init__(self, clean: Path, folder: Path) -> None:
        self.tables = Tables(folder)
        self.traces = sidebyside.Traces(self.tables)
        self.before = rates.earlier(clean, self.tables.name)
        self.kept: dict[str, Any] = {}

    def once(self, name: str, make: Callable[[Tables], Any]) -> Any:
        """What is asked for on every page and never changes."""
        if name not in self.kept:
            if len(self.kept) >= _KEPT:
                self.kept.clear()
            self.kept[name] = make(self.tables)
        return self.kept[name]


class Site:
    """What the pages share: the clean folder, the judgements, the templates, the snapshots that are open."""

    def __init__(self, clean: Path, file: Path) -> None:
        self.clean, self.file = clean, file
        self.token = guard.token()
        self.templates = environment()
        self._open: OrderedDict[Path, Opened] = OrderedDict()
        self._book: tuple[tuple[int, int], Book] | None = None
        self._lock = Lock()

    def current(self) -> str:
        """The current snapshot's id, before the first the newest candidate's. Raises Unknown without either."""
        snapshot = snapshots.current(self.clean)
        if snapshot and snapshot.is_dir():
            return snapshot.name
        if waiting := self.waiting():
            return waiting
        raise Unknown(f"{self.clean} holds no snapshot yet. Run `jiaokan run --clean {self.clean}` first.")

    def waiting(self) -> str:
        """The id of the newest candidate if it is newer than the current snapshot, else nothing."""
        folder, now = self.clean / snapshots.CANDIDATES, snapshots.current(self.clean)
        newest = max((path.parent.name for path in folder.glob("*/manifest.json")), default="")
        return newest if not now or newest > now.name else ""

    def opened(self, name: str) -> Opened:
        """A snapshot by its id. Raises Unknown."""
        places = [self.clean / place / name for place in ("snapshots", snapshots.CANDIDATES)]
        folder = next((place for place in places if (place / "manifest.json").is_file()), places[0])
        if not _SNAPSHOT.fullmatch(name) or not (folder / "manifest.json").is_file():
            raise Unknown(f"There is no snapshot {name!r} in {self.clean}. The current one is {self.current()}.")
        with self._lock:
            if folder not in self._open:  # an accepted candidate moves, so the folder is its name here
                mirror.fetch(self.clean, folder)
                self._open[folder] = Opened(self.clean, folder)
            self._open.move_to_end(folder)
            while len(self._open) > _OPEN:
                self._open.popitem(last=False)
            return self._open[folder]

    def book(self) -> Book:
        """The judgements as the file has them now."""
        try:
            status = self.file.stat()
            stamp = (status.st_mtime_ns, status.st_size)
        except OSError:
            stamp = (0, 0)
        with self._lock:
            if self._book is None or self._book[0] != stamp:
                self._book = stamp, judgements.read(self.file)
            return self._book[1]


class View:
    """One request: its snapshot, its parameters, and how to answer it."""

    def __init__(self, site: Site, request: Request, form: dict[str, str] | None = None) -> None:
        self.site, self.request = site, request
        self.opened = site.opened(request.path_params["snapshot"])
        self.tables = self.opened.tables
        self.book = site.book()
        self.form = form or {}

    def get(self, name: str, default: str = "") -> str:
        """A parameter of the address."""
        return self.request.query_params.get(name, default)[:1000]

    def at(self, name: str) -> str:
        """A part of the path."""
        return str(self.request.path_params[name])

    def page(self, template: str, status: int = 200, **values: object) -> Response:
        """The page, or its heart alone where a script asked for it."""
        shared = {
            "base": f"/s/{self.tables.name}",
            "snapshot": self.tables.name,
            "current": self.site.current(),
            "waiting": self.site.waiting(),
            "failed": self.tables.failed,
            "token": self.site.token,
            "here": self.request.url.path + (f"?{self.request.url.query}" if self.request.url.query else ""),
            "book": self.book,
            "precision": self.precision,
            "link": self.link,
            "fragment": self.request.headers.get("x-fragment") == "1",
            "counts": self.tables.run["counts"],
        }
        return HTMLResponse(self.site.templates.get_template(template).render(shared | values), status)

    def link(self, **changes: object) -> str:
        """The address of this page with some parameters changed; empty ones are left out."""
        values = dict(self.request.query_params) | changes
        kept = urlencode({name: value for name, value in values.items() if value not in ("", None)})
        return f"{self.request.url.path}?{kept}" if kept else self.request.url.path

    def precision(self, rule: str) -> Any:
        """What people found of a rule's present version."""
        tally = self.tables.run["rules"].get(rule, {})
        return self.book.precision(rule, int(tally.get("version", 0)))

    def edit(self) -> tuple[sidebyside.Traced, Row]:
        """The edit the path names. Raises Unknown."""
        sha256, step, ordinal = self.at("sha256"), self.at("step"), self.at("ordinal")
        traced = self.opened.traces[_checked(sha256, _SHA256, "source")]
        place = _number(step), _number(ordinal)
        if place not in traced.ledger:
            raise Unknown(f"The ledger of this source has no edit {ordinal} in step {step}.")
        return traced, located(traced, traced.ledger[place])


def _checked(value: str, pattern: re.Pattern[str], what: str) -> str:
    if not pattern.fullmatch(value):
        raise Unknown(f"{value[:80]!r} is no id of a {what}; the lists link to those there are.")
    return value


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def overview(view: View) -> Response:
    """Where everything went, and what each rule did."""
    run = view.tables.run
    return view.page(
        "overview.html",
        run=run,
        flow=view.opened.once("flow", rates.flow),
        rules=[row for row in rates.rules(run, view.opened.before, view.book) if row["edits"] or row["is_gone"]],
        before=view.opened.before,
        history=rates.history(view.site.clean),
        gates=run["gates"],
    )


def removed(view: View) -> Response:
    """Passages, documents or all edits, narrowed by filters."""
    what = view.get("what", "removed")
    if what == "documents":
        kind, source, text = view.get("kind"), view.get("source"), view.get("text")
        found = browse.documents(view.tables, kind, source, text, view.get("key"))
        return view.page("documents.html", page=found, what=what, kind=kind, source=source, text=text)
    narrowed = _filter(view)
    found = browse.edits(view.opened.traces, narrowed, view.get("key"))
    return view.page(
        "edits.html",
        page=found,
        contexts=_contexts(view, found.rows),
        what=what,
        narrowed=narrowed,
        total=_total(view, narrowed, found),
        rules=sorted(view.tables.run["rules"]),
        kinds=browse.KINDS,
    )


def _total(view: View, narrowed: Filter, page: browse.Page) -> int | None:
    """How many edits there are; None where only reading every text would tell, and the page asks for it later."""
    name = f"count {narrowed}"
    if name not in view.opened.kept and narrowed.text:
        return None if page.before or page.after else len(page.rows)
    return int(view.opened.once(name, lambda tables: browse.count_edits(tables, narrowed)))


def counted(view: View) -> Response:
    """The number of edits of a filter."""
    narrowed = _filter(view)
    number = view.opened.once(f"count {narrowed}", lambda tables: browse.count_edits(tables, narrowed))
    return JSONResponse({"count": number})


def _filter(view: View) -> Filter:
    return Filter(
        "all" if view.get("what") == "all" else "removed",
        view.get("rule"),
        view.get("kind"),
        view.get("source"),
        view.get("text"),
        _share(view.get("least"), 0.0),
        _share(view.get("most"), 1.0),
    )


def exported(view: View) -> Response:
    """The edits of a filter as a file."""
    rows = export.batches(view.tables, view.book, _filter(view))
    kind = view.at("kind")
    if kind not in ("csv", "jsonl"):
        raise Unknown("An export is export.csv or export.jsonl; `jiaokan audit export` writes Parquet, too.")
    lines = export.as_csv(rows) if kind == "csv" else export.as_jsonl(rows)
    media = "text/csv" if kind == "csv" else "application/jsonl"
    headers = {"Content-Disposition": f'attachment; filename="edits-{view.tables.name}.{kind}"'}
    return StreamingResponse(lines, media_type=f"{media}; charset=utf-8", headers=headers)


def _contexts(view: View, rows: list[Row]) -> dict[str, tuple[str, str]]:
    """What stands around each edit of a list, by place; very long sources are left out."""
    places: dict[str, list[tuple[int, int]]] = {}
    for row in rows:
        places.setdefault(row["source_sha256"], []).append((row["step"], row["ordinal"]))
    found: dict[str, tuple[str, str]] = {}
    for sha256, traced in view.opened.traces.several(list(places), most=sidebyside.QUICK).items():
        sides = sidebyside.near(traced.parts, list(traced.ledger.values()), places[sha256], 28)
        found |= {f"{sha256}/{step}/{ordinal}": side for (step, ordinal), side in sides.items()}
    return found


def _share(text: str, default: float) -> float:
    try:
        value = float(text)
    except ValueError:
        return default
    return min(max(value, 0.0), 1.0) if math.isfinite(value) else default


def edit(view: View) -> Response:
    """One edit in its context, with everything known of it."""
    traced, row = view.edit()
    place = (row["step"], row["ordinal"])
    context = sidebyside.around(traced, place, 160) if row["step"] else None
    others = [traced.ledger[other] for other in (context.piece.edits if context else ()) if other != place]
    return view.page("edit.html", row=row, context=context, others=others, judgement=view.book.on_edit(row, row["key"]))


def document(view: View, refused: tuple[int, str, str] | None = None) -> Response:
    """A document side by side with its source.

    ``refused`` is a flag's number, what a person wrote there, and why it cannot stand there.
    """
    row = view.tables.document(_checked(view.at("doc_id"), _ID, "document"))
    traced = view.opened.traces[row["source_sha256"]]
    rows = sidebyside.lines(traced, row["doc_id"])
    bounds = sidebyside.pages(rows)
    number = min(max(_number(view.get("page", "1")), 1), len(bounds)) - 1
    if wanted := re.fullmatch(r"([0-9]{1,9})-([0-9]{1,9})", view.get("edit")):
        number = sidebyside.page_of(rows, bounds, (int(wanted[1]), int(wanted[2])))
    fired: dict[str, int] = {}
    for one in traced.ledger.values():
        if one["doc_id"] == row["doc_id"]:
            fired[one["rule"]] = fired.get(one["rule"], 0) + 1
    start, end = bounds[number]
    return view.page(
        "document.html",
        422 if refused else 200,
        row=row,
        parts=traced.parts,
        lines=rows[start:end],
        ledger=traced.ledger,
        fired=sorted(fired.items(), key=lambda item: (-item[1], item[0])),
        only=view.get("only"),
        number=number,
        pages=len(bounds),
        drop_judgement=view.book.on_drop(row["source_path"], opening_key(row["text"])),
        torn={
            place.number: (place, view.book.on_flag(row["source_path"], settling.RULE, place.key))
            for place in settling.places(traced, row)
        },
        refused=refused,
        judged={
            place: found.verdict
            for line in rows[start:end]
            for piece in line.pieces
            for place in piece.edits
            if (found := view.book.on_edit(traced.ledger[place]))
        },
    )


def clusters(view: View) -> Response:
    """Every cluster, the largest first."""
    return view.page(
        "clusters.html", page=browse.clusters(view.tables, view.get("key")), notes=sentences(view.tables.run["notes"])
    )


def cluster(view: View) -> Response:
    """One cluster, collated."""
    survivor = view.tables.document(_checked(view.at("doc_id"), _ID, "document"))
    members = browse.members(view.tables, survivor["doc_id"])
    if not members:
        raise Unknown("No document gave way to this one. The list of clusters links to those that have members.")
    first = min(max(_number(view.get("from", "0")), 0), len(members))
    shown = members[first : first + _WITNESSES]
    names = dict(zip((row["removed_source_path"] + str(row["removed_section_index"]) for row in members),
                     apparatus.sigla(len(members) + 1)[1:], strict=False))  # fmt: skip
    texts = {row["removed_doc_id"]: view.tables.document(row["removed_doc_id"]) for row in shown}
    for row in members:
        row["siglum"] = names[row["removed_source_path"] + str(row["removed_section_index"])]
        row["identical"] = row["removed_doc_id"] == row["survivor_doc_id"]
        row["judgement"] = view.book.on_merge(row["removed_doc_id"], row["survivor_doc_id"])
    witnesses = [(row["siglum"], texts[row["removed_doc_id"]]["text"]) for row in shown if not row["identical"]]
    return view.page(
        "cluster.html",
        survivor=survivor,
        members=members,
        texts=texts,
        found=apparatus.collate(survivor["text"], witnesses),
        first=first,
        step=_WITNESSES,
        shown=shown,
    )


def quarantine(view: View) -> Response:
    """The sources that could not be read, and why."""
    return view.page(
        "quarantine.html",
        page=browse.quarantine(view.tables, view.get("reason"), view.get("key")),
        reasons=view.opened.once("reasons", browse.quarantine_reasons),
        reason=view.get("reason"),
    )


def placeholders(view: View) -> Response:
    """Damage that was seen and left alone."""
    return view.page(
        "placeholders.html",
        page=browse.flags(view.tables, view.get("kind"), view.get("source"), view.get("key")),
        kinds=view.opened.once("flags", browse.flag_kinds),
        kind=view.get("kind"),
        source=view.get("source"),
    )


def rules(view: View) -> Response:
    """Every rule with what it did and how often it was right."""
    return view.page("rules.html", rules=rates.rules(view.tables.run, view.opened.before, view.book))


def rule(view: View) -> Response:
    """One rule."""
    name = view.at("rule")
    rows = rates.rules(view.tables.run, view.opened.before, view.book)
    row = next((row for row in rows if row["rule"] == name), None)
    if row is None:
        raise Unknown(f"There is no rule {name[:80]!r}. The page Rules lists them all.")
    return view.page(
        "rule.html",
        row=row,
        rule=rates.catalogue(view.tables.run).get(name),
        sources=view.opened.once(f"sources {name}", lambda tables: browse.rule_sources(tables, name)),
    )


def sample(view: View) -> Response:
    """A random sample of a rule's edits, to be judged."""
    name = view.at("rule")
    if name not in view.tables.run["rules"]:
        raise Unknown(f"The rule {name[:80]!r} made no edits in this snapshot. The page Rules lists those that did.")
    size = min(max(_number(view.get("n", "50")), 1), 200)
    seed = max(_number(view.get("seed", "0")), 0)
    label = sampling.label(name, size, seed)
    rows = view.opened.once(f"sample {label}", lambda _: sampling.draw(view.opened.traces, name, size, seed))
    contexts = _contexts(view, rows)
    return view.page("sample.html", rule=name, rows=rows, contexts=contexts, seed=seed, sample=label)


def judged(view: View) -> Response:
    """Every judgement that stands, and whether this snapshot obeyed it."""
    obeyed = view.tables.manifest.get("judgements") or {}
    return view.page("judgements.html", obeyed=obeyed, file=view.site.file)


_SUBJECTS = {"edit", "rule", "merge", "drop"}


def judge(view: View) -> Response:
    """Write a judgement down."""
    about, verdict = view.form.get("about", ""), view.form.get("verdict", "")
    if about not in _SUBJECTS or verdict not in judgements.VERDICTS:
        raise Unknown("A judgement says right, wrong or unsure of an edit, a rule on a source, a merge or a drop.")
    subject = {"edit": _about_edit, "rule": _about_rule, "merge": _about_merge, "drop": _about_drop}[about](view)
    judgement = judgements.new(about=about, verdict=verdict, note=view.form.get("note", ""), **subject)
    judgements.append(view.site.file, judgement)
    return _answer(view, judgement)


def _about_edit(view: View) -> dict[str, Any]:
    sha256 = _checked(view.form.get("sha256", ""), _SHA256, "source")
    traced = view.opened.traces[sha256]
    place = _number(view.form.get("step", "")), _number(view.form.get("ordinal", ""))
    if place not in traced.ledger or place[0] == 0:
        raise Unknown("There is no such edit, or it belongs to the decoding, which is judged by its bytes.")
    return subject(view.tables, traced, place) | {"sample": view.form.get("sample", "")[:100]}


def _about_rule(view: View) -> dict[str, Any]:
    traced = view.opened.traces[_checked(view.form.get("sha256", ""), _SHA256, "source")]
    name, part = view.form.get("rule", ""), traced.parts[0]
    if name not in {row["rule"] for row in traced.ledger.values() if row["step"]}:
        raise Unknown(f"The rule {name[:80]!r} made no edits in this source.")
    sha256 = view.form["sha256"]
    return {"source_path": part["source_path"], "source_sha256": sha256, "doc_id": part["doc_id"], "rule": name}


def _about_merge(view: View) -> dict[str, Any]:
    removed_id = _checked(view.form.get("doc_id", ""), _ID, "document")
    survivor_id = _checked(view.form.get("other", ""), _ID, "document")
    if removed_id not in {row["removed_doc_id"] for row in browse.members(view.tables, survivor_id)}:
        raise Unknown("These two documents were not merged.")
    gone, survivor = view.tables.document(removed_id), view.tables.document(survivor_id)
    return _place(gone) | {
        "other_path": survivor["source_path"],
        "other_doc_id": survivor_id,
        "other_index": survivor["section_index"],
        "other_title": survivor["section_title"] or "",
    }


def _about_drop(view: View) -> dict[str, Any]:
    row = view.tables.document(_checked(view.form.get("doc_id", ""), _ID, "document"))
    if row["fate"] != "drop":
        raise Unknown("This document was not dropped.")
    return _place(row) | {"key": opening_key(row["text"])}


def _place(row: Row) -> dict[str, Any]:
    names = ("source_path", "source_sha256", "doc_id", "section_index")
    return {name: row[name] for name in names} | {"title": row["section_title"] or ""}


def settle(view: View) -> Response:
    """Write down what stands at a flagged place; the page again where that cannot be."""
    row = view.tables.document(_checked(view.at("doc_id"), _ID, "document"))
    number, chosen = _number(view.form.get("number", "")), _number(view.form.get("candidate", ""))
    places = {place.number: place for place in settling.places(view.opened.traces[row["source_sha256"]], row)}
    if number not in places:
        raise Unknown("This document has no such flag, or it is of a kind that nothing can prove.")
    place = places[number]
    typed = view.form.get("text", "").strip()
    text = place.candidates[chosen] if 0 <= chosen < len(place.candidates) else typed
    try:
        settling.settle(view.site.file, row, place, text)
    except settling.Refused as error:
        return document(view, (number, typed, str(error)))
    return RedirectResponse(f"{view.link()}#flag{number}", 303)


def undo(view: View) -> Response:
    """Take a judgement back."""
    judgement = view.book.get(view.form.get("id", ""))
    if judgement is None:
        raise Unknown("This judgement does not stand any more. The page Judgements lists those that do.")
    judgements.append(view.site.file, judgements.undo(judgement.id))
    earlier = next((one for one in view.site.book().standing if one.target == judgement.target), None)
    return _answer(view, earlier)


def _answer(view: View, judgement: Judgement | None) -> Response:
    """For a script what stands now; for a form the page it came from."""
    if view.request.headers.get("x-fragment") == "1":
        return JSONResponse({"judgement": asdict(judgement) if judgement else None})
    back = view.form.get("back", "")
    inside = back.startswith(f"/s/{view.tables.name}/") and "\\" not in back and "\n" not in back and "\r" not in back
    return RedirectResponse(back if inside else f"/s/{view.tables.name}/judgements", 303)


def application(clean: Path, file: Path, host: str = "127.0.0.1") -> Starlette:
    """The web application over a clean folder, whose judgements go to ``file``."""
    site = Site(clean, file)

    def get(page: Page) -> Callable[[Request], Response]:
        return lambda request: _safely(site, request, lambda: page(View(site, request)))

    def post(action: Page) -> Any:
        async def take(request: Request) -> Response:
            fields = parse_qs((await request.body()).decode("utf-8", "replace"), max_num_fields=50)
            form = {name: values[0] for name, values in fields.items()}
            return await run_in_threadpool(_safely, site, request, lambda: _allowed(site, request, form, action))

        return take

    def to_current(request: Request) -> Response:
        query = f"?{request.url.query}" if request.url.query else ""
        return _safely(site, request, lambda: RedirectResponse(f"/s/{site.current()}{request.url.path}{query}", 303))

    pages: dict[str, Page] = {
        "/": overview,
        "/removed": removed,
        "/edit/{sha256}/{step}/{ordinal}": edit,
        "/document/{doc_id}": document,
        "/clusters": clusters,
        "/cluster/{doc_id}": cluster,
        "/quarantine": quarantine,
        "/placeholders": placeholders,
        "/rules": rules,
        "/rule/{rule}": rule,
        "/sample/{rule}": sample,
        "/judgements": judged,
        "/export.{kind}": exported,
        "/count": counted,
    }
    static = StaticFiles(packages=[("flows.audit", "static")])
    routes: list[Any] = [
        *(Route("/s/{snapshot}" + path, get(page), methods=["GET"]) for path, page in pages.items()),
        Route("/s/{snapshot}/judge", post(judge), methods=["POST"]),
        Route("/s/{snapshot}/undo", post(undo), methods=["POST"]),
        Route("/s/{snapshot}/document/{doc_id}", post(settle), methods=["POST"]),
        Mount("/static", static),
        *(Route(path, to_current, methods=["GET"]) for path in pages),
    ]
    made = Starlette(routes=routes, middleware=[Middleware(guard.Guard, host=host)])
    made.add_exception_handler(404, lambda request, _: _failed(site, request, 404, "There is no such page."))
    made.state.site = site
    return made


def _allowed(site: Site, request: Request, form: dict[str, str], action: Page) -> Response:
    if not guard.same(form.get("token", ""), site.token):
        return _failed(site, request, 403, "This page is older than the server. Load it again, then judge.")
    return action(View(site, request, form))


def _safely(site: Site, request: Request, answer: Callable[[], Response]) -> Response:
    try:
        return answer()
    except Unknown as error:
        return _failed(site, request, 404, str(error))
    except Stop as error:
        return _failed(site, request, 500, str(error))


def _failed(site: Site, request: Request, status: int, message: str) -> Response:
    """What is wrong, and where to go on."""
    try:
        current = site.current()
    except Unknown as error:
        current, message = "", str(error)
    page = site.templates.get_template("error.html").render(status=status, message=message, current=current)
    return HTMLResponse(page, status)
