// The map of the land: the bank's own outlines, a base map if one is configured, and what the page asks for.

import { Land } from "./map_land.js";
import { base, extra, outlines, Switches, villages, zones } from "./map_layers.js";
import { Measuring } from "./map_measure.js";
import { addScale, Printing } from "./map_print.js";
import { groupOf } from "./map_style.js";

const L = window.L;
const WAIT_MS = 200;
const COUNTY = "119.23,30.37,119.89,30.88";

function frame(map, text) {
  const [west, south, east, north] = (text || COUNTY).split(",").map(Number);
  map.fitBounds([[south, west], [north, east]]);
}

function made(ground, words) {
  const map = L.map(ground, {
    attributionControl: true, zoomControl: false, zoomSnap: 0.25, minZoom: 8, maxZoom: 20,
    renderer: L.svg({ padding: 0.5 }),
  });
  map.attributionControl.setPrefix(false).setPosition("topleft");
  L.control.zoom({ position: "bottomright", zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
  frame(map, ground.dataset.bounds);
  addScale(map);
  new ResizeObserver(() => map.invalidateSize()).observe(ground);
  return map;
}

function tools(figure) {
  const bar = figure.querySelector("[data-map-tools]");
  if (!bar) return {};
  bar.hidden = false;
  return Object.fromEntries([...bar.querySelectorAll("[data-tool]")].map((button) => [button.dataset.tool, button]));
}

// Loads a layer of land now, and again whenever the map has moved and the layer is on.
async function follow(map, land, url, fixed) {
  let timer = 0;
  const load = () => (map.hasLayer(land.layer) ? land.load(url) : null);
  land.layer.on("add", load);
  if (!fixed) map.on("moveend", () => { window.clearTimeout(timer); timer = window.setTimeout(load, WAIT_MS); });
  await load();
}

async function start(ground) {
  const { dataset } = ground;
  const words = JSON.parse(dataset.words);
  L.Popup.mergeOptions({ closeButtonLabel: words.shut });
  const figure = ground.closest("figure");
  const told = document.getElementById(`${ground.id}-says`);
  const says = (text, bad = false) => {
    told.textContent = text;
    told.classList.toggle("is-bad", bad);
  };
  const map = made(ground, words);
  const switches = new Switches(figure);
  const shown = (properties) => switches.shows(properties, groupOf(properties.stage));
  const buttons = tools(figure);
  const bare = !dataset.base;

  if (dataset.base) switches.bind("base", map, base(map, JSON.parse(dataset.base), words));
  if (dataset.outlineUrl) switches.bind("towns", map, await outlines(map, dataset.outlineUrl, "towns", bare).catch(() => L.layerGroup()));
  if (dataset.villagesUrl) switches.bind("villages", map, villages(map, dataset.villagesUrl));
  if (dataset.zonesUrl) switches.bind("zones", map, zones(map, dataset.zonesUrl, { words, says }));
  const land = new Land(map, ground, words, says, shown);
  const lands = [land];
  if (dataset.freeUrl) {
    const free = new Land(map, ground, words, says, shown);
    free.quiet = true;
    free.layer.remove();
    switches.bind("free", map, free.layer);
    follow(map, free, dataset.freeUrl, false);
    lands.push(free);
  }
  switches.changed = () => lands.forEach((one) => one.show());
  if (dataset.featuresUrl) {
    switches.bind("land", map, land.layer);
    await follow(map, land, dataset.featuresUrl, "fixed" in dataset);
  }
  for (const [place, one] of JSON.parse(dataset.layers ?? "[]").entries()) {
    const layer = await extra(map, one).catch(() => null);
    if (layer) switches.bind(`extra-${place}`, map, layer);
  }
  new Measuring({ map, ground, words, says, tools: buttons });
  new Printing({ map, ground, tools: buttons });
  buttons.home?.addEventListener("click", () => frame(map, dataset.bounds));
  map.getContainer().addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target === map.getContainer() && !dataset.drawing) {
      lands.some((one) => map.hasLayer(one.layer) && one.pressAt(map.getCenter()));
    }
  });
  ground.dispatchEvent(new CustomEvent("land:ready", { bubbles: true, detail: { map, land, words, says } }));
}

function startAll() {
  for (const ground of document.querySelectorAll("[data-map]:not([data-started])")) {
    ground.dataset.started = "";
    start(ground);
  }
}

if (L && !document.documentElement.classList.contains("plain")) {
  startAll();
  document.body.addEventListener("htmx:afterSettle", startAll);
}
