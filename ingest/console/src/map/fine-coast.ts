// Fetches the fine coast of the cells in sight, when the map is near enough for it to matter, and lets go of those left behind.
import type { Map as MapLibreMap } from 'maplibre-gl';
import { COAST, LAND, SEA } from './map-style';

const FROM_ZOOM = 6;
/** A window shows at most four at that zoom on one screen; a wall of screens a few more. */
const MOST_CELLS = 12;

interface CellIndex { readonly degrees: number; readonly cells: readonly string[] }

export class FineCoast {
  private index: CellIndex | null = null;
  private loading: Promise<void> | null = null;
  private stopped = false;
  private readonly shown: string[] = [];

  constructor(private readonly map: MapLibreMap, private readonly baseUrl: string, private readonly below: string) {}

  /** After each move. Until the list of cells is here, each move asks for it again: the coarse coast is enough to work by. */
  update(): void {
    if (this.map.getZoom() < FROM_ZOOM) return;
    if (this.index === null) {
      this.loading ??= this.load().catch((error: unknown) => { console.warn('sensorgrid: the fine coast could not be loaded:', error); }).finally(() => { this.loading = null; });
      return;
    }
    const wanted = this.inSight(this.index);
    for (const name of wanted) if (!this.shown.includes(name)) this.add(name);
    for (const name of this.shown.filter((candidate) => !wanted.includes(candidate)).slice(0, Math.max(0, this.shown.length - MOST_CELLS))) this.remove(name);
  }

  stop(): void { this.stopped = true; }

  private async load(): Promise<void> {
    const response = await fetch(new URL('base/cells.json', this.baseUrl));
    if (!response.ok) throw new Error(`base/cells.json: HTTP ${response.status}`);
    this.index = await response.json() as CellIndex;
    if (!this.stopped) this.update();
  }

  private inSight({ degrees, cells }: CellIndex): string[] {
    const bounds = this.map.getBounds();
    const columns = 360 / degrees;
    const names: string[] = [];
    for (let x = Math.floor((bounds.getWest() + 180) / degrees); x <= Math.floor((bounds.getEast() + 180) / degrees); x++)
      for (let y = Math.floor((bounds.getSouth() + 90) / degrees); y <= Math.floor((bounds.getNorth() + 90) / degrees); y++)
        names.push(`${((x % columns) + columns) % columns}_${y}`);
    return names.filter((name) => cells.includes(name)).slice(0, MOST_CELLS);
  }

  private add(name: string): void {
    const source = `coast-${name}`;
    this.shown.push(name);
    this.map.addSource(source, { type: 'geojson', data: new URL(`base/cells/${name}.json`, this.baseUrl).href, maxzoom: 10, buffer: 16 });
    this.map.addLayer({
      id: `${source}-fill`, type: 'fill', source, minzoom: FROM_ZOOM, filter: ['!=', ['get', 'kind'], 'coast'],
      // Without smoothing the seams between cells do not show; the coast line is drawn smooth over it.
      paint: { 'fill-antialias': false, 'fill-color': ['match', ['get', 'kind'], 'sea', SEA, LAND] },
    }, this.below);
    this.map.addLayer({ id: `${source}-line`, type: 'line', source, minzoom: FROM_ZOOM, filter: ['==', ['get', 'kind'], 'coast'], paint: { 'line-color': COAST, 'line-width': 1.2 } }, this.below);
  }

  private remove(name: string): void {
    const source = `coast-${name}`;
    this.shown.splice(this.shown.indexOf(name), 1);
    this.map.removeLayer(`${source}-line`);
    this.map.removeLayer(`${source}-fill`);
    this.map.removeSource(source);
  }
}
