// Charts of the Numbers room. Every chart is told again by the table beside it; patterns tell series apart without colour.
"use strict";

const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const read = (id) => JSON.parse(document.getElementById(id)?.textContent || "null");
const drawn = [];

const frame = (labels) => ({
  animation: false,
  aria: { enabled: true, decal: { show: true } },
  textStyle: { fontFamily: "inherit", color: style("--ink") },
  grid: { left: 8, right: 8, top: 34, bottom: 8, containLabel: true },
  tooltip: { trigger: "axis", renderMode: "richText" },
  legend: { top: 0, textStyle: { color: style("--ink") } },
  xAxis: { type: "category", data: labels, axisLabel: { color: style("--ink-2"), hideOverlap: true } },
  yAxis: { type: "value", minInterval: 1, axisLabel: { color: style("--ink-2") }, splitLine: { lineStyle: { color: style("--line-2") } } },
});

const fared = (data, words) => ({
  ...frame(data.labels),
  series: [
    { name: words.kept, type: "bar", stack: "all", barMaxWidth: 44, data: data.kept, itemStyle: { color: style("--kept") } },
    { name: words.broken, type: "bar", stack: "all", barMaxWidth: 44, data: data.broken, itemStyle: { color: style("--broken") } },
  ],
});

const line = (data) => ({
  ...frame(data.labels),
  yAxis: { ...frame([]).yAxis, minInterval: 0 },
  series: [{ name: data.name, type: "line", data: data.values, symbolSize: 9, lineStyle: { color: style("--accent") }, itemStyle: { color: style("--accent") }, label: { show: true, color: style("--ink") } }],
});

function draw() {
  for (const box of document.querySelectorAll("[data-chart]")) {
    const table = document.getElementById(box.dataset.of);
    const data = read(table?.dataset.json);
    if (!data || !window.echarts) continue;
    const chart = window.echarts.getInstanceByDom(box) || window.echarts.init(box, null, { renderer: "canvas" });
    chart.setOption(box.dataset.chart === "fared" ? fared(data, read("chart-words")) : line(data), true);
    drawn.push(chart);
  }
}

document.addEventListener("DOMContentLoaded", draw);
window.addEventListener("resize", () => drawn.forEach((chart) => chart.resize()));
new MutationObserver(draw).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
