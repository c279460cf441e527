// How land looks on a map: a colour for each kind, a pattern for each stage, hatching for control zones.

const SVG = "http://www.w3.org/2000/svg";

const GROUPS = {
  stored: ["stored"],
  claimed: ["reserved", "pledged"],
  collected: ["collected", "in_project"],
  gone: ["returned", "refused", "withdrawn"],
};

const root = getComputedStyle(document.documentElement);
export const token = (name) => root.getPropertyValue(name).trim();
export const colour = (kind) => token(`--kind-${String(kind).replaceAll("_", "-")}`) || token("--kind-other");

export function groupOf(stage) {
  if (!stage) return "stored";
  return Object.keys(GROUPS).find((group) => GROUPS[group].includes(stage)) ?? "applying";
}

// What would be smaller than this is shown as a dot of its colour, or it could not be seen.
export const dotPx = (map) => (map.getSize().x < 500 ? 7 : 9);

// Paths that a stylesheet colours: those too small to see have the class `is-dot`, at every zoom.
export function dotted(map, layer) {
  const mark = () => layer.eachLayer((one) => {
    const box = one.getBounds();
    const [from, to] = [map.project(box.getNorthWest()), map.project(box.getSouthEast())];
    one.getElement()?.classList.toggle("is-dot", Math.max(to.x - from.x, to.y - from.y) < dotPx(map));
  });
  map.on("zoomend", mark);
  mark();
}

// Patterns live once in the document; a path names the one it is filled with.
const STROKES = {
  applying: "M2 2h.01M6 6h.01",
  claimed: "M-1 1l2-2M0 8 8 0M7 9l2-2",
  zone: "M-1 1l2-2M0 8 8 0M7 9l2-2",
  collected: "M-1 1l2-2M0 8 8 0M7 9l2-2M0 0l8 8M7-1l2 2M-1 7l2 2",
};
let defs = null;

export function element(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function patterned(id, make) {
  if (document.getElementById(id)) return `url(#${id})`;
  if (!defs) {
    defs = element("defs", {});
    document.body.append(element("svg", { width: 0, height: 0, "aria-hidden": "true", class: "position-absolute" }, defs));
  }
  defs.append(element("pattern", { id, width: 8, height: 8, patternUnits: "userSpaceOnUse" }, ...make()));
  return `url(#${id})`;
}

const stroke = (group, more) => element("path", { d: STROKES[group], stroke: token("--ink"), "stroke-linecap": "round", fill: "none", ...more });

function filled(kind, group) {
  return patterned(`fill-${kind}-${group}`, () => [
    element("rect", { width: 8, height: 8, fill: colour(kind), "fill-opacity": group === "applying" ? 0.25 : 0.45 }),
    stroke(group, { "stroke-width": group === "applying" ? 1.6 : 1, "stroke-opacity": 0.7 }),
  ]);
}

const ZONES = { farmland: "#8a6d00", ecological: "#00704f", urban: "#8c3f73" };

// The three layers of every county have colours of their own; any other is grey.
export function zoneColour(kind) {
  const known = Object.keys(ZONES).find((name) => String(kind).includes(name));
  return known ? ZONES[known] : token("--ink-soft");
}

function hatched(kind, core) {
  return patterned(`hatch-${kind}-${core ? "core" : "zone"}`, () => [
    stroke(core ? "collected" : "zone", { stroke: zoneColour(kind), "stroke-opacity": 0.55, "stroke-width": 1.2 }),
  ]);
}

export function styleOf(feature) {
  const { kind = "other", stage, line, free, layer, core } = feature.properties ?? {};
  if (line === "redline") return { color: token("--red"), weight: 3, fill: false };
  if (line === "zone") {
    const of = layer ?? "other";
    return { color: zoneColour(of), weight: 1.5, dashArray: "5 4", fillColor: hatched(of, core), fillOpacity: 1 };
  }
  const edge = { color: token("--ink"), weight: 1, opacity: 0.75, dashArray: null };
  if (free) return { ...edge, opacity: 0.6, dashArray: "3 2", fillColor: colour(kind), fillOpacity: 0.15 };
  const group = groupOf(stage);
  if (group === "stored") return { ...edge, fillColor: colour(kind), fillOpacity: 0.6 };
  if (group === "gone") return { ...edge, dashArray: "2 3", fillColor: colour(kind), fillOpacity: 0.08 };
  return { ...edge, fillColor: filled(kind, group), fillOpacity: 1 };
}
