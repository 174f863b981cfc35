// The job page: each press becomes one action with an id and the moment of this device. What could not be sent stays on
// the page, is said so, and goes out again with the same id: whatever reached the server before is not done twice.
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const words = () => $("#job-words").dataset;
  const PATIENCE = 30000;

  function newId() {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16)); // without HTTPS there is no randomUUID
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  // --- one action -----------------------------------------------------------------------------------------------------
  let waiting = null; // {form, data, url, at}: pressed, not yet answered for

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-act]")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      if (!form.dataset.sending) press(form, event.submitter);
    } else if (form.matches("[data-call]")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      call(form);
    }
  }, true);

  async function press(form, button) {
    await photosReady(form);
    const data = new FormData(form, button);
    data.set("client_id", newId());
    data.set("happened_at", new Date().toISOString());
    waiting = { form, data, url: form.action, at: new Date(), button };
    await send(waiting);
  }
  async function photosReady(form) {
    while ($("[data-busy]", form)) await new Promise((done) => setTimeout(done, 50));
  }

  async function send(action) {
    busy(action, true);
    action.data.set("sent_at", new Date().toISOString());
    const stop = new AbortController();
    const late = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const answer = await fetch(action.url, { method: "POST", body: action.data, headers: headers(), signal: stop.signal });
      const html = await answer.text();
      if (answer.headers.get("HX-Redirect")) { location.href = answer.headers.get("HX-Redirect"); return; }
      if (answer.status >= 500 || answer.status === 429 || !html.includes('id="job"')) throw new Error(String(answer.status));
      if (waiting === action) waiting = null;
      if (answer.ok) sessionStorage.removeItem(`draft:${action.form.dataset.draft}`);
      put(html, answer.ok);
    } catch {
      unsent(action);
    } finally {
      clearTimeout(late);
      busy(action, false);
    }
  }
  const headers = () => ({ "HX-Request": "true", "X-CSRFToken": $("meta[name=csrf]").content });

  function busy(action, on) {
    if (on) action.form.dataset.sending = "1"; else delete action.form.dataset.sending;
    all("button", action.form).forEach((button) => { if (on) button.setAttribute("aria-disabled", "true"); else button.removeAttribute("aria-disabled"); });
    if (action.button) { if (on) action.button.setAttribute("aria-busy", "true"); else action.button.removeAttribute("aria-busy"); }
    const box = $(".job-unsent", action.form);
    if (on && box && !box.hidden) box.textContent = words().sending;
  }

  function unsent(action) {
    if (!action.form.isConnected) return;
    let box = $(".job-unsent", action.form);
    if (!box) { box = Object.assign(document.createElement("div"), { className: "job-unsent" }); box.setAttribute("role", "alert"); action.form.append(box); }
    const when = action.at.toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
    const again = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-danger job-big", textContent: words().unsent });
    again.dataset.again = "1";
    const small = Object.assign(document.createElement("small"), { textContent: `${words().waiting} ${when} · ${words().kept}` });
    box.replaceChildren(again, small);
    box.hidden = false;
    box.scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("click", (event) => { if (event.target.closest("[data-again]") && waiting && !waiting.form.dataset.sending) send(waiting); });
  window.addEventListener("online", () => { if (waiting && !waiting.form.dataset.sending) send(waiting); });
  window.addEventListener("beforeunload", (event) => { if (waiting) event.preventDefault(); });

  // --- the page that comes back ----------------------------------------------------------------------------------------
  function put(html, forward) {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    const job = $("#job", fresh);
    $("#job").replaceWith(job);
    all("#toasts > *", fresh).forEach((line) => $("#toasts").append(line));
    job.dispatchEvent(new CustomEvent("htmx:after:swap", { bubbles: true }));
    const wanted = $(".refusal", job) || $(".job-now", job);
    if (!forward || wanted?.matches(".refusal")) wanted?.scrollIntoView({ block: "center" });
    else (wanted || job).scrollIntoView({ block: "start" });
  }

  // --- from task to task, from stop to stop ------------------------------------------------------------------------------
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-job]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    try {
      const answer = await fetch(link.href, { headers: headers() });
      const html = await answer.text();
      if (!answer.ok || !html.includes('id="job"')) throw new Error();
      history.pushState({ job: true }, "", link.href);
      put(html, true);
    } catch { location.href = link.href; }
  });
  window.addEventListener("popstate", () => location.reload());

  // --- call and navigate --------------------------------------------------------------------------------------------------
  async function call(form) {
    const button = $("button", form);
    button.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: headers() });
      if (!answer.ok) throw new Error();
      form.innerHTML = await answer.text();
      const number = $("[data-number]", form);
      number.focus();
      location.href = number.href;
    } catch { window.aftercare.toast(window.aftercare.words().offline); }
    button.removeAttribute("aria-busy");
  }
  function ways() {
    if (!/iPhone|iPad|Macintosh/.test(navigator.userAgent)) return;
    all("[data-way]").forEach((link) => { link.href = `maps:?q=${link.dataset.way}`; });
  }
  document.addEventListener("htmx:after:swap", ways);
  ways();
})();
