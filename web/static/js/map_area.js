// Areas and distances of what is drawn or measured, good to a few parts in a thousand for a parcel.

export const MU_M2 = 2000 / 3;

// Metres of one degree at this latitude, on the ellipsoid.
export function metresPerDegree(lat) {
  const p = (lat * Math.PI) / 180;
  return [
    111412.84 * Math.cos(p) - 93.5 * Math.cos(3 * p) + 0.118 * Math.cos(5 * p),
    111132.954 - 559.822 * Math.cos(2 * p) + 1.175 * Math.cos(4 * p),
  ];
}

// Square metres inside a ring of [longitude, latitude].
export function ringM2(corners) {
  if (corners.length < 3) return 0;
  const [kx, ky] = metresPerDegree(corners.reduce((sum, [, lat]) => sum + lat, 0) / corners.length);
  const at = corners.map(([lon, lat]) => [(lon - corners[0][0]) * kx, (lat - corners[0][1]) * ky]);
  const twice = at.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = at[(i + 1) % at.length];
    return sum + x * nextY - nextX * y;
  }, 0);
  return Math.abs(twice) / 2;
}

export const muOf = (corners) => ringM2(corners) / MU_M2;

// Mu of a Polygon or MultiPolygon, holes left out.
export function muOfGeometry({ type, coordinates }) {
  const polygons = type === "Polygon" ? [coordinates] : coordinates;
  return polygons.reduce((sum, [outer, ...holes]) => sum + muOf(outer) - holes.reduce((all, hole) => all + muOf(hole), 0), 0);
}

// Metres along a line of [longitude, latitude].
export function lengthM(line) {
  return line.slice(1).reduce((sum, [lon, lat], i) => {
    const [kx, ky] = metresPerDegree((lat + line[i][1]) / 2);
    return sum + Math.hypot((lon - line[i][0]) * kx, (lat - line[i][1]) * ky);
  }, 0);
}

const grouped = (places) => new Intl.NumberFormat("en", { minimumFractionDigits: places, maximumFractionDigits: places });
export const muText = (dm2, places = 2) => grouped(places).format(dm2 / 100 / MU_M2);
export const number = (value, places = 0) => grouped(places).format(value);
