// Measuring on a map: a distance or an area, by finger, mouse, or the keyboard with the cross in the middle.

import { lengthM, MU_M2, number, ringM2 } from "./map_area.js";

const L = window.L;

export class Measuring {
  constructor({ map, ground, words, says, tools }) {
    Object.assign(this, { map, ground, words, says, points: [], what: null });
    this.buttons = tools;
    this.look = { color: "#1f2a2e", weight: 3, dashArray: "6 4", fillColor: "#1f2a2e", fillOpacity: 0.08, interactive: false, pmIgnore: true, snapIgnore: true };
    this.shapes = L.layerGroup([], { pmIgnore: true }).addTo(map);
    for (const what of ["distance", "area"]) tools[what]?.addEventListener("click", () => this.start(this.what === what ? null : what));
    map.on("click", ({ latlng }) => this.add(latlng));
    map.getContainer().addEventListener("keydown", (event) => this.key(event));
  }

  start(what) {
    if (what && !this.what) this.before = this.told().textContent;
    this.what = what;
    this.points = [];
    this.shapes.clearLayers();
    for (const name of ["distance", "area"]) this.buttons[name]?.setAttribute("aria-pressed", String(what === name));
    this.ground.classList.toggle("is-measuring", Boolean(what));
    if (what) {
      this.ground.dataset.drawing = "measure";
      this.map.doubleClickZoom.disable();
      this.map.getContainer().focus({ preventScroll: true });
      this.says(what === "area" ? this.words.measureArea : this.words.measureDistance);
    } else {
      this.ground.dataset.drawing = "";
      this.map.doubleClickZoom.enable();
      this.says(this.before ?? "");
    }
  }

  told() {
    return document.getElementById(`${this.ground.id}-says`);
  }

  key(event) {
    if (!this.what) return;
    if (event.key === "Escape") this.start(null);
    if (event.key === "Enter" && event.target === this.map.getContainer()) this.add(this.map.getCenter());
    if (event.key === "Backspace" && this.points.length) { this.points.pop(); this.draw(); event.preventDefault(); }
  }

  add(latlng) {
    if (!this.what || this.ground.dataset.drawing !== "measure") return;
    this.points.push(latlng);
    this.draw();
  }

  draw() {
    this.shapes.clearLayers();
    const shape = this.what === "area" && this.points.length > 2 ? L.polygon : L.polyline;
    shape(this.points, this.look).addTo(this.shapes);
    for (const point of this.points) L.circleMarker(point, { ...this.look, radius: 4, dashArray: null, fillColor: "#fff", fillOpacity: 1, weight: 2 }).addTo(this.shapes);
    if (this.points.length >= (this.what === "area" ? 3 : 2)) this.says(this.text());
  }

  text() {
    const line = this.points.map(({ lng, lat }) => [lng, lat]);
    if (this.what === "distance") {
      const metres = lengthM(line);
      const said = metres < 1000 ? `${number(metres, 1)} m` : `${number(metres / 1000, 2)} km`;
      return this.words.distanceIs.replace("{n}", said);
    }
    const m2 = ringM2(line);
    return this.words.areaIs.replace("{mu}", number(m2 / MU_M2, 2)).replace("{m2}", number(m2, 0));
  }
}
