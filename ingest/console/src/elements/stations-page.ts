// Stations that speak a field protocol: who is heard and how well, what is missing, and what of theirs still wants an entry in the catalogue.
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { api, type Heard } from '../api/client';
import type { Datastream, HeardProblem, HeardProtocol, HeardStation } from '../api/types';
import { catalogueEntry } from '../model/catalogue-entry';
import { inOrder, keyOf, refusedOf, wantsAttention } from '../model/station-view';
import { dateTimeText, latestText, shortTimeText, spanText } from '../text/format';
import { localText, reasonOf, t, tOr } from '../text/language';
import { PollingElement } from './polling-element';

/** A table of more rows is of no use to a person and slow to draw. */
const MOST_ROWS = 300;
/** More elements than one entry of a catalogue is written for at a time. */
const MOST_ELEMENTS = 100;
const COLUMNS = 11;

export class StationsPage extends PollingElement<Heard> {
  private search = '';
  private onlyAttention = false;
  private unfolded: string | null = null;
  private elements: readonly Datastream[] | null = null;
  private elementsFailure = '';

  protected override async fetch(): Promise<Heard> {
    const heard = await api.heardStations();
    await this.loadElements(heard.items.find((station) => keyOf(station) === this.unfolded));
    return heard;
  }

  protected override content({ items: stations, protocols, cut }: Heard): TemplateResult {
    if (protocols.length === 0) return html`<p class="empty" data-testid="stations-off">${t('stations.off')}</p>`;
    const offline = stations.filter(({ online }) => !online).length;
    const wanted = this.search.trim().toLocaleLowerCase();
    const matching = inOrder(stations.filter((station) => (!this.onlyAttention || wantsAttention(station)) && (wanted === '' || this.searchText(station).includes(wanted))));
    return html`
      <div class="page-tools">
        <input type="search" data-page-search aria-label=${t('stations.search')} placeholder=${t('stations.search')} autocomplete="off" spellcheck="false" .value=${live(this.search)}
          @input=${(event: Event) => { this.search = (event.target as HTMLInputElement).value; this.requestUpdate(); }}>
        <label class="check"><input type="checkbox" .checked=${live(this.onlyAttention)} @change=${(event: Event) => { this.onlyAttention = (event.target as HTMLInputElement).checked; this.requestUpdate(); }}> ${t('stations.onlyAttention')}</label>
        <p class="page-summary">${t('stations.summary', { count: stations.length, offline })}</p>
      </div>
      <ul class="protocols">${protocols.map((protocol) => this.protocol(protocol))}</ul>
      ${matching.length === 0 ? html`<p class="empty">${t(stations.length === 0 ? 'stations.empty' : 'stations.noMatch')}</p>` : html`<div class="table-frame" tabindex="0" role="region" aria-label=${t('stations.label')}><table data-testid="stations">
        <thead><tr><th scope="col">${t('stations.id')}</th><th scope="col">${t('stations.protocol')}</th><th scope="col">${t('stations.online')}</th><th scope="col">${t('stations.last')}</th><th scope="col">${t('stations.object')}</th>
          <th scope="col" class="number">${t('stations.good')}</th><th scope="col" class="number">${t('stations.partlyBad')}</th><th scope="col">${t('stations.refused')}</th><th scope="col">${t('stations.holes')}</th>
          <th scope="col">${t('stations.problem')}</th><th scope="col">${t('stations.unassigned')}</th></tr></thead>
        <tbody>${matching.slice(0, MOST_ROWS).map((station) => this.row(station))}</tbody></table></div>`}
      ${cut ? html`<p class="page-summary">${t('page.cut', { count: stations.length })}</p>` : nothing}
      ${matching.length > MOST_ROWS ? html`<p class="page-summary">${t('stations.more', { shown: MOST_ROWS })}</p>` : nothing}`;
  }

  // A protocol, and what came to its address that belongs to no station: a wrong protocol, a line that garbles everything.
  private protocol({ protocol, domain, connections, stations, unlistedFrames, refused, lastProblem }: HeardProtocol): TemplateResult {
    const strange = Object.entries(refused);
    return html`<li data-protocol=${protocol}><strong>${tOr(`protocol.${protocol}`, protocol)}</strong> ${t('stations.protocolSummary', { domain: this.model.city.domainName(domain), stations, connections })}
      ${unlistedFrames > 0 ? html` ${t('stations.unlisted', { count: unlistedFrames })}` : nothing}
      ${strange.length === 0 && lastProblem === null ? nothing : html`<span class="strangers">${t('stations.strangers')} ${this.reasons(refused)}${this.problem(lastProblem)}</span>`}</li>`;
  }

  private row(station: HeardStation): TemplateResult {
    const { clock } = this.model;
    const key = keyOf(station);
    const open = key === this.unfolded;
    const hole = station.holes[0];
    return html`<tr data-station=${key} data-online=${String(station.online)}>
      <th scope="row">${station.station}${station.known ? nothing : html` <span class="tag">${t('stations.notInCatalogue')}</span>`}</th>
      <td class="short">${tOr(`protocol.${station.protocol}`, station.protocol)}</td>
      <td><span class="online online-${String(station.online)}"><span aria-hidden="true">${station.online ? '●' : '✕'}</span> ${t(station.online ? 'stations.yes' : 'stations.no')}</span>
        ${station.connections > 1 ? html`<span class="second">${t('stations.connections', { count: station.connections })}</span>` : nothing}</td>
      <td>${station.lastHeardAt === null ? t('stations.never') : html`${dateTimeText(station.lastHeardAt)} <span class="second">${spanText(clock.now() - Date.parse(station.lastHeardAt))}</span>`}</td>
      <td>${this.objectNames(station)} <span class="second">${this.model.city.domainName(station.domain)}</span></td>
      <td class="number">${station.frames.good}</td>
      <td class="number">${station.frames.partlyBad}</td>
      <td>${refusedOf(station.frames.refused) === 0 ? '0' : this.reasons(station.frames.refused)}</td>
      <td>${hole === undefined ? '–' : html`${t('stations.holesOpen', { count: station.holes.length })} <span class="second">${t('stations.hole', { from: shortTimeText(hole.from, clock.now()), until: shortTimeText(hole.until, clock.now()) })}</span>`}</td>
      <td class="problem">${station.lastProblem === null ? '–' : this.problem(station.lastProblem)}</td>
      <td>${station.unassigned === 0 && station.known ? '0' : html`<button type="button" aria-expanded=${open ? 'true' : 'false'} @click=${() => this.toggle(station)}>${t('stations.show', { count: station.unassigned })}</button>`}</td>
    </tr>${open ? html`<tr class="unfolded" data-testid="unassigned"><td colspan=${COLUMNS}>${this.unassigned(station)}</td></tr>` : nothing}`;
  }

  private unassigned(station: HeardStation): TemplateResult {
    if (this.elementsFailure !== '') return html`<p class="failure" role="alert">${t('page.failed', { reason: this.elementsFailure })}</p>`;
    if (this.elements === null) return html`<p>${t('page.loading')}</p>`;
    const shown = this.elements.slice(0, MOST_ELEMENTS);
    return html`<div class="to-do">
      <p>${t(station.known ? 'stations.todo' : 'stations.todoGateway')}</p>
      ${shown.length === 0 ? nothing : html`<ul class="elements">${shown.map(({ id, name, unit, decimals, latest }) => html`<li data-element=${id}><strong>${name}</strong> ${latest === null ? t('datastreams.noValue') : latestText(latest, unit, decimals)}
        ${latest === null ? nothing : html`<span class="second">${shortTimeText(latest.observedAt, this.model.clock.now())}</span>`}</li>`)}</ul>`}
      ${this.elements.length > MOST_ELEMENTS ? html`<p>${t('stations.moreElements', { shown: MOST_ELEMENTS })}</p>` : nothing}
      <pre tabindex="0" data-testid="catalogue-entry" aria-label=${t('stations.entry')}>${catalogueEntry(station, shown, { station: t('stations.hintStation'), quantity: t('stations.hintQuantity') })}</pre></div>`;
  }

  private reasons(refused: Readonly<Record<string, number>>): TemplateResult[] {
    return Object.entries(refused).map(([reason, count]) => html`<span class="reason">${this.word(reason)} × ${count}</span>`);
  }

  private problem(problem: HeardProblem | null): TemplateResult | typeof nothing {
    return problem === null ? nothing : html`${this.word(problem.code)} <span class="second">${shortTimeText(problem.at, this.model.clock.now())}${problem.detail === null ? '' : ` · ${problem.detail}`}</span>`;
  }

  private word(code: string): string { return tOr(`frame.${code}`, tOr(`reject.${code}`, code)); }

  private objectNames({ known, catalogueStations }: HeardStation): string {
    if (!known) return t('stations.noEntry');
    return catalogueStations.length === 0 ? t('stations.noObject') : catalogueStations.map((id) => localText(this.model.city.stations.get(id)?.name, id)).join(', ');
  }

  private searchText(station: HeardStation): string {
    return [keyOf(station), tOr(`protocol.${station.protocol}`, ''), this.objectNames(station), this.model.city.domainName(station.domain)].join(' ').toLocaleLowerCase();
  }

  private toggle(station: HeardStation): void {
    const key = keyOf(station);
    this.unfolded = this.unfolded === key ? null : key;
    this.elements = null;
    this.elementsFailure = '';
    this.requestUpdate();
    if (this.unfolded !== null) void this.loadElements(station).then(() => this.requestUpdate());
  }

  // What it cannot load it says in its own place: the table stands all the same.
  private async loadElements(station: HeardStation | undefined): Promise<void> {
    if (station === undefined) return;
    const key = keyOf(station);
    try {
      const elements = await api.unassigned(station.station);
      if (key === this.unfolded) [this.elements, this.elementsFailure] = [elements, ''];
    } catch (error) {
      if (key === this.unfolded) this.elementsFailure = reasonOf(error);
    }
  }
}

customElements.define('sg-stations', StationsPage);
