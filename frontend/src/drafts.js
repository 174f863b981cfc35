// What was typed survives a lost connection, a closed page, an error: kept per form in this tab until it is saved.
(() => {
  const prefix = "draft:";
  const skip = (field) => !field.name || ["file", "hidden", "password", "submit", "button"].includes(field.type) || field.disabled;
  const fields = (form) => [...form.elements].filter((field) => !skip(field));

  function taken(form) {
    const values = {};
    for (const field of fields(form)) {
      const tick = field.type === "checkbox" || field.type === "radio";
      (values[field.name] ??= []).push(tick ? (field.checked ? field.value : null) : field.value);
    }
    return values;
  }
  function put(form, values) {
    const seen = {};
    for (const field of fields(form)) {
      const place = (seen[field.name] = (seen[field.name] ?? -1) + 1);
      const value = values[field.name]?.[place];
      if (value === undefined) continue;
      if (field.type === "checkbox" || field.type === "radio") field.checked = value !== null;
      else field.value = value ?? "";
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
  const key = (form) => prefix + form.dataset.draft;
  const drop = (form) => sessionStorage.removeItem(key(form));

  function wire(form) {
    const first = JSON.stringify(taken(form));
    const kept = sessionStorage.getItem(key(form));
    if (kept && kept !== first && !form.dataset.faulty) offer(form, JSON.parse(kept), JSON.parse(first));
    let timer;
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => sessionStorage.setItem(key(form), JSON.stringify(taken(form))), 250);
    });
    form.addEventListener("submit", () => {
      sessionStorage.setItem(key(form), JSON.stringify(taken(form)));
      sessionStorage.setItem("draft-sent", form.dataset.draft);
    });
  }
  function offer(form, values, before) {
    form.dispatchEvent(new CustomEvent("draft:rows", { detail: values }));
    put(form, values);
    const { toast, words } = window.aftercare;
    toast(words().restored, { label: words().discard, run: () => { put(form, before); drop(form); } });
  }

  addEventListener("DOMContentLoaded", () => {
    const sent = sessionStorage.getItem("draft-sent");
    sessionStorage.removeItem("draft-sent");
    const again = sent && document.querySelector(`form[data-draft="${CSS.escape(sent)}"][data-faulty]`);
    if (sent && !again && !document.querySelector(".error-page")) sessionStorage.removeItem(prefix + sent);
    if (document.body.classList.contains("alone")) {
      Object.keys(sessionStorage).filter((name) => name.startsWith(prefix)).forEach((name) => sessionStorage.removeItem(name));
    }
    document.querySelectorAll("form[data-draft]").forEach(wire);
  });
})();
