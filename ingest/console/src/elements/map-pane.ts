// The map's pane: loads the map, hands it what to draw, and says in words (and data- attributes, for tests) what is on it.
import { html, nothing, type TemplateResult } from 'lit';
import { positionOf, pictureOf, type MapPicture, type PlaceProperties } from '../map/map-features';
import type { AlarmMap } from '../map/alarm-map';
import { warningOutlines } from '../map/warning-features';
import { compareAlarms } from '../model/alarm-view';
import { isOpen, LEVELS, NORMAL } from '../model/levels';
import { language, t } from '../text/language';
import { ConsoleElement } from './console-element';
import { levelMark } from './level-mark';

export class MapPane extends ConsoleElement {
  private map: AlarmMap | null = null;
  private starting = false;
  private ready = false;
  private center = '';
  private failure = '';
  private drawn: MapPicture | null = null;
  private shownKey = '';
  private legendOpen = false;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.map?.destroy();
    this.map = null;
    this.starting = false;
    this.ready = false;
    this.shownKey = '';
  }

  protected override render(): TemplateResult {
    const { drawn } = this;
    const inAlarm = drawn === null ? 0 : LEVELS.reduce((sum, level) => sum + drawn.levels[level.name], 0);
    const places = drawn === null ? 0 : drawn.stations.features.length;
    return html`<section class="map" aria-label=${t('map.label')} data-testid="map" data-ready=${String(this.ready)} data-stations=${places}
        data-levels=${JSON.stringify(drawn?.levels ?? {})} data-domains=${JSON.stringify(drawn?.domains ?? {})} data-warnings=${drawn?.warnings.features.length ?? 0} data-center=${this.center}>
      <div class="map-canvas" role="img" aria-label=${`${t('map.label')}: ${t('map.counts', { stations: places, alarms: inAlarm })}`}></div>
      <div class="map-tools">
        <button type="button" title=${t('map.zoomIn')} aria-label=${t('map.zoomIn')} @click=${() => this.map?.zoomBy(1)}>＋</button>
        <button type="button" title=${t('map.zoomOut')} aria-label=${t('map.zoomOut')} @click=${() => this.map?.zoomBy(-1)}>－</button>
        <button type="button" title=${t('map.fit')} aria-label=${t('map.fit')} @click=${() => this.map?.fit()}>⤢</button>
        <button type="button" title=${`${t('map.gotoSelected')} (M)`} aria-label=${t('map.gotoSelected')} ?disabled=${this.model.selected === undefined} @click=${() => this.goToSelected()}>◎</button>
        <button type="button" title=${t('map.legend')} aria-label=${t('map.legend')} aria-expanded=${String(this.legendOpen)} @click=${() => { this.legendOpen = !this.legendOpen; this.requestUpdate(); }}>≡</button>
      </div>
      <p class="map-credit">${t('map.attribution')}</p>
      ${this.legendOpen ? html`<ul class="map-legend" aria-label=${t('map.legend')}>
        ${LEVELS.map((level) => html`<li>${levelMark(level)} <span class="count">${drawn?.levels[level.name] ?? 0}</span></li>`)}
        <li>${levelMark(NORMAL)} <span class="count">${drawn?.levels.none ?? 0}</span></li></ul>` : nothing}
      ${this.failure !== '' ? html`<p class="map-message" role="alert">${t('map.failed', { reason: this.failure })}</p>`
        : this.ready ? nothing : html`<p class="map-message">${t('map.loading')}</p>`}
    </section>`;
  }

  protected override firstUpdated(): void { void this.start(); }

  protected override updated(): void {
    if (this.map === null && !this.starting && this.failure === '') void this.start();
    this.feed();
  }

  private async start(): Promise<void> {
    if (this.starting) return;
    this.starting = true;
    try {
      const { AlarmMap } = await import('../map/alarm-map');
      const container = this.querySelector<HTMLElement>('.map-canvas');
      if (container === null || !this.isConnected) return;
      this.map = new AlarmMap(container, document.baseURI, {
        idle: (center) => {
          if (this.ready && center === this.center) return;
          this.ready = true;
          this.failure = '';
          this.center = center;
          this.requestUpdate();
        },
        drawn: (picture) => { this.drawn = picture; this.requestUpdate(); },
        pick: (place) => this.pick(place),
        failed: (reason) => this.failed(reason),
      });
      this.feed();
    } catch (error) {
      this.failed(error instanceof Error ? error.message : String(error));
    }
  }

  private failed(reason: string): void {
    // A fault of a map that has been drawn is not the end of it.
    if (this.ready) return;
    this.failure = reason;
    this.requestUpdate();
  }

  private feed(): void {
    if (this.map === null) return;
    const { store, city, track, selected, warnings } = this.model;
    const key = `${store.version} ${city.version} ${track.version} ${selected?.id} ${warnings.version} ${language()}`;
    if (key === this.shownKey) return;
    this.shownKey = key;
    this.map.show(pictureOf(city, store.all(), selected, track.alarm === selected?.id ? track.points : [], warningOutlines(warnings.list, warnings.openId)));
  }

  /** Brings the selected alarm into the middle. False when it has no place. */
  goToSelected(): boolean {
    const alarm = this.model.selected;
    const position = alarm === undefined ? null : positionOf(this.model.city, alarm);
    if (position === null) return false;
    this.map?.goTo(position);
    return true;
  }

  // The alarm a dispatcher would look at first among those of the place.
  private pick(place: PlaceProperties): void {
    const here = [...this.model.store.all()].filter((alarm) => isOpen(alarm)
      && (place.kind === 'alarm' ? alarm.id === place.id : place.kind === 'asset' ? alarm.asset === place.id : alarm.station === place.id && alarm.asset === null));
    const first = here.sort(compareAlarms)[0];
    if (first !== undefined) this.model.select(first.id);
  }
}

customElements.define('sg-map', MapPane);
