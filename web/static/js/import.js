// An import: its first rows on the map, and how far it is.

import { dotted } from "./map_style.js";

const EVERY_MS = 1000;

// A popup is built from text, never from markup in the data.
function popup({ title, text, note }) {
  const box = document.createElement("div");
  for (const [words, name] of [[title, "fw-semibold"], [text, ""], [note, "soft"]]) {
    if (words) box.append(Object.assign(document.createElement("p"), { textContent: words, className: name }));
  }
  return box;
}

async function ask(url) {
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

async function show(place, map, says) {
  const data = await ask(place.dataset.importMap);
  const layer = window.L.geoJSON(data, {
    style: (feature) => ({ className: `import-role import-role--${feature.properties.role}` }),
    onEachFeature: (feature, shape) => shape.on("click", ({ latlng }) => {
      if (map.getContainer().dataset.drawing) return; // a press is a corner of what is measured
      window.L.popup().setLatLng(latlng).setContent(popup(feature.properties)).openOn(map);
    }),
  }).addTo(map);
  if (data.features.length) map.fitBounds(layer.getBounds(), { padding: [24, 24], maxZoom: 17 });
  dotted(map, layer);
  says("");
}

async function follow(place) {
  const { open, done, total, text } = await ask(place.dataset.progressUrl);
  const bar = place.querySelector("progress");
  [bar.max, bar.value] = [Math.max(total, 1), done];
  const words = place.querySelector("[data-progress-text]");
  if (words.textContent !== text) words.textContent = text;
  return open;
}

// What goes wrong once (a network that is away) is asked again.
async function followToTheEnd(place) {
  while (await follow(place).catch(() => true)) {
    await new Promise((go) => setTimeout(go, EVERY_MS));
  }
  window.location.reload();
}

document.querySelectorAll("[data-import-map]").forEach((place) => {
  place.addEventListener("land:ready", ({ detail: { map, says } }) => {
    show(place, map, says).catch(() => says(place.dataset.failed, true));
  });
});
document.querySelectorAll("[data-progress-url]").forEach((place) => followToTheEnd(place));
