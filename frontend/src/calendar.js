// The calendar: jobs are dragged, or moved by arrow keys; what the task asks besides is asked in a dialog.
const $ = (what, within = document) => within.querySelector(what);
const all = (what, within = document) => [...within.querySelectorAll(what)];
const read = (id) => JSON.parse($(`#${id}`)?.textContent || "{}");
const data = read("cal-data");
const words = $("#cal-texts")?.dataset ?? {};
const board = $("#cal-drawn");
const dialog = $("#move");
const said = $("#cal-said");
const NONE = "_none";
let aim = null; // {el, move, day, lane}: where the arrows point
let undoDrag = null;

const shift = (day, by) => {
  const date = new Date(`${day}T12:00:00Z`);
  date.setUTCDate(date.getUTCDate() + by);
  return date.toISOString().slice(0, 10);
};
const pad = (n) => String(n).padStart(2, "0");
const iso = (date) => `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;

// --- the dialog

const address = (move, day, lane) => {
  const url = new URL(move, location.href);
  if (day) url.searchParams.set("day", day);
  if (lane !== null && lane !== undefined) url.searchParams.set("lane", lane);
  url.searchParams.set("back", data.back);
  return url;
};

async function ask(url) {
  const answer = await fetch(url, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
  if (answer.headers.get("HX-Redirect")) { location.assign(answer.headers.get("HX-Redirect")); return; }
  fill(await answer.text());
  dialog.showModal();
  focusFirst();
}

function fill(html) {
  const body = $("#move-body");
  body.innerHTML = html;
  document.dispatchEvent(new CustomEvent("htmx:after:swap"));
}

function focusFirst() {
  const refusal = $("[data-focus]", dialog);
  const fields = all(".form input:not([type=hidden]), .form select, .form textarea", dialog);
  const gap = fields.find((one) => !["radio", "checkbox"].includes(one.type) && !one.value);
  (refusal ?? gap ?? $(".btn-primary", dialog))?.focus();
}

dialog?.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-move-form]");
  if (!form) return;
  event.preventDefault();
  const button = $(".btn-primary", form);
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  try {
    const sent = { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" }, credentials: "same-origin" };
    const answer = await fetch(form.action, sent);
    const to = answer.headers.get("HX-Redirect");
    if (to) { undoDrag = null; if (new URL(to, location.href).href === location.href) location.reload(); else location.assign(to); return; }
    fill(await answer.text());
    focusFirst();
  } catch {
    button.removeAttribute("aria-busy");
  }
});
dialog?.addEventListener("close", () => { undoDrag?.(); undoDrag = null; forget(); });
document.addEventListener("click", (event) => {
  const closer = event.target.closest("[data-close-move]");
  if (closer && dialog?.open) { event.preventDefault(); dialog.close(); return; }
  const opener = event.target.closest("[data-open-move]");
  if (opener && dialog && !event.ctrlKey && !event.metaKey) { event.preventDefault(); ask(opener.href); return; }
  if (event.target.closest("[data-print]")) window.print();
});

// --- dragging on the board and the list

document.addEventListener("dragstart", (event) => {
  const job = event.target.closest?.("[data-job]");
  if (!job) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", job.dataset.job);
  job.classList.add("is-dragged");
  document.body.classList.add("is-dragging");
});
document.addEventListener("dragend", () => {
  all(".is-dragged, .is-over").forEach((one) => one.classList.remove("is-dragged", "is-over"));
  document.body.classList.remove("is-dragging");
});
document.addEventListener("dragover", (event) => {
  const place = event.target.closest?.("[data-drop]");
  all(".is-over").forEach((one) => one !== place && one.classList.remove("is-over"));
  if (!place || !$(".is-dragged")) return;
  event.preventDefault();
  place.classList.add("is-over");
});
document.addEventListener("drop", (event) => {
  const place = event.target.closest?.("[data-drop]");
  const job = $(".is-dragged");
  if (!place || !job) return;
  event.preventDefault();
  const lane = "keepLane" in place.dataset ? job.dataset.lane : place.dataset.lane;
  if (place.dataset.day === job.dataset.day && lane === job.dataset.lane) return;
  ask(address(job.dataset.move, place.dataset.day, lane));
});

// --- keys

function lanes() {
  const rows = all("[data-drop][data-lane]").map((row) => ({ id: row.dataset.lane, name: row.dataset.laneName || words.none }));
  if (rows.length) return rows;
  return (data.resources ?? []).filter((one) => one.id !== "_notes" && one.id !== "_others")
    .map((one) => ({ id: one.id === NONE ? "" : one.id, name: one.title }));
}

function point(job, byDay, byLane) {
  const from = aim?.el === job ? aim : { el: job, move: job.dataset.move, day: job.dataset.day, lane: job.dataset.lane };
  const known = lanes();
  const at = known.findIndex((one) => one.id === from.lane);
  const next = byLane && known.length ? known[Math.min(Math.max(at + byLane, 0), known.length - 1)] : known[at];
  aim = { ...from, day: shift(from.day, byDay), lane: next ? next.id : from.lane };
  const name = next?.name || aim.lane || words.none;
  said.textContent = words.to.replace("{day}", aim.day).replace("{lane}", name);
  said.hidden = false;
  all(".is-aim").forEach((one) => one.classList.remove("is-aim"));
  job.classList.add("is-held");
  all("[data-drop]").find((one) => one.dataset.day === aim.day && (one.dataset.lane ?? aim.lane) === aim.lane)?.classList.add("is-aim");
}

function forget() {
  aim = null;
  if (said) said.hidden = true;
  all(".is-aim, .is-held").forEach((one) => one.classList.remove("is-aim", "is-held"));
}

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
document.addEventListener("keydown", (event) => {
  const job = event.target.closest?.("[data-job]");
  if (!job || event.target !== job || event.ctrlKey || event.metaKey || event.altKey) return;
  const step = STEPS[event.key];
  if (step && job.dataset.move) {
    event.preventDefault();
    const weeks = data.view === "month" && board && !board.hidden;
    if (weeks) point(job, step[0] + 7 * step[1], 0); else point(job, step[0], step[1]);
  } else if (event.key === "Enter") {
    event.preventDefault();
    event.stopPropagation();
    const to = aim?.el === job ? aim : { day: job.dataset.day, lane: job.dataset.lane };
    if (job.dataset.move) ask(address(job.dataset.move, to.day, to.lane)); else location.assign(job.dataset.url);
  } else if (event.key === "Escape" && aim) {
    event.preventDefault();
    forget();
  }
}, true);
document.addEventListener("focusout", (event) => { if (aim && event.target === aim.el && !dialog.open) forget(); });

// --- filters: no button needed

$(".cal-lens")?.addEventListener("change", (event) => event.currentTarget.submit());

// --- week and month

function content({ event, timeText }) {
  const box = document.createElement("div");
  box.className = "cal-event";
  const props = event.extendedProps;
  if (props.hours && timeText !== undefined) {
    const time = document.createElement("span");
    time.className = "cal-time";
    time.textContent = props.hours.slice(0, 5);
    box.append(time, " ");
  }
  box.append(event.title);
  if (props.more && data.view === "month") {
    const more = document.createElement("small");
    more.textContent = props.more;
    box.append(more);
  }
  return { domNodes: [box] };
}

function mounted({ event, el }) {
  const props = event.extendedProps;
  el.dataset.data = "";
  el.title = [props.hours, event.title, props.more, props.number].filter(Boolean).join(" · ");
  if (!props.job) return;
  Object.assign(el.dataset, { job: props.job, day: props.day, lane: props.lane, move: props.move, url: props.url });
  el.tabIndex = 0;
}

function dropped(info) {
  const props = info.event.extendedProps;
  const day = iso(info.event.start);
  const to = info.newResource?.id ?? info.event.resourceIds?.[0];
  const lane = data.view === "month" ? props.lane : to === NONE ? "" : to;
  if (!props.move || ["_notes", "_others"].includes(lane) || (day === props.day && lane === props.lane)) { info.revert(); return; }
  undoDrag = () => info.revert();
  ask(address(props.move, day, lane)).catch(() => info.revert());
}

// The library's table roles lack their rows; the list of days is the table for those who hear the page.
function tame() {
  const strip = () => all("*", board).forEach((one) => {
    const gone = one.getAttributeNames().filter((name) => name === "role" || name.startsWith("aria-"));
    if (gone.length && !one.matches("button, a, svg")) gone.forEach((name) => one.removeAttribute(name));
  });
  new MutationObserver(strip).observe(board, { childList: true, subtree: true });
  strip();
}

function draw() {
  if (!board || !window.EventCalendar || window.innerWidth < 720) return;
  const week = data.view === "week";
  board.hidden = false;
  $("#cal-agenda").hidden = true;
  const long = new Intl.DateTimeFormat(data.locale, { weekday: "short", day: "numeric", month: "short" });
  tame();
  window.EventCalendar.create(board, {
    view: week ? "resourceTimelineWeek" : "dayGridMonth",
    date: data.day, locale: data.locale, firstDay: 1, headerToolbar: { start: "", center: "", end: "" },
    events: data.events, resources: week ? data.resources : [], height: week ? "auto" : "960px", dayMaxEvents: !week,
    slotDuration: { days: 1 }, slotWidth: 132,
    dayHeaderFormat: week ? (date) => long.format(date) : { weekday: "short" }, buttonText: { close: "×" },
    moreLinkContent: ({ num }) => words.more.replace("{n}", num),
    eventContent: content, eventDidMount: mounted, eventDrop: dropped,
    eventStartEditable: true, eventDurationEditable: false, dragScroll: true, longPressDelay: 400,
    eventClick: ({ event, jsEvent }) => {
      const props = event.extendedProps;
      if (!props.job) return;
      if (jsEvent.ctrlKey || jsEvent.metaKey) window.open(props.url); else location.assign(props.url);
    },
  });
}
if (document.readyState === "complete") draw(); else window.addEventListener("load", draw);
