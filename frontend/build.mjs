// Copies what the pages and papers need from node_modules/ and src/ into dist/, which is served as /static/vendor/.
import { cp, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const fresh = join(here, "dist.new");
const target = join(here, "dist");
const font = (folder, name) => [
  `node_modules/@expo-google-fonts/noto-sans-sc/${folder}/NotoSansSC_${folder}.ttf`,
  `fonts/NotoSansSC-${name}.ttf`,
];

const copies = [
  ["node_modules/@tabler/core/dist/css/tabler.min.css", "tabler/tabler.min.css"],
  ["node_modules/@tabler/core/dist/js/tabler.min.js", "tabler/tabler.min.js"],
  ["node_modules/@tabler/icons/icons/outline", "icons"],
  ["node_modules/htmx.org/dist/htmx.min.js", "htmx/htmx.min.js"],
  ["node_modules/echarts/dist/echarts.min.js", "echarts/echarts.min.js"],
  ["node_modules/@event-calendar/build/dist/event-calendar.min.js", "event-calendar/event-calendar.min.js"],
  ["node_modules/@event-calendar/build/dist/event-calendar.min.css", "event-calendar/event-calendar.min.css"],
  ["node_modules/signature_pad/dist/signature_pad.umd.min.js", "signature_pad/signature_pad.umd.min.js"],
  font("400Regular", "Regular"),
  font("500Medium", "Medium"),
  font("700Bold", "Bold"),
];

// A Chinese font is ten megabytes: it is fetched only by a machine that has none of its own.
const own = ["PingFang SC", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC"];
const face = (weight, name) => `@font-face {
  font-family: "Aftercare Sans";
  font-weight: ${weight};
  font-display: swap;
  src: ${own.map((known) => `local("${known}")`).join(", ")}, url("NotoSansSC-${name}.ttf") format("truetype");
}
`;

await rm(fresh, { recursive: true, force: true });
for (const [from, to] of copies) {
  const path = join(fresh, to);
  await mkdir(dirname(path), { recursive: true });
  await cp(join(here, from), path, { recursive: true });
}
await writeFile(join(fresh, "fonts/fonts.css"), face(400, "Regular") + face(500, "Medium") + face(700, "Bold"));
for (const name of await readdir(join(here, "src")).catch(() => [])) {
  await cp(join(here, "src", name), join(fresh, name), { recursive: true });
}
await rm(target, { recursive: true, force: true });
await rename(fresh, target);
