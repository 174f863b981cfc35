// What every page can do: menus, confirmation, toasts, keys, one submit per click, honest words when a connection fails.
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const words = () => $("#texts").dataset;
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

  // --- toasts ---------------------------------------------------------------------------------------------------
  function toast(text, action) {
    const line = document.createElement("div");
    line.className = "toast-line";
    line.append(Object.assign(document.createElement("span"), { textContent: text }));
    if (action) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: action.label });
      button.addEventListener("click", () => { action.run(); line.remove(); });
      line.append(button);
    }
    $("#toasts").append(line);
    settle(line, action ? 12000 : 5000);
  }
  function settle(line, after = 5000) {
    if (line.dataset.settled) return;
    line.dataset.settled = "1";
    setTimeout(() => { line.classList.add("leaving"); setTimeout(() => line.remove(), 350); }, after);
  }
  window.aftercare = { toast, words };

  // --- menus: one open at a time, closed by Escape and by a click elsewhere -------------------------------------------
  document.addEventListener("click", (event) => {
    all("details[data-menu][open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
    if (event.target.closest("[data-show-keys]")) { all("details[data-menu]").forEach((menu) => (menu.open = false)); $("#keys").showModal(); }
    event.target.closest("[data-close]")?.closest("dialog").close();
    const opener = event.target.closest("[data-open]");
    if (opener) $(opener.dataset.open)?.showModal();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target.closest?.("details[data-menu][open]") || $("details[data-menu][open]");
    if (menu) { menu.open = false; $("summary", menu).focus(); }
  });

  // --- confirmation ---------------------------------------------------------------------------------------------
  function ask(text) {
    const dialog = $("#confirm");
    $("#confirm-text").textContent = text;
    dialog.returnValue = "no";
    dialog.showModal();
    return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true }));
  }
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const question = event.submitter?.dataset.confirm || form.dataset.confirm;
    if (!question || form.dataset.confirmed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!(await ask(question))) return;
    form.dataset.confirmed = "1";
    form.requestSubmit(event.submitter);
  }, true);

  // --- one submit per click --------------------------------------------------------------------------------------
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method === "dialog") return;
    if (form.dataset.sent && form.method === "post") { event.preventDefault(); return; }
    form.dataset.sent = "1";
    const button = event.submitter || $("button:not([type=button])", form);
    setTimeout(() => button?.setAttribute("aria-busy", "true"));
    form.dataset.late = setTimeout(() => toast(words().late), 4000);
  });
  function rest(form) {
    clearTimeout(form.dataset.late);
    delete form.dataset.sent;
    delete form.dataset.confirmed;
    all("[aria-busy]", form).forEach((button) => button.removeAttribute("aria-busy"));
  }
  window.addEventListener("pageshow", () => all("form").forEach(rest));

  // --- fragments ------------------------------------------------------------------------------------------------
  document.addEventListener("htmx:config:request", (event) => {
    event.detail.ctx.request.headers["X-CSRFToken"] = $("meta[name=csrf]").content;
  });
  document.addEventListener("htmx:after:request", (event) => { if (event.target instanceof HTMLFormElement) rest(event.target); });
  document.addEventListener("htmx:error", (event) => {
    if (event.target instanceof HTMLFormElement) rest(event.target);
    if (!event.detail?.ctx?.response) toast(words().offline);
  });
  window.addEventListener("offline", () => toast(words().offline));
  document.addEventListener("htmx:after:swap", (event) => ready(event.target instanceof Element ? event.target : document));

  function ready(root) {
    all("[data-toast]").forEach((line) => settle(line));
    const wanted = $("[data-focus]", root);
    if (wanted) { wanted.removeAttribute("data-focus"); wanted.focus(); }
    all("[data-submits]", root).forEach((field) => {
      if (field.dataset.wired) return;
      field.dataset.wired = "1";
      field.addEventListener("change", () => field.form.requestSubmit());
    });
  }

  // --- searching while one types: after a pause, and never in the middle of a syllable of an input method ----------
  let pause;
  function settleSearch(event) {
    const form = event.target.closest("form[data-live]");
    if (!form || event.isComposing) return;
    clearTimeout(pause);
    pause = setTimeout(() => form.dispatchEvent(new Event("settled")), event.type === "change" ? 0 : 220);
  }
  ["input", "change", "compositionend"].forEach((name) => document.addEventListener(name, settleSearch));
  document.addEventListener("keydown", (event) => {
    const box = event.target.closest("[data-arrows]");
    if (!box || event.isComposing || !["ArrowDown", "Enter"].includes(event.key)) return;
    const first = $("[data-row] a", $(box.dataset.arrows));
    if (!first) return;
    event.preventDefault();
    if (event.key === "Enter") first.click(); else move(1);
  });

  // --- keys -----------------------------------------------------------------------------------------------------
  function move(step) {
    const rows = all("[data-rows] [data-row]").filter((row) => row.offsetParent !== null);
    if (!rows.length) return;
    const at = rows.findIndex((row) => row.classList.contains("at"));
    const next = rows[Math.max(0, Math.min(rows.length - 1, at + step))];
    rows.forEach((row) => row.classList.remove("at"));
    next.classList.add("at");
    next.scrollIntoView({ block: "nearest" });
    ($("a, button, summary, input", next) || next).focus();
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (typing(event.target) || $("dialog[open]")) return;
    const acts = {
      "/": () => $("[data-search-here]") ? $("[data-search-here]").focus() : $("[data-search]")?.focus(),
      "?": () => $("#keys").showModal(),
      j: () => move(1),
      k: () => move(-1),
    };
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const source = $(button.dataset.copy);
    try { await navigator.clipboard.writeText(source.value ?? source.textContent); toast(button.dataset.copied); }
    catch { source.select?.(); }
  });

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => ready(document));
  else ready(document);
})();
