// What lies under and over the land: the base map, outlines of towns and villages, control zones, lines.

import { styleOf } from "./map_style.js";

const L = window.L;
const VILLAGES_FROM = 12;
const WAIT_MS = 200;

const json = (url) => fetch(url, { headers: { Accept: "application/json" } }).then((answer) => {
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
});

function pane(map, name) {
  const made = map.getPane(name) ?? map.createPane(name);
  made.classList.add(`map__${name}`);
  return name;
}

// Outlines of towns or villages: thin lines and names, under everything else.
export async function outlines(map, url, name, bare) {
  pane(map, name);
  const towns = name === "towns";
  const layer = L.geoJSON(null, {
    pane: name, interactive: false, pmIgnore: true, snapIgnore: true,
    style: () => ({
      color: towns ? "#868c7d" : "#b4b8ab", weight: towns ? 1.25 : 0.75, fillColor: "#f8f8f3", fillOpacity: towns && bare ? 1 : 0,
    }),
    onEachFeature: (feature, shape) => shape.bindTooltip(feature.properties.name, {
      permanent: true, direction: "center", className: towns ? "map-town" : "map-town map-town--village", pane: name, opacity: 1, interactive: false,
    }),
  });
  layer.addData(await json(url));
  return layer;
}

// Villages are fetched when somebody is near enough to tell them apart.
export function villages(map, url) {
  const layer = L.layerGroup([], { pmIgnore: true });
  let asked = false;
  const load = async () => {
    const near = map.getZoom() >= VILLAGES_FROM;
    map.getContainer().classList.toggle("is-near", near);
    if (asked || !near || !map.hasLayer(layer)) return;
    asked = true;
    try {
      layer.addLayer(await outlines(map, url, "villages", false));
    } catch { asked = false; }
  };
  map.on("zoomend", load);
  layer.on("add", load);
  return layer;
}

// Control zones of the layers in force, asked for by view.
export function zones(map, url, { words, says }) {
  pane(map, "zones");
  let seen = null;
  let timer = 0;
  const layer = L.geoJSON(null, {
    pane: "zones", interactive: false, pmIgnore: true, snapIgnore: true,
    style: (feature) => styleOf(feature),
  });
  const load = async () => {
    const view = map.getBounds();
    if (!map.hasLayer(layer) || seen?.contains(view)) return;
    const asked = view.pad(0.1);
    const address = new URL(url, document.baseURI);
    address.searchParams.set("bbox", [asked.getWest(), asked.getSouth(), asked.getEast(), asked.getNorth()].map((n) => n.toFixed(6)).join(","));
    try {
      const data = await json(address);
      seen = asked;
      layer.clearLayers().addData(data);
      if (data.partial) says(words.closerZones);
    } catch { seen = null; }
  };
  map.on("moveend", () => {
    if (map.getZoom() !== layer.zoom) { seen = null; layer.zoom = map.getZoom(); }
    window.clearTimeout(timer);
    timer = window.setTimeout(load, WAIT_MS);
  });
  layer.on("add", load);
  return layer;
}

// The base map that a deployment configured. Its host may want to know which site asks (a key may be
// bound to sites), never which page. Where it is off or cannot be reached, the towns have their own ground.
export function base(map, { url, attribution }, words) {
  const layer = L.tileLayer(url, { maxZoom: 20, maxNativeZoom: 18, attribution, referrerPolicy: "strict-origin" });
  const ground = map.getContainer();
  let level = 0;
  const missing = (is) => {
    ground.classList.toggle("is-unbased", is || !map.hasLayer(layer));
    map.attributionControl[is ? "addAttribution" : "removeAttribution"](words.baseAway);
  };
  layer.on("tileloadstart", ({ coords }) => { level = coords.z; });
  layer.on("tileload", ({ tile, coords }) => { tile.dataset.level = coords.z; });
  layer.on("load", () => missing(!layer.getContainer().querySelector(`[data-level="${level}"]`)));
  layer.on("add remove", () => missing(false));
  return layer;
}

export async function extra(map, { url, line }) {
  return L.geoJSON(await json(url), {
    interactive: false, pmIgnore: true, snapIgnore: line !== "redline" && line !== "zone" ? false : true,
    style: (feature) => styleOf({ properties: { line, ...feature.properties } }),
  });
}

// The legend's boxes: each shows or hides a kind, a stage or a layer.
export class Switches {
  constructor(figure) {
    this.boxes = [...figure.querySelectorAll("input[data-show]")];
    this.acts = new Map();
    this.changed = () => {};
    for (const box of this.boxes) {
      box.hidden = false;
      box.disabled = false;
      box.addEventListener("change", () => {
        box.closest("li").classList.toggle("is-off", !box.checked);
        const act = this.acts.get(box.dataset.show);
        if (act) act(box.checked); else this.changed();
      });
    }
  }

  isOn(name) {
    const box = this.boxes.find((one) => one.dataset.show === name);
    return !box || box.checked;
  }

  shows({ kind = "other", free }, group) {
    return this.isOn(`kind:${kind}`) && (free || this.isOn(`stage:${group}`));
  }

  // A layer follows its box.
  bind(name, map, layer) {
    const act = (on) => (on ? layer.addTo(map) : layer.remove());
    this.acts.set(`layer:${name}`, act);
    if (this.isOn(`layer:${name}`)) act(true);
  }
}
