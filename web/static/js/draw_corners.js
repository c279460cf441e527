// Corners that somebody types: degrees, or X and Y of a Gauss-Kruger system, as degrees.

const A = 6378137; // CGCS2000
const F = 1 / 298.257222101;

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
