// The map of the land: no base map, only townships, parcels by kind and stage, and lines that bind.

const L = window.L;
const ENOUGH = 0.25; // how much further than the window is asked for, so that a small move asks nothing
const WAIT_MS = 200;
const SVG = "http://www.w3.org/2000/svg";

const GROUPS = {
  stored: ["stored"],
  claimed: ["reserved", "pledged"],
  collected: ["collected", "in_project"],
  gone: ["returned", "refused", "withdrawn"],
};

const root = getComputedStyle(document.documentElement);
const token = (name) => root.getPropertyValue(name).trim();
const colour = (kind) => token(`--kind-${String(kind).replaceAll("_", "-")}`) || token("--kind-other");

export function groupOf(stage) {
  if (!stage) return "stored";
  return Object.keys(GROUPS).find((group) => GROUPS[group].includes(stage)) ?? "applying";
}

// Patterns live once in the document; a path names the one it is filled with.
const STROKES = {
  applying: "M2 2h.01M6 6h.01",
  claimed: "M-1 1l2-2M0 8 8 0M7 9l2-2",
  zone: "M-1 1l2-2M0 8 8 0M7 9l2-2",
  collected: "M-1 1l2-2M0 8 8 0M7 9l2-2M0 0l8 8M7-1l2 2M-1 7l2 2",
};
let defs = null;

function element(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function pattern(kind, group) {
  const id = `fill-${kind}-${group}`;
  if (document.getElementById(id)) return `url(#${id})`;
  if (!defs) {
    defs = element("defs", {});
    document.body.append(element("svg", { width: 0, height: 0, "aria-hidden": "true", class: "position-absolute" }, defs));
  }
  const fill = colour(kind);
  defs.append(element("pattern", { id, width: 8, height: 8, patternUnits: "userSpaceOnUse" },
    element("rect", { width: 8, height: 8, fill, "fill-opacity": group === "applying" ? 0.25 : 0.45 }),
    element("path", { d: STROKES[group], stroke: token("--ink"), "stroke-width": group === "applying" ? 1.6 : 1,
      "stroke-linecap": "round", "stroke-opacity": 0.7, fill: "none" })));
  return `url(#${id})`;
}

export function styleOf(feature) {
  const { kind = "other", stage, line } = feature.properties ?? {};
  if (line === "redline") return { color: token("--red"), weight: 3, fill: false };
  if (line === "zone") {
    return { color: token("--ink-soft"), weight: 1.5, dashArray: "5 4", fillColor: hatch(), fillOpacity: 1 };
  }
  const group = groupOf(stage);
  const edge = { color: token("--ink"), weight: 1, opacity: 0.75 };
  if (group === "stored") return { ...edge, fillColor: colour(kind), fillOpacity: 0.6 };
  if (group === "gone") return { ...edge, dashArray: "2 3", fillColor: colour(kind), fillOpacity: 0.08 };
  return { ...edge, fillColor: pattern(kind, group), fillOpacity: 1 };
}

function hatch() {
  if (!document.getElementById("fill-zone-zone")) {
    pattern("zone", "zone");
    document.querySelector("#fill-zone-zone rect").setAttribute("fill-opacity", 0);
    document.querySelector("#fill-zone-zone path").setAttribute("stroke-opacity", 0.35);
  }
  return "url(#fill-zone-zone)";
}

// A popup is built from text, never from markup in the data.
function popup(properties, words) {
  const box = document.createElement("div");
  const line = (text, name) => {
    if (!text) return;
    box.append(Object.assign(document.createElement("p"), { textContent: text, className: name ?? "" }));
  };
  line(properties.title, "fw-semibold");
  line([properties.mu != null ? `${properties.mu} ${words.mu}` : "", properties.town].filter(Boolean).join(" · "));
  line(properties.stage_text, "soft");
  if (properties.url) {
    box.append(Object.assign(document.createElement("a"), { href: properties.url, textContent: words.open }));
  }
  return box;
}

function towns(map, url) {
  const pane = map.createPane("towns");
  pane.classList.add("map__towns");
  const layer = L.geoJSON(null, {
    pane: "towns", interactive: false, pmIgnore: true, snapIgnore: true,
    style: () => ({ color: "#a5aa9c", weight: 1, fillColor: "#f8f8f3", fillOpacity: 1 }),
    onEachFeature: (feature, shape) => shape.bindTooltip(feature.properties.name, {
      permanent: true, direction: "center", className: "map-town", pane: "towns", opacity: 1, interactive: false,
    }),
  }).addTo(map);
  return fetch(url).then((answer) => answer.json()).then((data) => { layer.addData(data); return layer; });
}

class Land {
  constructor(map, ground, words, says) {
    Object.assign(this, { map, ground, words, says, asked: null, seen: null });
    this.layer = L.geoJSON(null, {
      style: styleOf,
      pointToLayer: (feature, place) => this.count(feature, place),
      onEachFeature: (feature, shape) => this.dress(feature, shape),
    }).addTo(map);
  }

  count(feature, place) {
    const { name, count, mu } = feature.properties;
    const width = Math.min(48, 24 + 3 * Math.log2(count + 1));
    const html = Object.assign(document.createElement("b"), { textContent: count });
    if (name) html.dataset.name = name;
    const icon = L.divIcon({ className: "map-count", html, iconSize: [width, width] });
    const title = [name, this.words.count.replace("{n}", count), mu ? `${mu} ${this.words.mu}` : ""].filter(Boolean).join(" · ");
    return L.marker(place, { icon, title, alt: title, pmIgnore: true, snapIgnore: true })
      .on("click", () => this.map.setView(place, this.map.getZoom() + 2));
  }

  dress(feature, shape) {
    if (!shape.setStyle) return;
    if (feature.properties.line) shape.options.interactive = false;
    shape.options.pmIgnore = true;
    shape.on("mouseover", () => shape.setStyle({ weight: 3 }));
    shape.on("mouseout", () => shape.setStyle({ weight: feature.properties.id === this.picked ? 4 : styleOf(feature).weight }));
    shape.on("click", (event) => {
      if (this.ground.dataset.drawing) return;
      const press = new CustomEvent("land:press", { detail: { feature, shape, land: this }, cancelable: true });
      if (this.ground.dispatchEvent(press)) {
        L.popup().setLatLng(event.latlng).setContent(popup(feature.properties, this.words)).openOn(this.map);
      }
    });
  }

  // Names of places that would lie on another place or name are left out; the larger count keeps its own.
  tidy() {
    const taken = [];
    const meets = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    const marks = [...this.ground.querySelectorAll(".map-count")].map((mark) => ({ mark, at: mark.getBoundingClientRect() }));
    marks.sort((a, b) => b.at.width - a.at.width);
    for (const { mark, at } of marks) {
      const label = mark.firstChild;
      const half = (label.dataset.name?.length ?? 0) * 6;
      const middle = (at.left + at.right) / 2;
      const name = { left: middle - half, right: middle + half, top: at.bottom, bottom: at.bottom + 18 };
      const hidden = marks.some((other) => other.mark !== mark && meets(name, other.at)) || taken.some((one) => meets(name, one));
      label.classList.toggle("is-unnamed", hidden);
      if (!hidden) taken.push(name);
    }
  }

  async load(url) {
    const fixed = "fixed" in this.ground.dataset;
    const view = this.map.getBounds();
    if (!fixed && this.seen?.contains(view)) return;
    this.asked?.abort();
    this.asked = new AbortController();
    const asked = fixed ? null : view.pad(ENOUGH);
    const address = new URL(url, document.baseURI);
    if (asked) {
      address.searchParams.set("bbox", [asked.getWest(), asked.getSouth(), asked.getEast(), asked.getNorth()].map((n) => n.toFixed(6)).join(","));
    }
    this.ground.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { signal: this.asked.signal, headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      this.show(await answer.json(), asked);
    } catch (trouble) {
      if (trouble.name !== "AbortError") this.says(this.words.failed, true);
    } finally {
      this.ground.removeAttribute("aria-busy");
    }
  }

  show(data, asked) {
    this.layer.clearLayers().addData(data.too_many ? data.totals : data);
    this.seen = data.too_many ? null : asked;
    this.ground.classList.toggle("is-counting", Boolean(data.too_many));
    if (data.too_many) this.tidy();
    if (data.too_many) this.says(this.words.closer);
    else if (data.features.length && !this.ground.dataset.draw) this.says(this.words.count.replace("{n}", data.features.length));
    if (!asked && data.features?.length) this.map.fitBounds(this.layer.getBounds(), { padding: [24, 24], maxZoom: 17 });
  }
}

function frame(map, text) {
  const [west, south, east, north] = (text || "119.23,30.37,119.89,30.88").split(",").map(Number);
  map.fitBounds([[south, west], [north, east]]);
}

async function start(ground) {
  const words = JSON.parse(ground.dataset.words);
  const told = document.getElementById(`${ground.id}-says`);
  const says = (text, bad = false) => {
    told.textContent = text;
    told.classList.toggle("is-bad", bad);
  };
  const map = L.map(ground, {
    attributionControl: false, zoomControl: false, zoomSnap: 0.25, minZoom: 8, maxZoom: 20,
    renderer: L.svg({ padding: 0.5 }),
  });
  L.control.zoom({ position: "bottomright", zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
  L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
  frame(map, ground.dataset.bounds);
  new ResizeObserver(() => map.invalidateSize()).observe(ground);

  const over = {};
  if (ground.dataset.outlineUrl) {
    over[words.towns] = await towns(map, ground.dataset.outlineUrl).catch(() => L.layerGroup());
  }
  const land = new Land(map, ground, words, says);
  if (ground.dataset.featuresUrl) {
    over[words.land] = land.layer;
    const load = () => land.load(ground.dataset.featuresUrl);
    let timer = 0;
    await load();
    if (!("fixed" in ground.dataset)) {
      map.on("moveend", () => { window.clearTimeout(timer); timer = window.setTimeout(load, WAIT_MS); });
    }
  }
  for (const extra of JSON.parse(ground.dataset.layers ?? "[]")) {
    const data = await fetch(extra.url).then((answer) => answer.json()).catch(() => null);
    if (!data) continue;
    over[extra.name] = L.geoJSON(data, {
      interactive: false, pmIgnore: true, snapIgnore: true,
      style: (feature) => styleOf({ properties: { line: extra.line, ...feature.properties } }),
    }).addTo(map);
  }
  if (Object.keys(over).length > 1) L.control.layers(null, over, { collapsed: true }).addTo(map);
  ground.dispatchEvent(new CustomEvent("land:ready", { bubbles: true, detail: { map, land, words, says } }));
}

if (L && !document.documentElement.classList.contains("plain")) {
  document.querySelectorAll("[data-map]").forEach(start);
}
