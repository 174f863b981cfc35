// Work on tasks and cases. Keys of task cards: Enter opens, 1–9 choose an outcome, c a note, p the papers. j and k move (app.js).
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const here = () => $("[data-card].card-open:focus-within") || $(".card.at") || $(".card:focus-within") || $("[data-card].card-open") || $(".card");
  const typing = (target) => target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (typing(event.target) || $("dialog[open]")) return;
    const card = here();
    if (!card) return;
    if (/^[1-9]$/.test(event.key)) {
      const button = all("[data-outcome]", card)[Number(event.key) - 1];
      if (button) { event.preventDefault(); button.click(); }
    }
    if (event.key === "c") $("[data-comment]", card)?.click();
    if (event.key === "p") $("[data-print]", card)?.click();
    if (event.key === "Enter" && event.target === card) $("[data-unfold]", card)?.click();
  });

  // A dialog opened for one thing of several comes with it chosen.
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open][data-choose]");
    const chosen = opener && $("[data-chosen]", $(opener.dataset.open));
    if (chosen) chosen.value = opener.dataset.choose;
  });

  // Only one lens at a time: choosing one empties the others.
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-lens]")) return;
    all("[data-lens]", event.target.form).forEach((one) => { if (one !== event.target) one.disabled = true; });
  }, true);

  // The drawing of a case begins where the case stands.
  $(".case-flow")?.addEventListener("toggle", (event) => {
    const scroll = $(".drawing-scroll", event.target), box = $(".d-late, .d-open", scroll);
    if (event.target.open && box) scroll.scrollLeft += box.getBoundingClientRect().left - scroll.getBoundingClientRect().left - 150;
  });

  // A card that unfolds: the first empty input waits for the hand.
  document.addEventListener("htmx:after:swap", () => {
    const card = $("[data-card].card-open");
    if (!card || card.contains(document.activeElement)) return;
    const first = all("input:not([type=hidden]):not([type=checkbox]):not([type=radio]):not([readonly]), textarea, select", $(".card-body", card)).find((input) => !input.value && input.offsetParent);
    (first || $("[data-outcome]", card) || $("a", card))?.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
  });
})();
