// Photos of a form: several, one after the other, made smaller before they are sent. Without this file the plain input works.
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const LONGEST = 1600; // pixels of the longer side: a scratch is seen, a slow line carries it
  const QUALITY = 0.82;

  async function smaller(file) {
    if (!file.type.startsWith("image/")) return file;
    let picture;
    try { picture = await createImageBitmap(file, { imageOrientation: "from-image" }); } catch { return file; }
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const made = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    return made && (scale < 1 || made.size < file.size) ? new File([made], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" }) : file;
  }

  function wire(box) {
    if (box.dataset.wired) return;
    box.dataset.wired = "1";
    const input = $("input[type=file]", box);
    const shots = $("[data-shots]", box);
    const taken = [];
    input.classList.add("hidden-visually");
    input.tabIndex = -1;
    $(".photo-buttons", box).hidden = false;
    const put = () => {
      const all = new DataTransfer();
      taken.forEach((one) => all.items.add(one.file));
      input.files = all.files;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    };
    const show = (one) => {
      const shot = document.createElement("div");
      shot.className = "shot";
      const image = Object.assign(document.createElement("img"), { src: URL.createObjectURL(one.file), alt: "" });
      const drop = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
      drop.setAttribute("aria-label", box.dataset.remove);
      drop.addEventListener("click", () => { taken.splice(taken.indexOf(one), 1); shot.remove(); put(); });
      shot.append(image, drop);
      shots.append(shot);
    };
    input.addEventListener("change", async (event) => {
      event.stopPropagation();
      const given = [...input.files];
      box.dataset.busy = "1";
      for (const file of given) { const one = { file: await smaller(file) }; taken.push(one); show(one); }
      put();
      delete box.dataset.busy;
    });
    const open = (camera) => { camera ? input.setAttribute("capture", "environment") : input.removeAttribute("capture"); input.click(); };
    $("[data-shoot]", box).addEventListener("click", () => open(true));
    $("[data-choose-photo]", box).addEventListener("click", () => open(false));
  }
  const all = () => document.querySelectorAll("[data-photos]").forEach(wire);
  document.addEventListener("htmx:after:swap", all);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", all); else all();
})();
