// The land in view: parcels one by one with labels and popups, or totals of towns and villages.

import { muText, number } from "./map_area.js";
import { colour, dotPx, element, groupOf, styleOf } from "./map_style.js";

const L = window.L;
const MARGIN = 0.1; // how much further than the window is asked for, so that a small move asks nothing
const LABELS_FROM = 17; // everything has its name from here on
const ROOM_PX = [76, 34]; // further away only what is as large as its name
const MOST_LABELS = 250;

const line = (box, text, name) => {
  if (text) box.append(Object.assign(document.createElement("p"), { textContent: text, className: name ?? "" }));
};

// West, south, east, north of a feature, kept: it is asked for at every move.
const boxes = new WeakMap();
function boxOf(feature) {
  const known = boxes.get(feature);
  if (known) return known;
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  const visit = (at) => {
    if (typeof at[0] !== "number") return at.forEach(visit);
    [box[0], box[1], box[2], box[3]] = [Math.min(box[0], at[0]), Math.min(box[1], at[1]), Math.max(box[2], at[0]), Math.max(box[3], at[1])];
    return undefined;
  };
  visit(feature.geometry.coordinates);
  boxes.set(feature, box);
  return box;
}

// A ring of the kinds that a total is made of, each as long as its share.
function ring(tallies, count, width) {
  const middle = width / 2;
  const radius = middle - 4;
  const around = 2 * Math.PI * radius;
  const drawn = element("svg", { viewBox: `0 0 ${width} ${width}`, width, height: width, "aria-hidden": "true" });
  drawn.append(element("circle", { cx: middle, cy: middle, r: middle - 1, fill: "#fff", stroke: "#1f2a2e", "stroke-width": 1 }));
  let from = 0;
  for (const [kind, many] of tallies) {
    const long = (many / count) * around;
    drawn.append(element("circle", { cx: middle, cy: middle, r: radius, fill: "none", stroke: colour(kind), "stroke-width": 6,
      "stroke-dasharray": `${long} ${around - long}`, "stroke-dashoffset": -from, transform: `rotate(-90 ${middle} ${middle})` }));
    from += long;
  }
  return drawn;
}

export class Land {
  // `shown(properties)` says whether the reader has switched that kind and stage on.
  constructor(map, ground, words, says, shown) {
    Object.assign(this, { map, ground, words, says, shown, asked: null, seen: null, data: null, quiet: false });
    this.layer = L.geoJSON(null, {
      style: (feature) => this.style(feature),
      pointToLayer: (feature, place) => this.count(feature, place),
      onEachFeature: (feature, shape) => this.dress(feature, shape),
    }).addTo(map);
    map.on("zoomend", () => this.layer.setStyle((feature) => this.style(feature)));
    map.on("zoomend moveend", () => this.label());
    map.on("moveend", () => this.tell());
  }

  style(feature) {
    const style = this.asDot(feature, styleOf(feature));
    return feature.properties.id && feature.properties.id === this.picked ? { ...style, weight: 4, color: "#24664a" } : style;
  }

  // How wide and how high a feature is on the screen, in pixels.
  extent(feature) {
    const [west, south, east, north] = boxOf(feature);
    const pixels = (256 * 2 ** this.map.getZoom()) / 360;
    return [(east - west) * pixels, ((north - south) * pixels) / Math.cos((north * Math.PI) / 180)];
  }

  // From afar a piece is a dot: without an outline of ink, which would hide its colour.
  asDot(feature, style) {
    const { kind, line, stage, free } = feature.properties;
    if (line) return style;
    const wide = Math.max(...this.extent(feature));
    const least = dotPx(this.map);
    if (wide >= least) return style;
    const faint = free || ["applying", "gone"].includes(groupOf(stage));
    const color = colour(kind ?? "other");
    return { color, weight: least - wide, opacity: faint ? 0.55 : 1, dashArray: null, fillColor: color, fillOpacity: faint ? 0.55 : 1 };
  }

  told(properties) {
    const all = this.data?.words ?? {};
    return {
      name: properties.title ?? [properties.name, properties.free ? "" : all.kinds?.[properties.kind]].filter(Boolean).join(" · "),
      mu: properties.mu ?? (properties.dm2 ? muText(properties.dm2) : null),
      place: properties.town ?? all.places?.[properties.place],
      stage: properties.stage_text ?? (properties.code && properties.free ? `${this.words.parcel} ${properties.code}` : all.stages?.[properties.stage]),
      url: properties.url ?? (all.url && properties.id && (!all.opens || all.opens.includes(properties.stage)) ? all.url.replace("{id}", properties.id) : null),
      passbook: all.passbook && properties.id && !properties.free && all.with_passbook.includes(properties.stage) ? all.passbook.replace("{id}", properties.id) : null,
    };
  }

  title(properties) {
    const { name, mu } = this.told(properties);
    return [name, mu && `${mu} ${this.words.mu}`].filter(Boolean).join(" · ");
  }

  // A popup is built from text, never from markup in the data.
  popup(properties) {
    const { name, mu, place, stage, url, passbook } = this.told(properties);
    const box = document.createElement("div");
    line(box, name, "fw-semibold");
    line(box, [mu && `${mu} ${this.words.mu}`, place].filter(Boolean).join(" · "));
    line(box, stage, "soft");
    const links = document.createElement("p");
    for (const [href, textContent] of [[url, this.words.open], [passbook, this.words.passbook]]) {
      if (href) links.append(Object.assign(document.createElement("a"), { href, textContent }));
    }
    if (links.childElementCount) box.append(links);
    return box;
  }

  tallies({ of = [] }) {
    const sums = new Map();
    const all = this.data?.words ?? {};
    for (const [code, stage, count, dm2] of of) {
      const kind = all.classes ? all.classes[code] ?? "other" : code;
      if (!this.shown({ kind, stage, free: Boolean(all.classes) })) continue;
      const sum = sums.get(kind) ?? [0, 0];
      sums.set(kind, [sum[0] + count, sum[1] + dm2]);
    }
    return [...sums].map(([kind, [count, dm2]]) => [kind, count, dm2]).sort((a, b) => b[1] - a[1]);
  }

  count(feature, place) {
    const tallies = this.tallies(feature.properties);
    const count = tallies.reduce((sum, [, many]) => sum + many, 0);
    const dm2 = tallies.reduce((sum, [, , area]) => sum + area, 0);
    const { name } = feature.properties;
    const width = Math.round(Math.min(64, 34 + 3 * Math.log2(count + 1)));
    const html = document.createElement("div");
    html.append(ring(tallies, count, width), Object.assign(document.createElement("b"), { textContent: count }));
    html.lastChild.dataset.name = name;
    const title = [name, this.words.count.replace("{n}", count), `${muText(dm2, 0)} ${this.words.mu}`].join(" · ");
    const icon = L.divIcon({ className: "map-count", html, iconSize: [width, width] });
    const kinds = this.data?.words?.kinds ?? {};
    const box = document.createElement("div");
    line(box, title, "fw-semibold");
    for (const [kind, many, area] of tallies) line(box, `${kinds[kind] ?? kind}: ${many} · ${muText(area, 0)} ${this.words.mu}`);
    const closer = Object.assign(document.createElement("button"), { type: "button", className: "btn btn--secondary", textContent: this.words.zoomIn });
    closer.addEventListener("click", () => { this.map.closePopup(); this.map.setView(place, this.map.getZoom() + 2); });
    box.append(closer);
    return L.marker(place, { icon, title, alt: title, pmIgnore: true, snapIgnore: true }).bindPopup(box);
  }

  dress(feature, shape) {
    if (!shape.setStyle) return;
    if (feature.properties.line) shape.options.interactive = false;
    shape.options.pmIgnore = true;
    shape.options.snapIgnore = false; // neighbours' corners and sides draw a new line to themselves
    shape.on("mouseover", () => shape.setStyle({ weight: Math.max(3, this.style(feature).weight + 1) }));
    shape.on("mouseout", () => shape.setStyle({ weight: this.style(feature).weight }));
    shape.on("click", (event) => this.press(feature, shape, event.latlng));
  }

  press(feature, shape, at) {
    if (this.ground.dataset.drawing) return;
    const press = new CustomEvent("land:press", { detail: { feature, shape, land: this }, cancelable: true });
    if (this.ground.dispatchEvent(press)) L.popup().setLatLng(at).setContent(this.popup(feature.properties)).openOn(this.map);
  }

  // What lies under a place: for the keyboard, which has no pointer but the cross in the middle.
  pressAt(latlng) {
    const at = this.map.latLngToLayerPoint(latlng);
    const found = this.layer.getLayers().find((one) => one._containsPoint?.(at) && one.feature);
    if (found) this.press(found.feature, found, latlng);
    return Boolean(found);
  }

  // Names where there is room for them.
  label() {
    const near = this.map.getZoom() >= LABELS_FROM;
    const view = this.map.getBounds();
    let left = MOST_LABELS;
    this.layer.eachLayer((one) => {
      if (!one.setStyle || one.feature.properties.line) return;
      const roomy = near || this.extent(one.feature).every((long, axis) => long >= ROOM_PX[axis]);
      const wanted = roomy && left > 0 && view.intersects(one.getBounds());
      if (wanted) left -= 1;
      if (wanted && !one.getTooltip()) {
        const { name, mu } = this.told(one.feature.properties);
        const box = document.createElement("span");
        box.append(name.split(" · ")[0], document.createElement("br"), mu ? `${mu} ${this.words.mu}` : "");
        one.bindTooltip(box, { permanent: true, direction: "center", className: "map-label", interactive: false, opacity: 1 });
      } else if (!wanted && one.getTooltip()) one.unbindTooltip();
    });
  }

  // Names of places that would lie on another place or name are left out; the larger count keeps its own.
  tidy() {
    const taken = [];
    const meets = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    const marks = [...this.ground.querySelectorAll(".map-count")].map((mark) => ({ mark, at: mark.getBoundingClientRect() }));
    marks.sort((a, b) => b.at.width - a.at.width);
    for (const { mark, at } of marks) {
      const label = mark.querySelector("b");
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
    const mine = this.asked;
    const asked = fixed ? null : view.pad(MARGIN);
    const address = new URL(url, document.baseURI);
    if (asked) address.searchParams.set("bbox", [asked.getWest(), asked.getSouth(), asked.getEast(), asked.getNorth()].map((n) => n.toFixed(6)).join(","));
    if (this.ground.dataset.draw) address.searchParams.set("fine", "1"); // what is drawn along must be exact
    this.ground.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { signal: mine.signal, headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      this.data = await answer.json();
      this.seen = this.data.totals ? null : asked;
      this.show();
      if (!asked && !this.ground.dataset.bounds && this.data.features?.length) this.map.fitBounds(this.layer.getBounds(), { padding: [24, 24], maxZoom: 17 });
    } catch (trouble) {
      if (trouble.name !== "AbortError") this.says(this.words.failed, true);
    } finally {
      if (mine === this.asked) this.ground.removeAttribute("aria-busy");
    }
  }

  show() {
    const { data } = this;
    if (!data) return;
    const features = data.totals ? data.features.filter((one) => this.tallies(one.properties).length)
      : data.features.filter((one) => this.shown(one.properties));
    this.layer.clearLayers().addData({ type: "FeatureCollection", features });
    this.ground.classList.toggle("is-counting", Boolean(data.totals));
    if (data.totals) this.tidy(); else this.label();
    this.tell();
  }

  // How many pieces are in the window; a fixed map counts them all.
  tell() {
    const { data } = this;
    if (!data || this.quiet || this.ground.dataset.draw || this.ground.dataset.drawing) return;
    if (data.totals) {
      this.says(this.words.closer);
      return;
    }
    const view = this.map.getBounds();
    const inside = ([west, south, east, north]) => west <= view.getEast() && east >= view.getWest() && south <= view.getNorth() && north >= view.getSouth();
    const count = data.features.filter((one) => this.shown(one.properties) && ("fixed" in this.ground.dataset || inside(boxOf(one)))).length;
    this.says(count ? this.words.count.replace("{n}", number(count)) : this.words.none);
  }
}

export { groupOf };
