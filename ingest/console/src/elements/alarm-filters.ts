// The filters above the list, with the number of open alarms by level as buttons: a count is also the way to see just those.
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { NO_FILTER, type StateFilter } from '../model/alarm-view';
import { LEVELS } from '../model/levels';
import { t } from '../text/language';
import { ConsoleElement } from './console-element';

const STATES: readonly StateFilter[] = ['open', 'unacknowledged', 'active', 'all'];

export class AlarmFilters extends ConsoleElement {
  protected override render(): TemplateResult {
    const { filter, city, store } = this.model;
    const counts = store.counts();
    const changed = JSON.stringify(filter) !== JSON.stringify(NO_FILTER);
    return html`
      <div class="filters" role="group" aria-label=${t('filter.label')}>
        <div class="level-counts" role="group" aria-label=${t('filter.level')}>
          ${LEVELS.map((level) => html`<button type="button" class="level-count" data-filter-level=${level.name} aria-pressed=${filter.level === level.name ? 'true' : 'false'}
            @click=${() => this.model.setFilter({ level: filter.level === level.name ? '' : level.name })}>
            <span class="level level-${level.name}"><span class="level-shape" aria-hidden="true">${level.shape}</span><span class="level-numeral">${level.numeral}</span></span><span
            class="visually-hidden">${t(`level.${level.name}`)}</span><span class="count">${counts.byLevel[level.name] ?? 0}</span></button>`)}
        </div>
        <select aria-label=${t('filter.state')} data-testid="filter-state" .value=${live(filter.state)} @change=${(event: Event) => this.model.setFilter({ state: valueOf(event) as StateFilter })}>
          ${STATES.map((state) => html`<option value=${state} ?selected=${filter.state === state}>${t(`filter.state.${state}`)}</option>`)}
        </select>
        <select aria-label=${t('filter.domain')} data-testid="filter-domain" .value=${live(filter.domain)} @change=${(event: Event) => this.model.setFilter({ domain: valueOf(event) })}>
          <option value="" ?selected=${filter.domain === ''}>${t('filter.domain.all')}</option>
          ${city.domains.map((domain) => html`<option value=${domain.id} ?selected=${filter.domain === domain.id}>${city.domainName(domain.id)} (${counts.byDomain[domain.id] ?? 0})</option>`)}
        </select>
        <input type="search" class="search" data-testid="filter-text" aria-label=${t('filter.text')} placeholder=${t('filter.text.hint')} autocomplete="off" spellcheck="false"
          .value=${live(filter.text)} @input=${(event: Event) => this.model.setFilter({ text: valueOf(event) })}>
        ${changed ? html`<button type="button" class="quiet" @click=${() => this.model.setFilter(NO_FILTER)}>${t('filter.clear')}</button>` : nothing}
        <span class="shown" aria-hidden="true">${t('list.shown', { count: this.model.rows().length })}</span>
      </div>`;
  }
}

const valueOf = (event: Event): string => (event.target as HTMLInputElement | HTMLSelectElement).value;

customElements.define('sg-alarm-filters', AlarmFilters);
