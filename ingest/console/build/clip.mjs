// Cuts rings and lines at a rectangle. Plain Sutherland–Hodgman: where it joins two parts of a ring it does so along the rectangle's edge,
// which a fill does not show.

/** @param {[number, number][]} ring closed @param {[number, number, number, number]} box west, south, east, north */
export function clipRing(ring, [west, south, east, north]) {
  let points = ring.slice(0, -1);
  points = clipEdge(points, ([x]) => x >= west, atX(west));
  points = clipEdge(points, ([x]) => x <= east, atX(east));
  points = clipEdge(points, ([, y]) => y >= south, atY(south));
  points = clipEdge(points, ([, y]) => y <= north, atY(north));
  return points.length < 3 ? null : [...points, points[0]];
}

function clipEdge(points, inside, cross) {
  const kept = [];
  points.forEach((point, i) => {
    const before = points[(i + points.length - 1) % points.length];
    if (inside(point) !== inside(before)) kept.push(cross(before, point));
    if (inside(point)) kept.push(point);
  });
  return kept;
}

const atX = (x) => ([ax, ay], [bx, by]) => [x, ay + ((x - ax) / (bx - ax)) * (by - ay)];
const atY = (y) => ([ax, ay], [bx, by]) => [ax + ((y - ay) / (by - ay)) * (bx - ax), y];

/** The stretches of a line that touch the rectangle; each keeps one point beyond it, so that neighbours meet. */
export function clipLine(points, [west, south, east, north]) {
  const stretches = [];
  let current = null;
  for (let i = 1; i < points.length; i++) {
    const [ax, ay] = points[i - 1];
    const [bx, by] = points[i];
    const touches = Math.max(ax, bx) >= west && Math.min(ax, bx) <= east && Math.max(ay, by) >= south && Math.min(ay, by) <= north;
    if (!touches) { current = null; continue; }
    if (current === null) stretches.push(current = [points[i - 1]]);
    current.push(points[i]);
  }
  return stretches;
}
