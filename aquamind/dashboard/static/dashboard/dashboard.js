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
const WIDTH = 1000; // of a plot, whatever its width on the screen
const charts = [...document.querySelectorAll("figure.chart")].map((figure) => {
  const svg = figure.querySelector("svg.shapes");
  const data = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("class", "pointer");
  svg.append(line);
  return { figure, svg, data, line };
});

function shareAt(chart, clientX) {
  const box = chart.svg.getBoundingClientRect();
  return Math.min(Math.max((clientX - box.left) / box.width, 0), 1);
}

function secondsAt(chart, clientX) {
  const { first, last } = chart.data;
  return first + shareAt(chart, clientX) * (last - first);
}

function bottomOf(chart) {
  return chart.svg.viewBox.baseVal.height - 22;
}

function drawPointer(chart, seconds) {
  const { first, last } = chart.data;
  const x = ((seconds - first) / (last - first)) * WIDTH;
  chart.line.setAttribute("d", seconds === null ? "" : `M${x.toFixed(1)} 10V${bottomOf(chart)}`);
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
  const point = (event) => {
    const seconds = secondsAt(chart, event.clientX);
    for (const other of charts) drawPointer(other, seconds);
    if (!event.target.closest("[data-tip]")) showTip(reading(chart, seconds), event.clientX, event.clientY);
  };
  chart.svg.addEventListener("pointermove", point);
  chart.svg.addEventListener("pointerdown", point); // a finger that taps
  chart.svg.addEventListener("pointerleave", (event) => {
    if (event.pointerType === "touch") return; // what a finger asked for stays until the next tap
    for (const other of charts) drawPointer(other, null);
    hideTip();
  });
}

// Zooming asks the server for the days between: the zoomed view has an address of its own.
const period = document.querySelector("form[data-period]");
const zoomed = charts.filter((chart) => "zooms" in chart.figure.dataset);

function show(from, to) {
  const day = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 10);
  const query = new URLSearchParams(new FormData(period));
  query.set("from", day(from));
  query.set("to", day(Math.max(to - 1, from)));
  location.search = query;
}

// A mouse or a pen marks the days; fingers take hold of the time axis: one moves it, two stretch
// it. What is drawn follows the fingers, and the server is asked when they let go.
function preview(from, to) {
  for (const chart of zoomed) {
    const { first, last } = chart.data;
    const x = ((from - first) / (last - first)) * WIDTH;
    const width = Math.max(((to - from) / (last - first)) * WIDTH, 1);
    chart.svg.setAttribute("viewBox", `${x} 0 ${width} ${chart.svg.viewBox.baseVal.height}`);
    chart.figure.classList.add("held");
  }
}

function letGo() {
  for (const chart of zoomed) {
    chart.svg.setAttribute("viewBox", `0 0 ${WIDTH} ${chart.svg.viewBox.baseVal.height}`);
    chart.figure.classList.remove("held");
  }
}

function zooming(chart) {
  const { first, last } = chart.data;
  let begun = null;
  let box = null;
  const fingers = new Map(); // the moment under each finger, and where it is now
  let held = null;

  const end = () => {
    begun = null;
    box?.remove();
    box = null;
  };
  const drag = (event) => {
    const [from, to] = [begun, event.clientX].map((x) => shareAt(chart, x) * WIDTH).sort((a, b) => a - b);
    const sizes = { x: from, y: 10, width: to - from, height: bottomOf(chart) - 10 };
    for (const [name, value] of Object.entries(sizes)) box.setAttribute(name, value);
  };
  const stretch = () => {
    const frame = chart.svg.getBoundingClientRect();
    const shares = [...fingers.values()].map(({ seconds, x }) => [seconds, (x - frame.left) / frame.width]);
    let length = last - first;
    if (shares.length > 1) {
      const [[one, here], [other, there]] = shares;
      if (Math.abs(here - there) < 0.02 || (other - one) / (there - here) <= 0) return;
      length = Math.max((other - one) / (there - here), 86400);
    } else if (held && fingers.size === 1) length = held.to - held.from;
    const [seconds, share] = shares[0];
    held = { from: seconds - share * length, to: seconds + (1 - share) * length };
    hideTip();
    preview(held.from, held.to);
  };
  // The moment under a finger in what is shown just now.
  const grasp = (clientX) => {
    const shown = held ?? { from: first, to: last };
    return shown.from + shareAt(chart, clientX) * (shown.to - shown.from);
  };

  chart.svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    if (event.pointerType === "touch") {
      for (const [id, finger] of fingers) fingers.set(id, { ...finger, seconds: grasp(finger.x) });
      fingers.set(event.pointerId, { seconds: grasp(event.clientX), x: event.clientX, began: event.clientX });
      return;
    }
    event.preventDefault();
    chart.svg.setPointerCapture(event.pointerId);
    begun = event.clientX;
    box = document.createElementNS(SVG, "rect");
    box.setAttribute("class", "zoom");
    chart.svg.append(box);
  });
  chart.svg.addEventListener("pointermove", (event) => {
    const finger = fingers.get(event.pointerId);
    if (finger) {
      finger.x = event.clientX;
      if (fingers.size > 1 || held || Math.abs(finger.x - finger.began) > 12) stretch();
    } else if (begun !== null) drag(event);
  });
  chart.svg.addEventListener("pointerup", (event) => {
    if (fingers.delete(event.pointerId)) {
      if (fingers.size || !held) return;
      return show(held.from, held.to);
    }
    if (begun === null) return;
    const ends = [begun, event.clientX].sort((a, b) => a - b);
    end();
    if (ends[1] - ends[0] >= 6) show(...ends.map((x) => secondsAt(chart, x)));
  });
  const cancel = () => {
    end();
    fingers.clear();
    held = null;
    letGo();
  };
  chart.svg.addEventListener("pointercancel", cancel); // the page scrolls instead
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") cancel();
  });
}
zoomed.forEach(zooming);

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
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("input, select, .scroll, .log")) return;
  document.querySelector(`[data-key="${CSS.escape(event.key)}"]`)?.click();
});

// The live page: values by name, asked for again and again.
const live = document.querySelector("[data-live]");
if (live) {
  const tell = (values) => {
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
      tell(state.values);
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
