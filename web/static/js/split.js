// Cutting an appraised piece of land on the map: each cut is sent at once, and the pieces come back.

import { drawTools } from "./draw_tools.js";
import { number } from "./map_area.js";

const SNAP_PX = window.matchMedia("(pointer: coarse)").matches ? 24 : 14;
const LEAST = { Line: 2, Polygon: 3 };
const PIECE = { color: "#24664a", weight: 2.5, fillColor: "#24664a", fillOpacity: 0.14 };
const CUT = { color: "#8a5a00", weight: 3, dashArray: "6 5" };

class Splitting {
  constructor(ground, { map, says }) {
    Object.assign(this, { ground, map, says, shape: null });
    this.box = ground.closest("[data-splitting]");
    this.words = JSON.parse(this.box.dataset.splitting);
    this.form = this.box.closest("form");
    map.pm.setLang(document.documentElement.lang.startsWith("zh") ? "zh" : "en");
    map.pm.setGlobalOptions({ allowSelfIntersection: false, snappable: true, snapSegment: true, snapDistance: SNAP_PX, tooltips: false });
    this.pieces = window.L.geoJSON(null, { style: PIECE, interactive: false, pmIgnore: true, snapIgnore: false }).addTo(map);
    this.numbers = window.L.layerGroup().addTo(map);
    this.cuts = window.L.geoJSON(null, { style: CUT, interactive: false, pmIgnore: true, snapIgnore: false }).addTo(map);
    this.addTools();
    this.show();
    map.on("pm:create", ({ layer }) => this.take(layer));
    map.on("pm:drawend", () => this.mode(null));
    map.on("pm:drawstart", ({ workingLayer }) => workingLayer.on("pm:vertexadded", () => this.says(this.words[this.shape === "Line" ? "lineNext" : "ringNext"])));
    this.form.addEventListener("submit", (event) => this.settle(event));
    this.form.addEventListener("input", () => this.sum());
    document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
      if (detail.target?.id === "pieces" && detail.xhr.status === 422) Object.assign(detail, { shouldSwap: true, isError: false });
    });
    document.body.addEventListener("htmx:afterSettle", () => this.show());
    for (const trouble of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
      document.body.addEventListener(trouble, () => { this.wait(false); this.says(this.words.failed, true); });
    }
  }

  addTools() {
    const tool = drawTools(this.ground);
    const { words } = this;
    const said = JSON.parse(this.ground.dataset.words);
    this.tools = {
      line: tool(words.line, "secondary", () => this.begin("Line")),
      ring: tool(words.ring, "secondary", () => this.begin("Polygon")),
      finish: tool(said.finish, "primary", () => this.finish()),
      undo: tool(said.undo, "secondary", () => this.map.pm.Draw[this.shape]._removeLastVertex()),
      cancel: tool(said.cancel, "quiet", () => this.map.pm.disableDraw()),
      back: tool(words.back, "quiet", () => this.keep(this.features().slice(0, -1))),
      anew: tool(words.anew, "quiet", () => this.keep([])),
    };
  }

  get input() { return document.getElementById("geometry"); }

  features() {
    try {
      return JSON.parse(this.input.value || "null")?.features ?? [];
    } catch { return []; }
  }

  mode(shape) {
    this.shape = shape;
    this.ground.dataset.drawing = shape ? "draw" : "";
    const lines = this.features();
    const shown = shape ? ["finish", "undo", "cancel"] : ["line", "ring"];
    if (!shape && lines.at(-1)?.geometry.type === "LineString") shown.push("back");
    if (!shape && lines.length) shown.push("anew");
    for (const [name, button] of Object.entries(this.tools)) button.hidden = !shown.includes(name);
  }

  begin(shape) {
    this.mode(shape);
    this.map.pm.enableDraw(shape, { templineStyle: CUT, hintlineStyle: CUT, pathOptions: CUT });
    this.says(this.words[shape === "Line" ? "lineFirst" : "ringFirst"]);
    this.ground.scrollIntoView({ block: "nearest" });
  }

  finish() {
    const { shape } = this;
    const marked = this.map.pm.Draw[shape]._layer?.getLatLngs().length ?? 0;
    if (marked < LEAST[shape]) this.says(this.words.few, true);
    else this.map.pm.Draw[shape]._finishShape();
    if (this.shape && marked >= LEAST[shape]) this.says(this.words.crossing, true);
  }

  // A cut that was not finished goes along before the split is kept: its pieces are looked at first.
  settle(event) {
    if (!this.shape) return;
    event.preventDefault();
    this.finish();
    this.ground.scrollIntoView({ block: "center" });
  }

  take(layer) {
    const { type, coordinates } = layer.toGeoJSON(9).geometry;
    layer.remove();
    const cut = { type: "LineString", coordinates: type === "Polygon" ? coordinates[0] : coordinates };
    this.keep([...this.features(), { type: "Feature", properties: {}, geometry: cut }]);
  }

  keep(features) {
    this.input.value = features.length ? JSON.stringify({ type: "FeatureCollection", features }) : "";
    this.form.dataset.changed = "yes";
    for (const other of this.form.querySelectorAll("[name=file], [name=pasted]")) other.value = "";
    this.wait(true);
    this.says(this.words.working);
    window.htmx.ajax("POST", this.form.action, {
      source: this.form, target: "#pieces", select: "#pieces", swap: "outerHTML", values: { step: "cut" },
    });
  }

  // The next cut waits for the pieces: what comes back says where the land is cut so far.
  wait(on) {
    for (const button of Object.values(this.tools)) button.disabled = on;
  }

  // The pieces as the server has cut them, numbered as in the list.
  show() {
    const box = document.getElementById("pieces");
    const found = JSON.parse(box.dataset.pieces);
    this.pieces.clearLayers().addData(found);
    this.numbers.clearLayers();
    for (const { properties } of found.features) {
      window.L.tooltip({ permanent: true, direction: "center", className: "map-label pieces-label", interactive: false, opacity: 1 })
        .setLatLng(properties.at).setContent(String(properties.number)).addTo(this.numbers);
    }
    this.cuts.clearLayers().addData(this.features().filter((one) => one.geometry.type === "LineString"));
    this.wait(false);
    this.mode(null);
    const many = found.features.length;
    this.says(many > 1 ? this.words.pieces.replace("{n}", many) : this.words.start);
    this.sum();
  }

  // What the values come to, as they are typed; amounts that cannot be read are the server's to refuse.
  sum() {
    const said = document.querySelector("[data-sum]");
    if (!said) return;
    const typed = [...this.form.querySelectorAll("[name$='-value']")];
    const fen = typed.reduce((all, { value }) => all + (Math.round(Number(value.replace(/[,，\s¥元]/g, "")) * 100) || 0), 0);
    const off = "whole" in said.dataset ? fen - Number(said.dataset.whole) : null;
    const words = this.words[off === null ? "sum" : off > 0 ? "more" : off < 0 ? "less" : "equal"];
    said.textContent = words.replace("{sum}", number(fen / 100, 2)).replace("{off}", number(Math.abs(off ?? 0) / 100, 2));
    said.previousElementSibling.hidden = true; // the same, as it was when the page came
  }
}

document.addEventListener("land:ready", ({ target, detail }) => {
  if (target.closest("[data-splitting]")) new Splitting(target, detail);
});
