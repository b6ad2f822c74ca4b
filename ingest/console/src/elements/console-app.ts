// The root: starts the data, lays out the panes, takes the keys, and tells screen readers what is new.
import { html, nothing, type TemplateResult } from 'lit';
import { ApiError, api, LISTED_MOST } from '../api/client';
import type { Alarm, OfficialWarning } from '../api/types';
import { PAGES, type Pane } from '../model/console-model';
import { levelOf } from '../model/levels';
import { textOf } from '../model/official-warnings';
import { language, reasonOf, t, tOr } from '../text/language';
import { AlarmDetailPane } from './alarm-detail';
import './alarm-filters';
import './alarm-list';
import { ConsoleElement } from './console-element';
import './datastreams-page';
import './gateways-page';
import { KEYS, keyAction, type KeyAction } from './keys';
import { MapPane } from './map-pane';
import './stations-page';
import './top-bar';
import './warning-strip';

const PANES: readonly Pane[] = ['list', 'map', 'detail'];
const SECOND = 1_000;
const STATUS_EVERY_MS = 10_000;
const ASSETS_EVERY_MS = 5_000;
const CATALOGUE_RETRY_MS = 3_000;
/** How often a service that is starting is asked how far it is. */
const RECOVERY_EVERY_MS = 2_000;
/** Screen readers hear counts at most this often; a flood read aloud helps nobody. */
const ANNOUNCE_MS = 5_000;

export class ConsoleApp extends ConsoleElement {
  private readonly timers: ReturnType<typeof setInterval>[] = [];
  private stopStore: () => void = () => {};
  private politeText = '';
  private assertiveText = '';
  private announcedAt = -Infinity;
  private catalogueFailure = '';

  override connectedCallback(): void {
    super.connectedCallback();
    const { live, store } = this.model;
    live.onReconnected = (changes) => this.model.tell(t('live.reconnected', { changes }));
    live.onLoadFailed = (error) => { if (!ApiError.isRecovery(error)) this.model.tell(t('live.failed', { reason: reasonOf(error) })); };
    this.stopStore = store.subscribe((raised) => this.announce(raised));
    this.model.warnings.onNew = (warnings) => this.announceWarnings(warnings);
    live.start();
    void this.model.warnings.refresh();
    void this.loadCatalogue();
    this.every(SECOND, () => this.tick());
    this.every(STATUS_EVERY_MS, () => this.refreshStatus());
    this.every(RECOVERY_EVERY_MS, () => { if (!document.hidden && this.model.recovery.now !== null) this.refreshStatus(); });
    this.every(ASSETS_EVERY_MS, () => { if (!document.hidden && this.model.city.assets.size > 0) this.quietly(this.model.city.refreshAssets()); });
    window.addEventListener('keydown', this.key);
    window.addEventListener('hashchange', this.route);
    window.addEventListener('pagehide', this.leave);
    window.addEventListener('pageshow', this.comeBack);
    this.route();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.model.live.stop();
    this.stopStore();
    for (const timer of this.timers.splice(0)) clearInterval(timer);
    window.removeEventListener('keydown', this.key);
    window.removeEventListener('hashchange', this.route);
    window.removeEventListener('pagehide', this.leave);
    window.removeEventListener('pageshow', this.comeBack);
  }

  private every(milliseconds: number, action: () => void): void { this.timers.push(setInterval(action, milliseconds)); }

  // Ages and the clock move on each second; a hidden tab only keeps its title.
  private tick(): void {
    const { unacknowledged } = this.model.store.counts();
    document.title = `${unacknowledged > 0 ? `(${unacknowledged}) ` : ''}${t('app.title')}`;
    if (!document.hidden) this.model.changed();
  }

  private async loadCatalogue(): Promise<void> {
    try {
      await Promise.all([this.model.city.refreshCatalogue(), this.readStatus()]);
      this.catalogueFailure = '';
    } catch (error) {
      this.catalogueFailure = ApiError.isRecovery(error) ? '' : reasonOf(error);
      setTimeout(() => { if (this.isConnected) void this.loadCatalogue(); }, CATALOGUE_RETRY_MS);
    }
    this.requestUpdate();
  }

  private async readStatus(): Promise<boolean> {
    const { city, clock } = this.model;
    const catalogueChanged = await city.refreshStatus();
    if (city.status !== null) {
      clock.setSpeed(city.status.clock.simulated, city.status.clock.speed);
      clock.set(city.status.now);
      this.model.changed();
    }
    return catalogueChanged;
  }

  private refreshStatus(): void {
    this.quietly(this.readStatus().then((changed) => { if (changed) return this.loadCatalogue(); return undefined; }));
  }

  // These are asked again in a few seconds, and the stale banner already says when the service is away.
  private quietly(work: Promise<unknown>): void {
    work.catch((error: unknown) => { console.warn('sensorgrid: a background request failed and will be repeated:', reasonOf(error)); });
  }

  private announce(raised: readonly Alarm[]): void {
    const red = raised.filter((alarm) => levelOf(alarm.level).name === 'red');
    const first = red[0];
    if (red.length === 1 && first !== undefined) this.assertiveText = t('announce.red', { object: this.model.city.objectName(first), title: this.model.city.title(first) });
    else if (red.length > 1) this.assertiveText = t('announce.redMany', { count: red.length });
    if (raised.length > 0 && performance.now() - this.announcedAt > ANNOUNCE_MS) {
      this.announcedAt = performance.now();
      const { unacknowledged, open } = this.model.store.counts();
      this.politeText = t('announce.counts', { unacknowledged, open });
    }
    this.requestUpdate();
  }

  private announceWarnings(warnings: readonly OfficialWarning[]): void {
    this.politeText = warnings.map((warning) => t('announce.warning', {
      status: warning.status === 'actual' ? '' : tOr(`warning.status.${warning.status}`, warning.status), issuer: textOf(warning, language())?.issuer ?? warning.issuer,
      event: textOf(warning, language())?.event ?? '', colour: tOr(`warning.colour.${warning.colour}`, warning.colour),
    })).join(' ');
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    const { model } = this;
    return html`
      <sg-top-bar .model=${model} @help=${() => this.toggleHelp()}></sg-top-bar>
      ${this.banners()}
      ${model.page === 'alarms' ? this.alarmsPage() : html`<main class="other-page">${this.otherPage()}</main>`}
      <div class="notice" role="status">${model.notice === '' ? nothing : html`<p>${model.notice}</p>`}</div>
      <div class="visually-hidden" aria-live="polite" data-testid="live-polite">${this.politeText}</div>
      <div class="visually-hidden" aria-live="assertive" data-testid="live-assertive">${this.assertiveText}</div>
      ${this.helpDialog()}`;
  }

  private otherPage(): TemplateResult {
    const { model } = this;
    switch (model.page) {
      case 'stations': return html`<sg-stations .model=${model}></sg-stations>`;
      case 'gateways': return html`<sg-gateways .model=${model}></sg-gateways>`;
      default: return html`<sg-datastreams .model=${model}></sg-datastreams>`;
    }
  }

  private banners(): TemplateResult {
    const { live, clock, city } = this.model;
    const state = live.state();
    const problem = city.status?.problem ?? city.status?.log?.heldBecause ?? null;
    const starting = this.model.recovery.now;
    return html`<div class="banners">
      ${starting === null ? nothing : html`<p class="banner" role="status" data-testid="recovery-banner" data-percent=${starting.percent ?? ''}>${t(starting.percent === null ? 'recovery.begun' : 'recovery.percent',
        { percent: starting.percent ?? 0, stage: tOr(`recovery.stage.${starting.stage}`, starting.stage) })}</p>`}
      ${state.stale && starting === null ? html`<p class="banner banner-stale" role="alert" data-testid="stale-banner">⚠ ${t('live.stale', { seconds: Math.floor(state.silentMs / SECOND / 5) * 5 })}</p>` : nothing}
      ${this.catalogueFailure === '' ? nothing : html`<p class="banner" role="alert">${t('page.failed', { reason: this.catalogueFailure })}</p>`}
      ${problem === null ? nothing : html`<p class="banner banner-stale" role="alert" data-testid="problem-banner">⚠ ${t('service.problem', { problem })}</p>`}
      ${city.cut ? html`<p class="banner" role="status" data-testid="cut-banner">${t('catalogue.cut', { count: LISTED_MOST })}</p>` : nothing}
      ${clock.simulated ? html`<p class="banner banner-simulated" data-testid="simulated-banner">${t('clock.simulated', { speed: city.status?.clock.speed ?? 1 })}</p>` : nothing}
    </div>`;
  }

  private alarmsPage(): TemplateResult {
    const { model } = this;
    return html`<main class="panes show-${model.pane}">
      <nav class="pane-tabs" aria-label=${t('pane.label')}>${PANES.map((pane) => html`<button type="button" data-pane=${pane} aria-pressed=${pane === model.pane ? 'true' : 'false'}
        @click=${() => { model.pane = pane; model.changed(); }}>${t(`pane.${pane}`)}</button>`)}</nav>
      <div class="pane pane-list"><sg-warnings .model=${model}></sg-warnings><sg-alarm-filters .model=${model}></sg-alarm-filters><sg-alarm-list .model=${model}></sg-alarm-list></div>
      <div class="pane pane-map"><sg-map .model=${model}></sg-map></div>
      <div class="pane pane-detail"><sg-alarm-detail .model=${model}></sg-alarm-detail></div>
    </main>`;
  }

  private helpDialog(): TemplateResult {
    return html`<dialog class="help" aria-labelledby="help-title">
      <h2 id="help-title">${t('help.title')}</h2>
      <dl>${KEYS.map(({ shown, message }) => html`<div><dt>${shown.map((key) => html`<kbd>${key}</kbd> `)}</dt><dd>${t(message)}</dd></div>`)}</dl>
      <form method="dialog" @submit=${(event: Event) => { event.preventDefault(); this.toggleHelp(); }}><button type="submit" class="primary">${t('help.close')}</button></form>
      <p class="about"><a href="./third-party-notices.txt" target="_blank" rel="noopener">third-party-notices.txt</a></p>
    </dialog>`;
  }

  private toggleHelp(): void {
    const dialog = this.querySelector<HTMLDialogElement>('dialog.help');
    if (dialog?.open) dialog.close();
    else dialog?.showModal();
  }

  private readonly key = (event: KeyboardEvent): void => {
    const action = keyAction(event);
    if (action === null) return;
    // An open help takes no other key than the ones that close it.
    if (this.querySelector('dialog[open]') !== null && action !== 'help') return;
    if (this.act(action)) event.preventDefault();
  };

  private act(action: KeyAction): boolean {
    const { model } = this;
    if (action === 'help') { this.toggleHelp(); return true; }
    if (action === 'search') return this.focusSearch();
    if (action === 'escape') return this.escape();
    if (model.page !== 'alarms') return false;
    switch (action) {
      case 'next': model.selectBy(1); return true;
      case 'previous': model.selectBy(-1); return true;
      case 'map': this.showMap(); return true;
      case 'note': this.toForm('ack-note'); return true;
      case 'acknowledge': this.acknowledge(); return true;
    }
  }

  private acknowledge(): void {
    const { model } = this;
    if (model.selected === undefined || model.selected.acknowledged) return;
    if (model.operator.trim() === '') this.toForm('ack-operator');
    void model.acknowledge();
  }

  private toForm(field: 'ack-operator' | 'ack-note'): void {
    this.model.pane = 'detail';
    this.model.changed();
    void this.updateComplete.then(() => this.querySelector<AlarmDetailPane>('sg-alarm-detail')?.focusOn(field));
  }

  private showMap(): void {
    this.model.pane = 'map';
    this.model.changed();
    void this.updateComplete.then(() => this.querySelector<MapPane>('sg-map')?.goToSelected());
  }

  private focusSearch(): boolean {
    const field = this.querySelector<HTMLInputElement>(this.model.page === 'alarms' ? '.filters .search' : '[data-page-search]');
    field?.focus();
    field?.select();
    return field !== null;
  }

  private escape(): boolean {
    const focused = document.activeElement;
    if (focused instanceof HTMLInputElement || focused instanceof HTMLTextAreaElement || focused instanceof HTMLSelectElement) {
      focused.blur();
      this.querySelector<HTMLElement>('.alarm-grid')?.focus();
      return true;
    }
    this.model.pane = 'list';
    this.model.select(null);
    this.model.changed();
    return false;
  }

  // #/alarms, #/alarms/ID, #/stations, #/gateways, #/datastreams
  private readonly route = (): void => {
    const [, page, id] = location.hash.split('/');
    this.model.page = PAGES.find((candidate) => candidate === page) ?? 'alarms';
    if (this.model.page === 'alarms' && id) void this.open(decodeURIComponent(id));
    this.model.changed();
  };

  private async open(id: string): Promise<void> {
    try {
      if (this.model.store.get(id) === undefined) this.model.store.addKnown([await api.alarm(id)]);
      this.model.select(id);
    } catch (error) {
      this.model.tell(t('detail.failed', { reason: reasonOf(error) }));
    }
  }

  private readonly leave = (): void => this.model.live.stop();

  private readonly comeBack = (event: PageTransitionEvent): void => {
    if (event.persisted) this.model.live.start();
  };
}

customElements.define('sg-console', ConsoleApp);
