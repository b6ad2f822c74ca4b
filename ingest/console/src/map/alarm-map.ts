// The map: MapLibre over the offline coast. Loaded apart from the rest of the console, because it is by far the largest part.
//
// It is brought up to date at most once a second, however many alarms come: handing new data to the map costs a fifth of a second where
// the browser draws without a graphics card, and the list must not wait for it.
import { Map as MapLibreMap, ScaleControl, setWorkerUrl, type GeoJSONSource, type MapGeoJSONFeature, type MapMouseEvent } from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { FineCoast } from './fine-coast';
import { addLevelIcons } from './level-icons';
import type { MapPicture, PlaceProperties } from './map-features';
import { gridOf } from './map-grid';
import { mapStyle } from './map-style';

setWorkerUrl(workerUrl);

const SYNC_MS = 1_000;
const RELOAD_MS = 5_000;
const NEAR_ZOOM = 12;
const FIT = { padding: { top: 48, bottom: 56, left: 56, right: 72 }, maxZoom: 11 };
const PLACE_LAYERS = ['asset', 'station', 'cluster'];
/** Leizhou peninsula: what is shown before the first station is known. */
const HOME: [number, number] = [110.36, 21.27];

export interface MapEvents {
  /** Nothing moves or loads any more; where the middle is. */
  readonly idle: (center: string) => void;
  readonly drawn: (picture: MapPicture) => void;
  readonly pick: (place: PlaceProperties) => void;
  readonly failed: (reason: string) => void;
}

export class AlarmMap {
  private readonly map: MapLibreMap;
  private readonly quiet = matchMedia('(prefers-reduced-motion: reduce)');
  private pending: MapPicture | null = null;
  private shown: Partial<Record<string, string>> = {};
  private picture: MapPicture | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private lastSync = -Infinity;
  private loaded = false;
  private fitted = false;
  private gone = false;
  private readonly coast: FineCoast;
  private readonly resize: ResizeObserver;

  constructor(container: HTMLElement, baseUrl: string, private readonly events: MapEvents) {
    this.map = new MapLibreMap({
      container, style: mapStyle(new URL('base/land.json', baseUrl).href), center: HOME, zoom: 7, minZoom: 1, maxZoom: 18,
      attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false, fadeDuration: 0, renderWorldCopies: true,
    });
    this.coast = new FineCoast(this.map, baseUrl, 'grid');
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new ScaleControl({ maxWidth: 120, unit: 'metric' }), 'bottom-left');
    this.map.getCanvas().setAttribute('tabindex', '-1');
    this.map.on('load', () => this.ready());
    this.map.on('error', (event) => this.failed(event));
    this.map.on('click', (event) => this.clicked(event));
    this.map.on('moveend', () => this.moved());
    this.map.on('mousemove', (event) => { this.map.getCanvas().style.cursor = this.placeAt(event) === undefined ? '' : 'pointer'; });
    this.resize = new ResizeObserver(() => this.map.resize());
    this.resize.observe(container);
  }

  show(picture: MapPicture): void {
    this.pending = picture;
    if (!this.loaded || this.timer !== undefined) return;
    const wait = Math.max(0, this.lastSync + SYNC_MS - performance.now());
    this.timer = setTimeout(() => { this.timer = undefined; this.sync(); }, wait);
  }

  goTo(position: readonly [number, number]): void {
    this.map.easeTo({ center: [position[0], position[1]], zoom: Math.max(this.map.getZoom(), NEAR_ZOOM), animate: !this.quiet.matches, duration: 600 });
  }

  zoomBy(step: number): void { this.map.zoomTo(this.map.getZoom() + step, { animate: !this.quiet.matches, duration: 250 }); }

  fit(animate = true): void {
    const points = [...this.picture?.stations.features ?? [], ...this.picture?.assets.features ?? []].map((feature) => feature.geometry.coordinates);
    if (points.length === 0) return;
    const xs = points.map(([x]) => x ?? 0);
    const ys = points.map(([, y]) => y ?? 0);
    this.map.fitBounds([[Math.min(...xs), Math.min(...ys)], [Math.max(...xs), Math.max(...ys)]], { ...FIT, animate: animate && !this.quiet.matches, duration: 600 });
  }

  destroy(): void {
    this.gone = true;
    this.coast.stop();
    clearTimeout(this.timer);
    this.resize.disconnect();
    this.map.remove();
  }

  // A file of the base map that could not be read (the service is restarting) is asked for again; alarms are drawn without it meanwhile.
  private failed(event: { readonly error: { readonly message: string }; readonly sourceId?: string }): void {
    const { error, sourceId } = event;
    if (sourceId === undefined) { this.events.failed(error.message); return; }
    console.warn(`sensorgrid: ${sourceId} of the map could not be loaded and will be asked for again:`, error.message);
    const url = this.source(sourceId)?.serialize().data;
    if (typeof url === 'string') setTimeout(() => { if (!this.gone) this.source(sourceId)?.setData(url); }, RELOAD_MS);
  }

  private ready(): void {
    addLevelIcons(this.map);
    this.loaded = true;
    this.sync();
    this.moved();
    this.map.on('idle', () => { const { lng, lat } = this.map.getCenter(); this.events.idle(`${lng.toFixed(3)},${lat.toFixed(3)}`); });
  }

  private sync(): void {
    const picture = this.pending;
    if (picture === null) return;
    this.pending = null;
    this.picture = picture;
    this.lastSync = performance.now();
    for (const name of ['zones', 'warnings', 'assets', 'selected', 'stations'] as const) {
      const text = JSON.stringify(picture[name]);
      if (text === this.shown[name]) continue;
      this.shown[name] = text;
      this.source(name)?.setData(picture[name]);
    }
    if (!this.fitted && picture.stations.features.length + picture.assets.features.length > 0) {
      this.fitted = true;
      this.fit(false);
    }
    this.map.once('idle', () => this.events.drawn(picture));
  }

  private moved(): void {
    if (!this.loaded) return;
    const bounds = this.map.getBounds();
    this.source('grid')?.setData(gridOf({ west: bounds.getWest(), east: bounds.getEast(), south: bounds.getSouth(), north: bounds.getNorth() }));
    this.coast.update();
  }

  private source(name: string): GeoJSONSource | undefined { return this.map.getSource<GeoJSONSource>(name); }

  private placeAt(event: MapMouseEvent): MapGeoJSONFeature | undefined {
    if (!this.loaded) return undefined;
    const { x, y } = event.point;
    return this.map.queryRenderedFeatures([[x - 8, y - 8], [x + 8, y + 8]], { layers: PLACE_LAYERS })
      .sort((a, b) => Number(b.properties['rank']) - Number(a.properties['rank']))[0];
  }

  private clicked(event: MapMouseEvent): void {
    const feature = this.placeAt(event);
    if (feature === undefined) return;
    if (feature.layer.id === 'cluster') void this.openCluster(feature);
    else this.events.pick(feature.properties as PlaceProperties);
  }

  private async openCluster(feature: MapGeoJSONFeature): Promise<void> {
    if (feature.geometry.type !== 'Point') return;
    const zoom = await this.source('stations')?.getClusterExpansionZoom(Number(feature.properties['cluster_id']));
    const [x, y] = feature.geometry.coordinates;
    this.map.easeTo({ center: [x ?? 0, y ?? 0], zoom: (zoom ?? this.map.getZoom() + 2) + 0.2, animate: !this.quiet.matches, duration: 500 });
  }
}
