// Keys, judging without leaving the page, and the panel beside a document. Every page works without this file.
"use strict";

const items = () => [...document.querySelectorAll("[data-item]")];
const panel = document.getElementById("panel");
const said = document.getElementById("said");
let at = null;
let asked = 0;

function say(text) {
  said.textContent = text;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { said.textContent = ""; }, 2500);
}

function go(item, { focus = true } = {}) {
  if (!item) return;
  document.querySelectorAll(".at, .twin").forEach((one) => one.classList.remove("at", "twin"));
  at = item;
  item.classList.add("at");
  if (item.dataset.place) {
    document.querySelectorAll(`[data-place="${item.dataset.place}"]`).forEach((one) => one.classList.add("twin"));
    show(item);
  }
  const target = item.matches("a, [tabindex]") ? item : item.querySelector(".open, a, button");
  if (focus && target) target.focus({ preventScroll: true });
  const box = item.getBoundingClientRect();
  if (box.top < 90 || box.bottom > innerHeight - (panel && !panel.hidden ? panel.offsetHeight : 0) - 20) {
    item.scrollIntoView({ block: "center" });
  }
}

function step(by) {
  const all = items();
  if (!all.length) return;
  const here = all.indexOf(at);
  if (here < 0 && at === null) return go(all.find((one) => one.getBoundingClientRect().top > 60) || all[0]);
  const next = all[here + by];
  if (next) return go(next);
  const link = document.querySelector(by > 0 ? 'a[rel="next"]' : 'a[rel="prev"]');
  if (link) link.click(); else say(by > 0 ? "That was the last" : "That was the first");
}

async function show(mark) {
  if (!panel) return;
  const mine = ++asked;
  const answer = await fetch(mark.href, { headers: { "X-Fragment": "1" } });
  const text = await answer.text();
  if (mine !== asked) return;
  // The server escapes everything in a fragment, and the policy of the page runs no inline script.
  panel.innerHTML = text;
  panel.hidden = false;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "shut";
  close.textContent = "Close";
  close.addEventListener("click", hide);
  panel.append(close);
}

function hide() {
  asked++;
  if (panel) panel.hidden = true;
}

function judging() {
  if (panel && !panel.hidden) return panel.querySelector("form[data-judge]");
  return (at || document.querySelector("main article") || document.body).querySelector("form[data-judge]");
}

async function send(form, button) {
  const fields = new URLSearchParams(new FormData(form));
  if (button.name) fields.set(button.name, button.value);
  const action = button.getAttribute("formaction") || form.action;
  const answer = await fetch(action, { method: "POST", body: fields, headers: { "X-Fragment": "1" } });
  if (!answer.ok) return say(answer.status === 403 ? "Refused: load the page again" : `That did not work (${answer.status})`);
  const { judgement } = await answer.json();
  const verdict = judgement ? judgement.verdict : "";
  form.querySelectorAll('[name="verdict"]').forEach((one) => one.setAttribute("aria-pressed", String(one.value === verdict)));
  const undo = form.querySelector(".undo");
  if (undo) { undo.hidden = !judgement; undo.value = judgement ? judgement.id : ""; }
  if (!form.querySelector('[name="verdict"]')) form.closest("[data-item]").remove();
  if (at && at.dataset.place && panel && panel.contains(form) && fields.get("about") === "edit") {
    document.querySelectorAll(`[data-place="${at.dataset.place}"]`).forEach((one) => {
      one.classList.remove("right", "wrong", "unsure");
      if (verdict) one.classList.add(verdict);
    });
  }
  say(verdict ? `Judged ${verdict}` : "Taken back");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-judge]")) return;
  event.preventDefault();
  const button = event.submitter || form.querySelector('[aria-pressed="true"], [name="verdict"][value="unsure"]');
  send(form, button);
});

document.addEventListener("click", (event) => {
  const mark = event.target.closest("[data-place]");
  if (mark && panel && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    go(document.getElementById(`e${mark.dataset.place}`) || mark, { focus: false });
    return;
  }
  const item = event.target.closest("[data-item]");
  if (item && !item.dataset.place) { document.querySelectorAll(".at").forEach((one) => one.classList.remove("at")); at = item; item.classList.add("at"); }
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input, select, textarea");
  if (event.key === "Escape") { hide(); if (typing) event.target.blur(); return; }
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const form = judging();
  const press = (value) => form && form.querySelector(`[name="verdict"][value="${value}"]`);
  const keys = {
    j: () => step(1), n: () => step(1), k: () => step(-1), p: () => step(-1),
    r: () => press("right") && send(form, press("right")),
    w: () => press("wrong") && send(form, press("wrong")),
    u: () => press("unsure") && send(form, press("unsure")),
    z: () => form && form.querySelector(".undo:not([hidden])") && send(form, form.querySelector(".undo")),
    m: () => form && form.querySelector(".note") && form.querySelector(".note").focus(),
    "/": () => document.querySelector("[data-search]") && document.querySelector("[data-search]").focus(),
    "]": () => document.querySelector('a[rel="next"]') && document.querySelector('a[rel="next"]').click(),
    "[": () => document.querySelector('a[rel="prev"]') && document.querySelector('a[rel="prev"]').click(),
    "?": () => document.getElementById("keys").showModal(),
  };
  if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
});

for (const place of document.querySelectorAll("[data-count]")) {
  fetch(place.dataset.count).then((answer) => answer.json()).then(({ count }) => {
    place.textContent = count.toLocaleString("en");
  });
}
const present = document.querySelector('.top [aria-current="page"]');
if (present) present.parentElement.scrollLeft = present.offsetLeft - present.parentElement.offsetLeft - 16;
for (const help of document.querySelectorAll("[data-help]")) {
  help.hidden = false;
  help.addEventListener("click", () => document.getElementById("keys").showModal());
}
if (location.hash.startsWith("#e") && panel) {
  const mark = document.getElementById(location.hash.slice(1));
  if (mark && mark.dataset.item !== undefined) go(mark);
}
