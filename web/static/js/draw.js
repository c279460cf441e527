// Drawing one piece of land: with finger or mouse, by typed corners, or by picking an imported parcel.

import { corner } from "./draw_corners.js";
import { drawTools } from "./draw_tools.js";
import { muOfGeometry, muText } from "./map_area.js";

const L = window.L;
const SNAP_PX = window.matchMedia("(pointer: coarse)").matches ? 24 : 14;

class Drawing {
  constructor(ground, { map, words, says }) {
    Object.assign(this, { ground, map, words, says, shape: null });
    this.input = document.getElementById(ground.dataset.draw);
    this.corners = document.getElementById(ground.dataset.corners);
    this.look = { color: "#24664a", weight: 3, fillColor: "#24664a", fillOpacity: 0.18 };
    map.pm.setLang(document.documentElement.lang.startsWith("zh") ? "zh" : "en");
    map.pm.setGlobalOptions({ allowSelfIntersection: false, snappable: true, snapSegment: true, snapDistance: SNAP_PX, tooltips: false });
    this.addTools();
    this.restore();
    map.on("pm:create", ({ layer }) => this.take(layer));
    map.on("pm:drawend", () => this.mode(null));
    map.on("click", () => this.tried());
    map.on("pm:drawstart", ({ workingLayer }) => {
      workingLayer.on("pm:vertexadded", ({ marker }) => {
        this.marked(workingLayer);
        if (this.count === 1) marker.on("click", () => this.tried()); // the corner that closes the line
      });
      workingLayer.on("pm:snap", () => this.says(this.words.snapped));
    });
    this.input.form?.addEventListener("submit", (event) => this.settle(event));
    this.corners?.addEventListener("input", () => this.preview());
    if (this.corners?.value.trim()) this.preview();
  }

  addTools() {
    const tool = drawTools(this.ground);
    const { words } = this;
    this.tools = {
      draw: tool(words.draw, "secondary", () => this.begin()),
      edit: tool(words.edit, "secondary", () => this.edit()),
      finish: tool(words.finish, "primary", () => this.finish()),
      undo: tool(words.undo, "secondary", () => this.map.pm.Draw.Polygon._removeLastVertex()),
      remove: tool(words.remove, "quiet", () => this.begin()),
      cancel: tool(words.cancel, "quiet", () => this.map.pm.disableDraw()),
    };
    this.mode(null);
  }

  mode(mode) {
    this.ground.dataset.drawing = mode ?? "";
    const shown = mode === "draw" ? ["finish", "undo", "cancel"]
      : mode === "edit" ? ["finish"] : this.shape ? ["edit", "remove"] : ["draw"];
    for (const [name, button] of Object.entries(this.tools)) button.hidden = !shown.includes(name);
    if (mode === null && !this.shape) this.says(this.words.start);
  }

  begin() {
    this.clear();
    this.mode("draw");
    this.map.pm.enableDraw("Polygon", { templineStyle: this.look, hintlineStyle: { ...this.look, dashArray: "5 5" }, pathOptions: this.look });
    this.says(this.words.first);
    // On a phone the button lies under the map: the whole of it comes back into view.
    this.ground.scrollIntoView({ block: "nearest" });
  }

  marked(line) {
    const next = this.count < 3 ? this.words.next : this.words.close;
    const { snapped } = this.words;
    const space = snapped.endsWith("。") ? "" : " ";
    this.says(line._latlngInfo?.at(-1)?.snapInfo ? snapped + space + next : next);
  }

  // How many corners of a line that is being drawn are marked.
  get count() {
    return this.map.pm.Draw.Polygon._layer?.getLatLngs().length ?? 0;
  }

  // A press that marks no corner and closes no line would have made it cross itself: on a phone nothing else says so.
  tried() {
    if (this.ground.dataset.drawing !== "draw") return;
    const before = this.count;
    window.setTimeout(() => { if (this.count === before) this.object(); });
  }

  // Why a line that is still being drawn cannot be closed.
  object() {
    if (this.ground.dataset.drawing === "draw") this.says(this.count < 3 ? this.words.few : this.words.wouldCross, true);
  }

  finish() {
    if (this.ground.dataset.drawing === "draw") {
      this.map.pm.Draw.Polygon._finishShape();
      this.object();
      return;
    }
    this.shape?.pm.disable();
    this.mode(null);
    this.write();
  }

  // A drawing that was not finished goes along when the page is sent; one that cannot be closed stays here.
  settle(event) {
    if (!["draw", "edit"].includes(this.ground.dataset.drawing)) return;
    if (this.ground.dataset.drawing === "edit" || this.count >= 3) this.finish();
    else if (this.otherwise()) this.map.pm.disableDraw();
    if (this.ground.dataset.drawing !== "draw") return;
    event.preventDefault();
    this.object();
    this.ground.scrollIntoView({ block: "center" });
  }

  // Whether the land is given in another way: a file, or typed corners.
  otherwise() {
    const files = [...this.input.form.querySelectorAll("input[type=file][name=file]")];
    return Boolean(this.corners?.value.trim()) || files.some((one) => one.files.length);
  }

  edit() {
    this.mode("edit");
    this.shape.pm.enable({ allowSelfIntersection: false });
  }

  take(layer) {
    this.clear();
    if (this.corners) this.corners.value = "";
    this.hold(layer.setStyle(this.look));
    this.write();
  }

  hold(shape) {
    this.shape = shape;
    shape.on("pm:edit pm:markerdragend pm:vertexremoved pm:vertexadded", () => this.write());
    shape.on("pm:snap", () => this.says(this.words.snapped));
    shape.on("pm:intersect", () => this.says(this.words.crossing, true));
    this.mode(null);
  }

  clear() {
    this.shape?.remove();
    this.shape = null;
    this.put("");
  }

  write() {
    const { geometry } = this.shape.toGeoJSON(9);
    this.put(JSON.stringify(geometry));
    this.tell(geometry);
  }

  put(text) {
    if (this.input.value === text) return;
    this.input.value = text;
    this.input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  tell(geometry) {
    this.says(this.words.drawn.replace("{mu}", muText(muOfGeometry(geometry) * (200000 / 3))));
  }

  show(geometry) {
    this.shape?.remove();
    this.hold(L.geoJSON(geometry, { style: this.look }).getLayers()[0].addTo(this.map));
    this.map.fitBounds(this.shape.getBounds(), { padding: [48, 48], maxZoom: 18 });
  }

  restore() {
    try {
      const geometry = JSON.parse(this.input.value || "null");
      if (!geometry) return;
      this.show(geometry);
      this.tell(geometry);
    } catch {
      this.input.value = "";
    }
  }

  // Typed corners are shown as they are typed; what is drawn and what is typed never differ.
  preview() {
    const lines = this.corners.value.split(/\n/).map((line) => line.trim()).filter(Boolean);
    const ring = lines.map((line) => corner(line, Number(this.ground.dataset.meridian)));
    const unread = ring.indexOf(null);
    if (unread >= 0) {
      this.says(this.words.unread.replace("{n}", unread + 1) + lines[unread], true);
      return;
    }
    if (ring.length > 3 && String(ring[0]) === String(ring.at(-1))) ring.pop();
    if (ring.length < 3) {
      this.clear();
      this.mode(null);
      this.says(this.words.short);
      return;
    }
    this.show({ type: "Polygon", coordinates: [[...ring, ring[0]]] });
    this.write();
  }
}

class Picking {
  constructor(ground, { words, says, land }) {
    const input = document.getElementById(ground.dataset.pick);
    ground.addEventListener("land:press", (event) => {
      event.preventDefault();
      const { feature, shape } = event.detail;
      land.picked = feature.properties.id;
      land.layer.setStyle((one) => land.style(one));
      shape.bringToFront();
      input.value = feature.properties.id;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      says(words.picked + land.title(feature.properties));
    });
  }
}

document.addEventListener("land:ready", ({ target, detail }) => {
  if (target.dataset.draw) new Drawing(target, detail);
  if (target.dataset.pick) new Picking(target, detail);
});
