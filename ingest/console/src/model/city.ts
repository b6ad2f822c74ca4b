// What the alarms are about: the names of domains, stations, assets and zones, from the catalogue as the service gives it.
// Fetched at the start and again whenever the catalogue's version changes; positions of assets more often.
import { api } from '../api/client';
import type { Alarm, Asset, Datastream, Domain, Station, Status, ZoneCollection, ZoneFeature } from '../api/types';
import { localText, tOr } from '../text/language';

const byId = <T extends { readonly id: string }>(things: readonly T[]): Map<string, T> => new Map(things.map((thing) => [thing.id, thing]));

const NO_ZONES: ZoneCollection = { type: 'FeatureCollection', features: [] };

export class City {
  domains: readonly Domain[] = [];
  stations = new Map<string, Station>();
  assets = new Map<string, Asset>();
  zones: ZoneCollection = NO_ZONES;
  datastreams = new Map<string, Datastream>();
  status: Status | null = null;
  /** The catalogue has more than the console takes, so that some alarms are shown without names. */
  cut = false;

  /** Grows with each change, like AlarmStore.version. */
  version = 0;

  private readonly listeners = new Set<() => void>();

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => { this.listeners.delete(listener); };
  }

  async refreshCatalogue(): Promise<void> {
    const [domains, stations, assets, zones, datastreams] = await Promise.all([api.domains(), api.stations(), api.assets(), api.zones(), api.datastreams()]);
    this.domains = domains;
    this.stations = byId(stations.items);
    this.assets = byId(assets.items);
    this.zones = zones;
    this.datastreams = byId(datastreams.items);
    this.cut = stations.cut || assets.cut || datastreams.cut;
    this.changed();
  }

  async refreshAssets(): Promise<void> {
    this.assets = byId((await api.assets()).items);
    this.changed();
  }

  /** True when the catalogue in force is another one than before. */
  async refreshStatus(): Promise<boolean> {
    const status = await api.status();
    const changed = this.status !== null && this.status.catalogueVersion !== status.catalogueVersion;
    this.status = status;
    this.changed();
    return changed;
  }

  domainName(id: string): string {
    const domain = this.domains.find((candidate) => candidate.id === id);
    return localText(domain?.name, id);
  }

  zone(id: string | null): ZoneFeature | undefined {
    return id === null ? undefined : this.zones.features.find((zone) => zone.properties.id === id);
  }

  /** The thing a person would name: the station or the asset, else whatever the rule was about. */
  objectName(alarm: Alarm): string {
    const asset = alarm.asset === null ? undefined : this.assets.get(alarm.asset);
    if (asset !== undefined) return localText(asset.name, asset.id);
    const station = alarm.station === null ? undefined : this.stations.get(alarm.station);
    if (station !== undefined) return localText(station.name, station.id);
    return alarm.asset ?? alarm.station ?? alarm.gateway ?? alarm.scope;
  }

  kindOf(alarm: Alarm): string {
    const thing = (alarm.asset === null ? undefined : this.assets.get(alarm.asset)) ?? (alarm.station === null ? undefined : this.stations.get(alarm.station));
    return thing?.kind ? tOr(`kind.${thing.kind}`, thing.kind) : '';
  }

  areaName(alarm: Alarm): string {
    const zone = this.zone(alarm.zone);
    if (zone !== undefined) return localText(zone.properties.name, zone.properties.id);
    const site = alarm.station === null ? undefined : this.stations.get(alarm.station)?.site;
    return site ? localText(site.name, site.id) : '';
  }

  title(alarm: Alarm): string { return localText(alarm.title, alarm.rule); }

  decimals(datastream: string | null): number | null {
    return datastream === null ? null : this.datastreams.get(datastream)?.decimals ?? null;
  }

  private changed(): void {
    this.version++;
    for (const listener of this.listeners) listener();
  }
}
