// Forms of a handbook in the browser: fields that come and go, lines, pickers, pasted addresses, signatures, hints.
// Nothing here is needed to save a form; the server judges everything again.
const $ = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const fold = (text) => (text || "").normalize("NFKC").trim();

// --- values as the engine knows them ---------------------------------------------------------------------------------
function figure(text) {
  const plain = fold(text).replace(/[¥￥元,\s]/g, "");
  return /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(plain) ? Number(plain) : null;
}
const readers = {
  money: (input) => { const yuan = figure(input.value); return yuan === null ? null : Math.round(yuan * 100); },
  number: (input) => figure(input.value),
  score: (input) => figure(input.value),
  check: (input) => input.checked,
  moment: (input) => (input.value ? new Date(`${input.value}+08:00`).toISOString() : null),
  text: (input) => fold(input.value) || null,
};
const references = new Set(["person", "store", "customer", "order", "asset", "record", "case"]);

function valueAt(field) {
  const inputs = all("[data-kind]", field).filter((input) => input.closest("[data-field]") === field);
  const kind = inputs[0]?.dataset.kind;
  if (!kind) return null;
  if (kind === "choice" && inputs[0].type === "radio") return inputs.find((input) => input.checked)?.value ?? null;
  if (kind === "score" && inputs[0].type === "radio") return figure(inputs.find((input) => input.checked)?.value);
  if (kind === "choices") return inputs.filter((input) => input.checked).map((input) => input.value);
  if (kind === "place") return placeAt(inputs[0]);
  if (kind === "photo" || kind === "file") return inputs[0].files.length || $("[name$='.kept']:checked", field) ? [1] : null;
  if (references.has(kind)) return inputs[0].value ? { kind, id: Number(inputs[0].value) } : null;
  return (readers[kind] || readers.text)(inputs[0]);
}
function placeAt(box) {
  const parts = Object.fromEntries(all("[data-part]", box).filter((p) => p.value).map((p) => [p.name.split(".").pop(), p.value]));
  const text = $("[data-whole]", box).value;
  return text || Object.keys(parts).length ? { ...parts, text } : null;
}
function valuesOf(form) {
  const values = {};
  for (const field of all("[data-field]", form)) {
    const path = field.dataset.field.split(".");
    if (field.dataset.lines) values[path[0]] = all("[data-row-line]", field).filter((row) => row.closest("tbody")).map(rowOf);
    else if (path.length === 1) values[path[0]] = valueAt(field);
  }
  return values;
}
const rowOf = (row) => Object.fromEntries(all("[data-field]", row).map((cell) => [cell.dataset.field.split(".").pop(), valueAt(cell)]));

// --- fields that come and go -----------------------------------------------------------------------------------------
async function wireLogic(form) {
  if (!form.dataset.logic) return;
  const { rules } = await import(form.dataset.logic);
  const context = JSON.parse(form.dataset.context || "{}");
  const judge = () => {
    const env = { ...context, form: valuesOf(form) };
    for (const [path, rule] of Object.entries(rules)) {
      if (!path.includes(".*.")) apply($(`[data-field="${path}"]`, form), rule, env);
      else {
        const [lines, column] = path.split(".*.");
        all(`[data-field="${lines}"] [data-row-line]`, form).filter((row) => row.closest("tbody")).forEach((row) => {
          const cell = all("[data-field]", row).find((one) => one.dataset.field.endsWith(`.${column}`));
          apply(cell, rule, { ...env, row: rowOf(row) });
        });
      }
    }
  };
  form.addEventListener("input", judge);
  form.addEventListener("change", judge);
  judge();
}
function apply(field, rule, env) {
  if (!field) return;
  const answer = (name) => { try { return rule[name]?.(env); } catch { return null; } };
  if (rule.shown) {
    const shown = answer("shown") === true;
    field.hidden = !shown;
    all("input, select, textarea", field).forEach((input) => { input.disabled = !shown; });
  }
  if (rule.required) {
    const must = answer("required") === true;
    const star = $("[data-must]", field);
    if (star) star.hidden = !must;
    all("[data-kind]", field).forEach((input) => input.setAttribute("aria-required", must));
  }
  const worked = rule.compute ? answer("compute") : rule.propose ? answer("propose") : null;
  if (worked !== null && worked !== undefined) fill(field, worked, Boolean(rule.compute));
}
function fill(field, value, always) {
  const input = $("[data-kind]", field);
  if (!input || (!always && (input.value || input.dataset.touched))) return;
  const text = input.dataset.kind === "money" ? (value / 100).toFixed(2) : String(value);
  if (input.value !== text) input.value = text;
}
document.addEventListener("input", (event) => { if (event.isTrusted) event.target.dataset.touched = "1"; });

// --- lines -----------------------------------------------------------------------------------------------------------
function addRow(lines, focus = true) {
  const body = $("tbody", lines);
  const names = all("[name]", body).map((input) => Number(input.name.slice(lines.dataset.lines.length + 1).split(".")[0]));
  const next = Math.max(-1, ...names) + 1;
  const holder = document.createElement("tbody");
  holder.innerHTML = $("template", lines).innerHTML.replaceAll(".__.", `.${next}.`).replaceAll("-__-", `-${next}-`);
  const row = holder.firstElementChild;
  body.append(row);
  number(lines);
  if (focus) $("input:not([type=hidden]), select", row)?.focus();
  return row;
}
function number(lines) {
  all("tbody [data-line-number]", lines).forEach((place, at) => {
    place.textContent = at + 1;
    all("[data-field]", place.closest("tr")).forEach((cell) => {
      const parts = cell.dataset.field.split(".");
      cell.dataset.field = [parts[0], at + 1, parts.at(-1)].join(".");
    });
  });
}
function dropRow(row) {
  const lines = row.closest("[data-lines]");
  const beside = row.nextElementSibling || row.previousElementSibling;
  const form = row.closest("form");
  row.remove();
  if (!beside) addRow(lines);
  else { number(lines); $("input:not([type=hidden]), select", beside)?.focus(); }
  form?.dispatchEvent(new Event("input", { bubbles: true }));
}
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-add-row]")) addRow(event.target.closest("[data-lines]"));
  const drop = event.target.closest("[data-drop-row]");
  if (drop) dropRow(drop.closest("tr"));
  const now = event.target.closest("[data-now]");
  if (now) setNow(now.previousElementSibling);
  if (event.target.closest("[data-sign-clear]")) wipe(event.target.closest("[data-sign]"));
});
function setNow(input) {
  input.value = new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 16); // the company's wall clock
  input.dispatchEvent(new Event("input", { bubbles: true }));
}
document.addEventListener("keydown", (event) => {
  const row = event.target.closest("[data-row-line]");
  if (!row || event.isComposing || event.target.closest("[aria-expanded=true]")) return;
  if (event.key === "Delete" && event.ctrlKey) { event.preventDefault(); dropRow(row); }
  if (event.key !== "Enter" || event.target.tagName === "BUTTON" || event.target.tagName === "TEXTAREA") return;
  event.preventDefault();
  if (row.nextElementSibling) $("input:not([type=hidden]), select", row.nextElementSibling)?.focus();
  else if ($("template", row.closest("[data-lines]"))) addRow(row.closest("[data-lines]"));
});
document.addEventListener("draft:rows", (event) => {
  for (const lines of all("[data-lines]", event.target)) {
    const start = `${lines.dataset.lines}.`;
    const kept = Object.keys(event.detail).filter((name) => name.startsWith(start)).map((name) => Number(name.slice(start.length).split(".")[0]));
    const wanted = new Set(kept).size;
    while ($("template", lines) && all("tbody tr", lines).length < wanted) addRow(lines, false);
  }
});

// --- pickers ---------------------------------------------------------------------------------------------------------
const waits = new WeakMap();
function asked(address, more) {
  const url = new URL(address, location.href);
  Object.entries(more).forEach(([name, value]) => url.searchParams.set(name, value));
  return url;
}
function close(pick) { $(".pick-list", pick).hidden = true; $("[role=combobox]", pick)?.setAttribute("aria-expanded", "false"); }
async function look(pick, input) {
  const list = $(".pick-list", pick);
  const text = fold(input.value);
  if (!text) return close(pick);
  const answer = await fetch(asked(pick.dataset.pick, { q: text, list: list.id }), { headers: { "HX-Request": "true" } });
  if (!answer.ok || fold(input.value) !== text) return;
  list.innerHTML = await answer.text();
  list.hidden = false;
  input.setAttribute("aria-expanded", "true");
}
function take(pick, option) {
  const input = $("[role=combobox]", pick);
  const hidden = $("[data-picked]", pick);
  input.value = hidden ? option.dataset.label : option.dataset.id;
  if (hidden) hidden.value = option.dataset.id;
  const row = pick.closest("[data-row-line]");
  for (const [name, value] of Object.entries(option.dataset)) {
    const cell = name.startsWith("fill") && row && $(`[name$=".${name.slice(4).replace(/[A-Z]/g, (c) => (c === name[4] ? c.toLowerCase() : `_${c.toLowerCase()}`))}"]`, row);
    if (cell) cell.value = value;
  }
  close(pick);
  input.dispatchEvent(new Event("change", { bubbles: true }));
  input.focus();
}
document.addEventListener("input", (event) => {
  const pick = event.target.closest("[data-pick]");
  if (!pick || !pick.dataset.pick || event.isComposing || event.target.type === "hidden") return;
  const hidden = $("[data-picked]", pick);
  if (hidden) hidden.value = "";
  clearTimeout(waits.get(pick));
  waits.set(pick, setTimeout(() => look(pick, event.target), 200));
});
document.addEventListener("keydown", (event) => {
  const pick = event.target.closest("[data-pick]");
  if (!pick || event.target.getAttribute("aria-expanded") !== "true") return;
  const options = all("[role=option][data-id]", pick);
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in steps && options.length) {
    event.preventDefault();
    options.forEach((option) => option.setAttribute("aria-selected", "false"));
    const next = options[(at + steps[event.key] + options.length) % options.length];
    next.setAttribute("aria-selected", "true");
    next.scrollIntoView({ block: "nearest" });
    event.target.setAttribute("aria-activedescendant", next.id);
  }
  if (event.key === "Enter" && options.length) { event.preventDefault(); event.stopPropagation(); take(pick, options[Math.max(at, 0)]); }
  if (event.key === "Escape") { event.stopPropagation(); close(pick); }
}, true);
document.addEventListener("mousedown", (event) => {
  const option = event.target.closest(".pick-list [data-id]");
  if (option) { event.preventDefault(); take(option.closest("[data-pick]"), option); }
});
document.addEventListener("focusout", (event) => { const pick = event.target.closest("[data-pick]"); if (pick) setTimeout(() => close(pick), 100); });

// --- several lines at once: cases ticked on a list -------------------------------------------------------------------
async function offer(lines) {
  const button = $("[data-many]", lines);
  const list = $("[data-many-list]", lines);
  const q = fold($("[data-many-search]", lines).value);
  const answer = await fetch(asked(button.dataset.many, { many: "1", q }), { headers: { "HX-Request": "true" } });
  if (!answer.ok) return;
  const ticked = new Set(all("input:checked", list).map((one) => one.value));
  list.innerHTML = await answer.text();
  const there = new Set(all("tbody [data-picked]", lines).map((input) => input.value));
  all("input", list).forEach((one) => { one.checked = ticked.has(one.value); if (there.has(one.value)) one.closest("label").remove(); });
}
function addMany(lines) {
  const column = $("[data-many]", lines).dataset.column;
  for (const one of all("[data-many-list] input:checked", lines)) {
    const empty = all("tbody tr", lines).find((row) => !$(`[name$=".${column}"]`, row).value);
    const row = empty || addRow(lines, false);
    $(`[name$=".${column}"]`, row).value = one.value;
    $(`[name$=".${column}.label"]`, row).value = one.dataset.label;
  }
  $("dialog", lines).close();
  lines.closest("form")?.dispatchEvent(new Event("input", { bubbles: true }));
}
document.addEventListener("click", (event) => {
  const lines = event.target.closest("[data-lines]");
  if (!lines) return;
  if (event.target.closest("[data-many]")) { $("dialog", lines).showModal(); offer(lines); }
  if (event.target.closest("[data-many-add]")) addMany(lines);
});
document.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.target.matches("[data-many-search]")) event.preventDefault(); });
document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-many-search]") || event.isComposing) return;
  event.stopPropagation();
  const lines = event.target.closest("[data-lines]");
  clearTimeout(waits.get(lines));
  waits.set(lines, setTimeout(() => offer(lines), 200));
});

// --- pasted addresses ------------------------------------------------------------------------------------------------
document.addEventListener("change", (event) => {
  const box = event.target.closest(".place");
  if (!box) return;
  if (event.target.matches("[data-part]")) {
    const text = all("[data-part]", box).map((part) => part.value.trim()).join("");
    $("[data-whole]", box).value = text;
    $("[name$='.was']", box).value = JSON.stringify({ text });
  } else if (event.target.matches("[data-whole]")) split(box);
});
async function split(box) {
  const text = $("[data-whole]", box).value;
  const answer = await fetch(`/parts-of-address/?${new URLSearchParams({ text })}`, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return;
  const parts = await answer.json();
  all("[data-part]", box).forEach((part) => { part.value = parts[part.name.split(".").pop()] || ""; });
  $("[name$='.was']", box).value = JSON.stringify({ text });
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

// --- signatures ------------------------------------------------------------------------------------------------------
const pads = new WeakMap();
function wireSignature(box) {
  const canvas = $("canvas", box);
  if (!canvas || !window.SignaturePad) return;
  const ratio = Math.max(window.devicePixelRatio || 1, 1);
  canvas.width = canvas.offsetWidth * ratio;
  canvas.height = canvas.offsetHeight * ratio;
  canvas.getContext("2d").scale(ratio, ratio);
  const pad = new window.SignaturePad(canvas, { minWidth: 0.8, maxWidth: 2.6 });
  pads.set(box, pad);
  pad.addEventListener("endStroke", () => { $("[name$='.drawn']", box).value = pad.toDataURL("image/png"); });
}
function wipe(box) { pads.get(box)?.clear(); $("[name$='.drawn']", box).value = ""; }

export function wire(root = document) {
  all(".form", root).filter((form) => !form.dataset.wired).forEach((form) => { form.dataset.wired = "1"; wireLogic(form); });
  all("[data-sign]", root).filter((box) => !pads.has(box)).forEach(wireSignature);
}
document.addEventListener("htmx:after:swap", () => wire());
wire();
