// The latest value of every datastream, and those that nobody has put into the catalogue yet.
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { api, type Listed } from '../api/client';
import type { Datastream } from '../api/types';
import { dateTimeText, latestText, spanText } from '../text/format';
import { localText, t, tOr } from '../text/language';
import { PollingElement } from './polling-element';

/** A table of more rows is of no use to a person and slow to draw. */
const MOST_ROWS = 300;

export class DatastreamsPage extends PollingElement<Listed<Datastream>> {
  private search = '';
  private onlyUnassigned = false;

  protected override fetch(): Promise<Listed<Datastream>> { return api.datastreams(); }

  protected override content({ items: datastreams, cut }: Listed<Datastream>): TemplateResult {
    const unassigned = datastreams.filter((datastream) => !datastream.assigned).length;
    const wanted = this.search.trim().toLocaleLowerCase();
    const matching = datastreams.filter((datastream) => (!this.onlyUnassigned || !datastream.assigned) && (wanted === '' || this.searchText(datastream).includes(wanted)));
    return html`
      <div class="page-tools">
        <input type="search" data-page-search aria-label=${t('datastreams.search')} placeholder=${t('datastreams.search')} autocomplete="off" spellcheck="false" .value=${live(this.search)}
          @input=${(event: Event) => { this.search = (event.target as HTMLInputElement).value; this.requestUpdate(); }}>
        <label class="check"><input type="checkbox" .checked=${live(this.onlyUnassigned)} @change=${(event: Event) => { this.onlyUnassigned = (event.target as HTMLInputElement).checked; this.requestUpdate(); }}> ${t('datastreams.onlyUnassigned')}</label>
        <p class="page-summary">${t('datastreams.summary', { count: datastreams.length, unassigned })}</p>
      </div>
      ${matching.length === 0 ? html`<p class="empty">${t('datastreams.empty')}</p>` : html`<div class="table-frame" tabindex="0" role="region" aria-label=${t('datastreams.label')}><table data-testid="datastreams">
        <thead><tr><th scope="col">${t('datastreams.id')}</th><th scope="col">${t('datastreams.object')}</th><th scope="col">${t('detail.domain')}</th><th scope="col">${t('datastreams.quantity')}</th>
          <th scope="col" class="number">${t('datastreams.latest')}</th><th scope="col">${t('datastreams.quality')}</th><th scope="col">${t('datastreams.observed')}</th></tr></thead>
        <tbody>${matching.slice(0, MOST_ROWS).map((datastream) => this.row(datastream))}</tbody></table></div>`}
      ${cut ? html`<p class="page-summary">${t('page.cut', { count: datastreams.length })}</p>` : nothing}
      ${matching.length > MOST_ROWS ? html`<p class="page-summary">${t('datastreams.more', { shown: MOST_ROWS })}</p>` : nothing}`;
  }

  private row(datastream: Datastream): TemplateResult {
    const { latest } = datastream;
    const { city, clock } = this.model;
    return html`<tr data-datastream-id=${datastream.id} data-assigned=${String(datastream.assigned)}>
      <th scope="row">${datastream.id}${datastream.assigned ? nothing : html` <span class="tag">${t('datastreams.unassigned')}</span>`}</th>
      <td>${this.objectName(datastream)}</td>
      <td>${datastream.domain === null ? '–' : city.domainName(datastream.domain)}</td>
      <td>${datastream.quantity === null ? '–' : tOr(`quantity.${datastream.quantity}`, datastream.quantity)}</td>
      <td class=${latest?.text == null ? 'number' : 'text'}>${latest === null ? t('datastreams.noValue') : latestText(latest, datastream.unit, datastream.decimals)}</td>
      <td>${latest === null ? '' : tOr(`quality.${latest.quality}`, latest.quality)}</td>
      <td>${latest === null ? '' : html`${dateTimeText(latest.observedAt)} <span class="second">${spanText(clock.now() - Date.parse(latest.observedAt))}</span>`}</td>
    </tr>`;
  }

  private objectName(datastream: Datastream): string {
    const { city } = this.model;
    if (datastream.asset !== null) return localText(city.assets.get(datastream.asset)?.name, datastream.asset);
    return datastream.station === null ? '–' : localText(city.stations.get(datastream.station)?.name, datastream.station);
  }

  private searchText(datastream: Datastream): string {
    return [datastream.id, datastream.quantity ?? '', this.objectName(datastream), datastream.domain === null ? '' : this.model.city.domainName(datastream.domain)].join(' ').toLocaleLowerCase();
  }
}

customElements.define('sg-datastreams', DatastreamsPage);
