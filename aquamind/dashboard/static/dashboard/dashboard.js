// Tips, the pointer line, zooming, keys, and the live page. Every page works without this file.
"use strict";

const SVG = "http://www.w3.org/2000/svg";
document.documentElement.classList.add("scripted");

const tip = document.createElement("div");
tip.className = "tip";
tip.setAttribute("aria-hidden", "true"); // the same words are the label of what it belongs to
tip.hidden = true;
document.body.append(tip);

function showTip(text, x, y) {
  tip.textContent = text;
  tip.hidden = false;
  const left = Math.min(x + 14, innerWidth - tip.offsetWidth - 8);
  const below = y + 16 + tip.offsetHeight < innerHeight;
  const top = below ? y + 16 : y - tip.offsetHeight - 10;
  tip.style.left = `${Math.max(left, 8) + scrollX}px`;
  tip.style.top = `${Math.max(top, 8) + scrollY}px`;
}

function hideTip() {
  tip.hidden = true;
}

document.addEventListener("pointermove", (event) => {
  const marked = event.target.closest?.("[data-tip]");
  if (marked) showTip(marked.dataset.tip, event.clientX, event.clientY);
  else if (!event.target.closest?.("figure.chart")) hideTip();
});
document.addEventListener("focusin", (event) => {
  const marked = event.target.closest("[data-tip]");
  if (!marked) return hideTip();
  const box = marked.getBoundingClientRect();
  showTip(marked.dataset.tip, box.right, box.bottom - 10);
});
document.addEventListener("focusout", hideTip);

// Charts: a line under the pointer, across all charts of one time axis, and the values there.
const charts = [...document.querySelectorAll("figure.chart")].map((figure) => {
  const svg = figure.querySelector("svg");
  const data = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("class", "pointer");
  svg.append(line);
  return { figure, svg, data, line, title: figure.querySelector("h3").textContent };
});

function secondsAt(chart, clientX) {
  const box = chart.svg.getBoundingClientRect();
  const x = ((clientX - box.left) / box.width) * 960;
  const { left, right, first, last } = chart.data;
  const share = Math.min(Math.max((x - left) / (right - left), 0), 1);
  return first + share * (last - first);
}

function drawPointer(chart, seconds) {
  const { left, right, first, last } = chart.data;
  const x = left + ((seconds - first) / (last - first)) * (right - left);
  const bottom = chart.svg.viewBox.baseVal.height - 22;
  chart.line.setAttribute("d", seconds === null ? "" : `M${x.toFixed(1)} 10V${bottom}`);
}

function nearest(moments, seconds) {
  let low = 0;
  let high = moments.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (moments[middle] <= seconds) low = middle;
    else high = middle;
  }
  return seconds - moments[low] < moments[high] - seconds ? low : high;
}

function reading(chart, seconds) {
  const { moments, series, first, last } = chart.data;
  const stamp = (at) => {
    const text = new Date(at * 1000).toISOString();
    return last - first < 125 * 86400 && moments.length ? `${text.slice(0, 10)} ${text.slice(11, 16)}` : text.slice(0, 10);
  };
  if (!moments.length) return stamp(seconds);
  const n = nearest(moments, seconds);
  const values = series.map((one) => `${one.values[n] ?? "–"} ${one.label}`);
  return [stamp(moments[n]), ...values].join("\n");
}

for (const chart of charts) {
  chart.svg.addEventListener("pointermove", (event) => {
    const seconds = secondsAt(chart, event.clientX);
    for (const other of charts) drawPointer(other, seconds);
    if (!event.target.closest("[data-tip]")) showTip(reading(chart, seconds), event.clientX, event.clientY);
  });
  chart.svg.addEventListener("pointerleave", () => {
    for (const other of charts) drawPointer(other, null);
    hideTip();
  });
  if ("zooms" in chart.figure.dataset) zooming(chart);
}

// Dragging over a chart asks the server for the days between: the zoomed view has its own address.
function zooming(chart) {
  let begun = null;
  let box = null;
  const end = () => {
    begun = null;
    box?.remove();
    box = null;
  };
  chart.svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.pointerType === "touch") return;
    event.preventDefault();
    chart.svg.setPointerCapture(event.pointerId);
    begun = event.clientX;
    box = document.createElementNS(SVG, "rect");
    box.setAttribute("class", "zoom");
    chart.svg.append(box);
  });
  chart.svg.addEventListener("pointermove", (event) => {
    if (begun === null) return;
    const frame = chart.svg.getBoundingClientRect();
    const toX = (clientX) => Math.min(Math.max(((clientX - frame.left) / frame.width) * 960, 58), 946);
    const [from, to] = [toX(begun), toX(event.clientX)].sort((a, b) => a - b);
    const height = chart.svg.viewBox.baseVal.height - 32;
    for (const [name, value] of Object.entries({ x: from, y: 10, width: to - from, height })) {
      box.setAttribute(name, value);
    }
  });
  chart.svg.addEventListener("pointerup", (event) => {
    if (begun === null) return;
    const ends = [begun, event.clientX].sort((a, b) => a - b);
    end();
    if (ends[1] - ends[0] < 6) return;
    const days = ends.map((x) => new Date(secondsAt(chart, x) * 1000).toISOString().slice(0, 10));
    const query = new URLSearchParams(new FormData(document.querySelector("form.controls")));
    query.set("from", days[0]);
    query.set("to", days[1]);
    location.search = query;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") end();
  });
}

// A choice shows at once. A day that is being typed passes through days that nobody means.
for (const form of document.querySelectorAll("form[data-auto]")) {
  let typed = false;
  form.addEventListener("pointerdown", () => (typed = false));
  form.addEventListener("keydown", (event) => (typed = event.target.type === "date"));
  form.addEventListener("change", (event) => {
    if (!typed && event.target.value) form.requestSubmit();
  });
  form.addEventListener("focusout", ({ target }) => {
    if (typed && target.value && target.value !== target.defaultValue) form.requestSubmit();
  });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, select, .scroll")) return;
  document.querySelector(`[data-key="${CSS.escape(event.key)}"]`)?.click();
});

// The live page: values by name, asked for again and again.
const live = document.querySelector("[data-live]");
if (live) {
  const show = (values) => {
    for (const element of live.querySelectorAll("[data-value]")) {
      const value = values[element.dataset.value];
      if (value === undefined) continue;
      if (element.tagName === "PROGRESS") element.value = value;
      else if (element.textContent !== value) element.textContent = value;
    }
  };
  const ask = async () => {
    try {
      const answer = await fetch(live.dataset.live, { cache: "no-store" });
      if (!answer.ok) throw new Error(answer.status);
      const state = await answer.json();
      if (state.shape !== live.dataset.shape) return location.reload();
      show(state.values);
      const badge = live.querySelector(".state");
      badge.className = `state ${state.state}`;
    } catch {
      const badge = live.querySelector(".state");
      badge.className = "state offline";
      badge.textContent = "The server does not answer";
    }
    setTimeout(ask, document.hidden ? 10000 : 1500);
  };
  setTimeout(ask, 1500);
}
