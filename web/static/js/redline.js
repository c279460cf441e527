// A red line and what lies inside it, on the map that the page already has.

import { dotted } from "./map_style.js";

const ORDER = ["unknown", "registered", "taken", "sliver", "partial", "whole", "line"];

// A popup is built from text, never from markup in the data.
function popup({ title, text, note, url }, open) {
  const box = document.createElement("div");
  for (const [words, name] of [[title, "fw-semibold"], [text, ""], [note, "soft"]]) {
    if (words) box.append(Object.assign(document.createElement("p"), { textContent: words, className: name }));
  }
  if (url) box.append(Object.assign(document.createElement("a"), { href: url, textContent: open }));
  return box;
}

// While something is measured a press is a corner, and opens nothing.
function open(place, map, at, properties) {
  if (map.getContainer().dataset.drawing) return;
  window.L.popup().setLatLng(at).setContent(popup(properties, place.dataset.open)).openOn(map);
}

async function show(place, map, says) {
  const answer = await fetch(place.dataset.redline, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  const data = await answer.json();
  data.features.sort((a, b) => ORDER.indexOf(a.properties.role) - ORDER.indexOf(b.properties.role));
  const layer = window.L.geoJSON(data, {
    style: (feature) => ({ className: `role role--${feature.properties.role}` }),
    onEachFeature: (feature, shape) => {
      if (feature.properties.role === "line") shape.options.interactive = false;
      else shape.on("click", ({ latlng }) => open(place, map, latlng, feature.properties));
    },
  }).addTo(map);
  map.fitBounds(layer.getBounds(), { padding: [24, 24] });
  dotted(map, layer);
  says("");
}

document.querySelectorAll("[data-redline]").forEach((place) => {
  place.addEventListener("land:ready", ({ detail: { map, says } }) => {
    show(place, map, says).catch(() => says(place.dataset.failed, true));
  });
});
