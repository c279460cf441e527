// Drawing one piece of land: with finger or mouse, by typed corners, or by picking an imported parcel.

const L = window.L;
const MU_M2 = 2000 / 3;
const A = 6378137; // CGCS2000
const F = 1 / 298.257222101;

// Metres of one degree at this latitude, on the ellipsoid; good to a few parts in a thousand for a parcel.
function metresPerDegree(lat) {
  const p = (lat * Math.PI) / 180;
  return [
    111412.84 * Math.cos(p) - 93.5 * Math.cos(3 * p) + 0.118 * Math.cos(5 * p),
    111132.954 - 559.822 * Math.cos(2 * p) + 1.175 * Math.cos(4 * p),
  ];
}

export function muOf(corners) {
  const [kx, ky] = metresPerDegree(corners[0][1]);
  const at = corners.map(([lon, lat]) => [(lon - corners[0][0]) * kx, (lat - corners[0][1]) * ky]);
  const twice = at.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = at[(i + 1) % at.length];
    return sum + x * nextY - nextX * y;
  }, 0);
  return Math.abs(twice) / 2 / MU_M2;
}

// Gauss-Kruger back to degrees (series of Krüger, to the fourth order in n: below a millimetre here).
export function degrees(north, east, meridian) {
  const n = F / (2 - F);
  const radius = (A / (1 + n)) * (1 + n ** 2 / 4 + n ** 4 / 64);
  const xi = north / radius;
  const eta = (east - 500000) / radius;
  const beta = [
    n / 2 - (2 / 3) * n ** 2 + (37 / 96) * n ** 3 - n ** 4 / 360,
    n ** 2 / 48 + n ** 3 / 15 - (437 / 1440) * n ** 4,
    (17 / 480) * n ** 3 - (37 / 840) * n ** 4,
    (4397 / 161280) * n ** 4,
  ];
  const xi0 = xi - beta.reduce((sum, b, i) => sum + b * Math.sin(2 * (i + 1) * xi) * Math.cosh(2 * (i + 1) * eta), 0);
  const eta0 = eta - beta.reduce((sum, b, i) => sum + b * Math.cos(2 * (i + 1) * xi) * Math.sinh(2 * (i + 1) * eta), 0);
  const chi = Math.asin(Math.sin(xi0) / Math.cosh(eta0));
  const delta = [
    2 * n - (2 / 3) * n ** 2 - 2 * n ** 3 + (116 / 45) * n ** 4,
    (7 / 3) * n ** 2 - (8 / 5) * n ** 3 - (227 / 45) * n ** 4,
    (56 / 15) * n ** 3 - (136 / 35) * n ** 4,
    (4279 / 630) * n ** 4,
  ];
  const lat = chi + delta.reduce((sum, d, i) => sum + d * Math.sin(2 * (i + 1) * chi), 0);
  const lon = Math.atan2(Math.sinh(eta0), Math.cos(xi0));
  return [meridian + (lon * 180) / Math.PI, (lat * 180) / Math.PI];
}

// One typed corner: degrees in either order, or X (north) and Y (east) in metres with or without the zone.
export function corner(text, meridian) {
  const [a, b, ...rest] = (text.match(/-?\d+(?:\.\d+)?/g) ?? []).map(Number);
  if (b === undefined || rest.length) return null;
  if (a >= 70 && a <= 140 && b >= 3 && b <= 56) return [a, b];
  if (b >= 70 && b <= 140 && a >= 3 && a <= 56) return [b, a];
  let [north, east] = b > 2.5e7 || (a < 2.5e7 && a > b) ? [a, b] : [b, a];
  let centre = meridian;
  if (east > 2.5e7) {
    centre = Math.floor(east / 1e6) * 3;
    east %= 1e6;
  }
  const sane = north > 3e5 && north < 6.3e6 && east > 1e5 && east < 9e5;
  return sane ? degrees(north, east, centre) : null;
}

class Drawing {
  constructor(ground, { map, words, says }) {
    Object.assign(this, { ground, map, words, says, shape: null });
    this.input = document.getElementById(ground.dataset.draw);
    this.corners = document.getElementById(ground.dataset.corners);
    this.look = { color: "#24664a", weight: 3, fillColor: "#24664a", fillOpacity: 0.18 };
    map.pm.setLang(document.documentElement.lang.startsWith("zh") ? "zh" : "en");
    map.pm.setGlobalOptions({ allowSelfIntersection: false, snapDistance: 12, tooltips: false });
    this.addTools();
    this.restore();
    map.on("pm:create", ({ layer }) => this.take(layer));
    map.on("pm:drawend", () => this.mode(null));
    map.on("pm:drawstart", ({ workingLayer }) => workingLayer.on("pm:vertexadded", () => this.marked(workingLayer)));
    this.corners?.addEventListener("input", () => this.preview());
    if (this.corners?.value.trim()) this.preview();
  }

  addTools() {
    const tools = Object.assign(document.createElement("div"), { className: "map__tools" });
    const tool = (label, kind, press) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: `btn btn--${kind}`, textContent: label });
      button.addEventListener("click", press);
      tools.append(button);
      return button;
    };
    const { words } = this;
    this.tools = {
      draw: tool(words.draw, "secondary", () => this.begin()),
      edit: tool(words.edit, "secondary", () => this.edit()),
      finish: tool(words.finish, "primary", () => this.finish()),
      undo: tool(words.undo, "secondary", () => this.map.pm.Draw.Polygon._removeLastVertex()),
      remove: tool(words.remove, "quiet", () => this.begin()),
      cancel: tool(words.cancel, "quiet", () => this.map.pm.disableDraw()),
    };
    this.ground.after(tools);
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
  }

  marked(line) {
    this.says(line.getLatLngs().length < 3 ? this.words.next : this.words.close);
  }

  finish() {
    if (this.ground.dataset.drawing === "draw") {
      this.map.pm.Draw.Polygon._finishShape();
      return;
    }
    this.shape?.pm.disable();
    this.mode(null);
    this.write();
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
    shape.on("pm:intersect", () => this.says(this.words.crossing, true));
    this.mode(null);
  }

  clear() {
    this.shape?.remove();
    this.shape = null;
    this.put("");
  }

  write() {
    const ring = this.shape.getLatLngs()[0].map(({ lat, lng }) => [Number(lng.toFixed(9)), Number(lat.toFixed(9))]);
    if (ring.length < 3) return;
    this.put(JSON.stringify({ type: "Polygon", coordinates: [[...ring, ring[0]]] }));
    this.says(this.words.drawn.replace("{mu}", muOf(ring).toFixed(2)));
  }

  put(text) {
    if (this.input.value === text) return;
    this.input.value = text;
    this.input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  show(ring) {
    this.shape?.remove();
    this.hold(L.polygon(ring.map(([lon, lat]) => [lat, lon]), this.look).addTo(this.map));
    this.map.fitBounds(this.shape.getBounds(), { padding: [48, 48], maxZoom: 18 });
  }

  restore() {
    try {
      const ring = JSON.parse(this.input.value || "null")?.coordinates[0].slice(0, -1);
      if (!ring?.length) return;
      this.show(ring);
      this.says(this.words.drawn.replace("{mu}", muOf(ring).toFixed(2)));
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
    this.show(ring);
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
      land.layer.setStyle((one) => ({ weight: one.properties.id === land.picked ? 4 : 1, color: one.properties.id === land.picked ? "#24664a" : "#1f2a2e" }));
      shape.bringToFront();
      input.value = feature.properties.id;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      says(words.picked + [feature.properties.title, feature.properties.mu != null ? `${feature.properties.mu} ${words.mu}` : ""].filter(Boolean).join(" · "));
    });
  }
}

document.addEventListener("land:ready", ({ target, detail }) => {
  if (target.dataset.draw) new Drawing(target, detail);
  if (target.dataset.pick) new Picking(target, detail);
});
