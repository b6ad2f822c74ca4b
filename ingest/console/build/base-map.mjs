// Makes the offline base map: the coast of Natural Earth (public domain; TopoJSON by the package world-atlas, ISC), as GeoJSON that
// MapLibre's worker fetches and cuts into tiles itself. Land only: no state borders, which a public map may show only as approved.
//
//   base/land.json          the whole world, coarse; drawn first and far out
//   base/cells/X_Y.json     the fine coast of one cell of 20 by 20 degrees (X, Y from 180° W, 90° S), fetched when in sight
//   base/cells.json         the names of the cells that there are
//
// One file with the fine coast of the world would be 7 MB, and seconds of work for a browser without a graphics card.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { feature } from 'topojson-client';
import { clipLine, clipRing } from './clip.mjs';

const require = createRequire(import.meta.url);
const CELL_DEGREES = 20;
/** Beyond this latitude, north and south, the coarse coast will do. */
const FINE_UP_TO = 70;

async function polygonsOf(source, decimals) {
  const topology = JSON.parse(await readFile(require.resolve(source), 'utf8'));
  const factor = 10 ** decimals;
  const round = (value) => Math.round(value * factor) / factor;
  return feature(topology, topology.objects.land).features
    .flatMap(({ geometry }) => (geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates))
    .map((rings) => rings.map((ring) => withoutRepeats(ring.map(([x, y]) => [round(x), round(y)]))));
}

// Rounding lets neighbours fall together; a ring keeps its closing point.
function withoutRepeats(ring) {
  const kept = ring.filter(([x, y], i) => i === 0 || x !== ring[i - 1][0] || y !== ring[i - 1][1]);
  return kept.length >= 4 ? kept : ring;
}

const shape = (kind, type, coordinates) => ({ type: 'Feature', properties: { kind }, geometry: { type, coordinates } });
const collection = (features) => JSON.stringify({ type: 'FeatureCollection', features });

function boxOf(ring) {
  return ring.reduce(([w, s, e, n], [x, y]) => [Math.min(w, x), Math.min(s, y), Math.max(e, x), Math.max(n, y)], [Infinity, Infinity, -Infinity, -Infinity]);
}

// A piece is a part of one polygon: what is filled, and the coast along it.
const clipped = (pieces, box) => pieces
  .filter(({ bounds: [west, south, east, north] }) => west <= box[2] && east >= box[0] && south <= box[3] && north >= box[1])
  .map(({ rings, coast }) => ({ rings: rings.map((ring) => clipRing(ring, box)).filter((ring) => ring !== null), coast: coast.flatMap((line) => clipLine(line, box)) }))
  .filter(({ rings }) => rings.length > 0)
  .map((piece) => ({ ...piece, bounds: boxOf(piece.rings[0]) }));

// The edge of the map, along which the data close Eurasia and Antarctica, is no coast.
const isCoast = (line) => !line.every(([x, y]) => Math.abs(x) > 179.99 || y < -89.9);

function cellText(pieces, [west, south, east, north]) {
  const corners = [[west, south], [east, south], [east, north], [west, north], [west, south]];
  // The sea comes first and covers the coarse land below, so that a cell replaces it in one go.
  return collection([
    shape('sea', 'Polygon', [corners]),
    ...pieces.map(({ rings }) => shape('land', 'Polygon', rings)),
    ...pieces.flatMap(({ coast }) => coast.filter(isCoast).map((line) => shape('coast', 'LineString', line))),
  ]);
}

async function* files() {
  const coarse = await polygonsOf('world-atlas/land-50m.json', 2); // about 1 km
  yield ['base/land.json', collection(coarse.map((rings) => shape('land', 'Polygon', rings)))];
  const fine = (await polygonsOf('world-atlas/land-10m.json', 3)).map((rings) => ({ rings, coast: rings, bounds: boxOf(rings[0]) })); // about 100 m
  const names = [];
  for (let x = 0; x < 360 / CELL_DEGREES; x++) {
    const west = x * CELL_DEGREES - 180;
    const column = clipped(fine, [west, -90, west + CELL_DEGREES, 90]);
    for (let y = 0; y < 180 / CELL_DEGREES; y++) {
      const south = y * CELL_DEGREES - 90;
      if (south < -FINE_UP_TO || south >= FINE_UP_TO) continue;
      const box = [west, south, west + CELL_DEGREES, south + CELL_DEGREES];
      const pieces = clipped(column, box);
      if (pieces.length === 0) continue;
      names.push(`${x}_${y}`);
      yield [`base/cells/${x}_${y}.json`, cellText(pieces, box)];
    }
  }
  yield ['base/cells.json', JSON.stringify({ degrees: CELL_DEGREES, cells: names })];
}

export function baseMap() {
  return {
    name: 'sensorgrid-base-map',
    async generateBundle() {
      for await (const [fileName, source] of files()) this.emitFile({ type: 'asset', fileName, source });
    },
    async configureServer(server) {
      const made = new Map();
      for await (const [name, text] of files()) made.set(`/${name}`, text);
      server.middlewares.use((request, response, next) => {
        const text = made.get(request.url);
        if (text === undefined) return next();
        response.setHeader('Content-Type', 'application/json');
        return response.end(text);
      });
    },
  };
}
