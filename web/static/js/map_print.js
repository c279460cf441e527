// A map on paper: at a round scale that is true on A4, with its bar, the north, the day and the legend.

const L = window.L;
const PIXEL_M = 0.0254 / 96; // a CSS pixel on paper
const EQUATOR_M = 40075016.686;
const ROUND = [100, 1000, 10000, 100000, 1000000].flatMap((one) => [1, 1.5, 2, 2.5, 3, 4, 5, 6, 7.5].map((times) => one * times));
const PAINT_MS = 600;
const TILES_MS = 8000;

export const ratioAt = (map) => (EQUATOR_M * Math.cos((map.getCenter().lat * Math.PI) / 180)) / (256 * 2 ** map.getZoom() * PIXEL_M);
const zoomFor = (map, ratio) => Math.log2((EQUATOR_M * Math.cos((map.getCenter().lat * Math.PI) / 180)) / (256 * PIXEL_M * ratio));
const written = (ratio) => `1:${new Intl.NumberFormat("en", { maximumSignificantDigits: 3 }).format(ratio)}`;

// The scale as a ratio beside the bar: about right on a screen, true on paper.
export function addScale(map) {
  L.control.scale({ imperial: false, position: "bottomleft", maxWidth: 120 }).addTo(map);
  const Ratio = L.Control.extend({
    options: { position: "bottomleft" },
    onAdd() {
      this.box = L.DomUtil.create("div", "map-ratio");
      map.on("zoomend moveend", this.write, this);
      this.write();
      return this.box;
    },
    write() { this.box.textContent = written(ratioAt(map)); },
  });
  new Ratio().addTo(map);
}

export class Printing {
  constructor({ map, ground, tools }) {
    Object.assign(this, { map, ground, figure: ground.closest("figure"), before: null });
    tools.print?.addEventListener("click", () => this.print());
    window.addEventListener("beforeprint", () => this.prepare());
    window.addEventListener("afterprint", () => this.restore());
  }

  prepare() {
    if (this.before) return;
    const { map } = this;
    this.before = { centre: map.getCenter(), zoom: map.getZoom(), snap: map.options.zoomSnap };
    const shown = map.getBounds();
    this.figure.classList.add("is-on-paper");
    document.documentElement.classList.toggle("prints-map", this.alone);
    map.options.zoomSnap = 0;
    map.invalidateSize({ animate: false });
    const widest = ratioAt(map) * 2 ** (map.getZoom() - map.getBoundsZoom(shown));
    const ratio = ROUND.find((one) => one >= widest * 0.999) ?? ROUND.at(-1);
    map.setView(this.before.centre, zoomFor(map, ratio), { animate: false });
    const day = this.figure.querySelector("[data-print-day]");
    if (day) day.textContent = new Date().toLocaleDateString(document.documentElement.lang, { dateStyle: "long" });
    const scale = this.figure.querySelector("[data-print-scale]");
    if (scale) scale.textContent = written(ratio);
  }

  restore() {
    if (!this.before) return;
    const { centre, zoom, snap } = this.before;
    this.before = null;
    this.alone = false;
    this.figure.classList.remove("is-on-paper");
    document.documentElement.classList.remove("prints-map");
    this.map.options.zoomSnap = snap;
    this.map.invalidateSize({ animate: false });
    this.map.setView(centre, zoom, { animate: false });
  }

  async print() {
    this.alone = true;
    this.prepare();
    await new Promise((done) => window.setTimeout(done, PAINT_MS));
    const latest = performance.now() + TILES_MS;
    while (this.ground.getAttribute("aria-busy") || (this.tilesAreComing() && performance.now() < latest)) {
      await new Promise((done) => window.setTimeout(done, 100));
    }
    const tiles = [...this.ground.querySelectorAll(".leaflet-tile-loaded")];
    await Promise.all(tiles.map((tile) => tile.decode().catch(() => null)));
    window.print();
  }

  tilesAreComing() {
    let coming = false;
    this.map.eachLayer((layer) => { coming ||= layer instanceof L.GridLayer && layer.isLoading(); });
    return coming;
  }
}
