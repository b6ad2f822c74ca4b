// What the map draws, from stations, assets, zones and open alarms. Pure: values in, GeoJSON out.
import type { Feature, FeatureCollection, Point } from 'geojson';
import type { Alarm, LevelName } from '../api/types';
import type { City } from '../model/city';
import { isOpen, LEVELS, levelOf, shownLevel } from '../model/levels';
import { localText } from '../text/language';

export interface PlaceProperties {
  readonly id: string;
  readonly kind: 'station' | 'asset' | 'alarm';
  readonly name: string;
  readonly domain: string;
  /** 0 normal … 4 red: worst of the open alarms here. */
  readonly rank: number;
  readonly alarms: number;
  readonly unacknowledged: boolean;
}

export interface MapPicture {
  readonly stations: FeatureCollection<Point, PlaceProperties>;
  readonly assets: FeatureCollection<Point, PlaceProperties>;
  readonly zones: FeatureCollection;
  readonly selected: FeatureCollection;
  /** Outlines of official warnings: no alarm's, and in no count of levels. */
  readonly warnings: FeatureCollection;
  /** Places by worst level, normal ones as "none". */
  readonly levels: Record<LevelName, number>;
  /** Places in alarm by domain of the alarms. */
  readonly domains: Record<string, number>;
}

const NO_OUTLINES: FeatureCollection = { type: 'FeatureCollection', features: [] };

interface Worst { rank: number; alarms: number; unacknowledged: boolean }

export function pictureOf(city: City, alarms: Iterable<Alarm>, selected: Alarm | undefined, track: readonly (readonly [number, number])[], warnings: FeatureCollection = NO_OUTLINES): MapPicture {
  const places = new Map<string, Worst>();
  const zones = new Map<string, Worst>();
  const loose: Alarm[] = [];
  const domains: Record<string, number> = {};
  for (const alarm of alarms) {
    if (!isOpen(alarm)) continue;
    if (alarm.zone !== null) worsen(zones, alarm.zone, alarm);
    const key = placeKey(city, alarm);
    if (key !== null) worsen(places, key, alarm);
    else if (alarm.longitude !== null && alarm.latitude !== null) loose.push(alarm);
    else continue;
    domains[alarm.domain] = (domains[alarm.domain] ?? 0) + 1;
  }

  const stations: Feature<Point, PlaceProperties>[] = [];
  for (const station of city.stations.values()) {
    if (station.longitude === null || station.latitude === null) continue;
    stations.push(place('station', station.id, localText(station.name, station.id), station.domain ?? '', station.longitude, station.latitude, places.get(`station ${station.id}`)));
  }
  // An alarm of nothing in the catalogue still has a place when its reading had one.
  for (const alarm of loose) {
    const worst = { rank: shownLevel(alarm).rank, alarms: 1, unacknowledged: !alarm.acknowledged };
    stations.push(place('alarm', alarm.id, city.objectName(alarm), alarm.domain, alarm.longitude!, alarm.latitude!, worst));
  }
  const assets: Feature<Point, PlaceProperties>[] = [];
  for (const asset of city.assets.values()) {
    if (asset.position === null) continue;
    assets.push(place('asset', asset.id, localText(asset.name, asset.id), asset.domain ?? '', asset.position.longitude, asset.position.latitude, places.get(`asset ${asset.id}`)));
  }

  return {
    stations: { type: 'FeatureCollection', features: stations },
    assets: { type: 'FeatureCollection', features: assets },
    zones: { type: 'FeatureCollection', features: city.zones.features.map((zone) => zoneFeature(zone, zones.get(zone.properties.id))) },
    selected: { type: 'FeatureCollection', features: selectedFeatures(city, selected, track) },
    warnings,
    levels: countLevels([...stations, ...assets]),
    domains,
  };
}

/** Where an alarm is: its asset where that is now, its station, or the position of its own. */
export function positionOf(city: City, alarm: Alarm): [number, number] | null {
  const asset = alarm.asset === null ? undefined : city.assets.get(alarm.asset)?.position;
  if (asset) return [asset.longitude, asset.latitude];
  const station = alarm.station === null ? undefined : city.stations.get(alarm.station);
  if (typeof station?.longitude === 'number' && typeof station.latitude === 'number') return [station.longitude, station.latitude];
  return alarm.longitude !== null && alarm.latitude !== null ? [alarm.longitude, alarm.latitude] : null;
}

function placeKey(city: City, alarm: Alarm): string | null {
  if (alarm.asset !== null && city.assets.get(alarm.asset)?.position) return `asset ${alarm.asset}`;
  if (alarm.station !== null && typeof city.stations.get(alarm.station)?.longitude === 'number') return `station ${alarm.station}`;
  return null;
}

function worsen(into: Map<string, Worst>, key: string, alarm: Alarm): void {
  const known = into.get(key) ?? { rank: 0, alarms: 0, unacknowledged: false };
  known.rank = Math.max(known.rank, shownLevel(alarm).rank);
  known.alarms++;
  known.unacknowledged ||= !alarm.acknowledged;
  into.set(key, known);
}

function place(kind: PlaceProperties['kind'], id: string, name: string, domain: string, longitude: number, latitude: number, worst: Worst | undefined): Feature<Point, PlaceProperties> {
  return {
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [longitude, latitude] },
    properties: { id, kind, name: shortened(name), domain, rank: worst?.rank ?? 0, alarms: worst?.alarms ?? 0, unacknowledged: worst?.unacknowledged ?? false },
  };
}

// A label longer than this would cover its neighbours; the list has the whole name.
const MOST_LABEL = 28;
const shortened = (name: string): string => (name.length > MOST_LABEL ? `${name.slice(0, MOST_LABEL - 1)}…` : name);

function zoneFeature(zone: City['zones']['features'][number], worst: Worst | undefined): Feature {
  const { id, name } = zone.properties;
  return { type: 'Feature', geometry: zone.geometry as Feature['geometry'], properties: { id, name: shortened(localText(name, id)), rank: worst?.rank ?? 0 } };
}

function selectedFeatures(city: City, alarm: Alarm | undefined, track: readonly (readonly [number, number])[]): Feature[] {
  if (alarm === undefined) return [];
  const features: Feature[] = [];
  if (track.length > 1) features.push({ type: 'Feature', geometry: { type: 'LineString', coordinates: track.map(([x, y]) => [x, y]) }, properties: { part: 'track' } });
  const position = positionOf(city, alarm);
  if (position !== null) features.push({ type: 'Feature', geometry: { type: 'Point', coordinates: position }, properties: { part: 'ring', rank: shownLevel(alarm).rank } });
  const zone = city.zone(alarm.zone);
  if (zone !== undefined) features.push({ type: 'Feature', geometry: zone.geometry as Feature['geometry'], properties: { part: 'zone', rank: levelOf(shownLevel(alarm).name).rank } });
  return features;
}

function countLevels(features: readonly Feature<Point, PlaceProperties>[]): Record<LevelName, number> {
  const counts: Record<LevelName, number> = { none: 0, blue: 0, yellow: 0, orange: 0, red: 0 };
  for (const { properties } of features) counts[LEVELS.find((level) => level.rank === properties.rank)?.name ?? 'none']++;
  return counts;
}
