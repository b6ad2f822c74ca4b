// The alarm list. Only the rows in sight (and a few around them) are in the page, so thousands of alarms cost no more than twenty. A row a
// dispatcher is looking at does not move when others arrive: the list keeps the selected row, or else the first one in sight, where it is.
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Alarm } from '../api/types';
import { isOpen, shownLevel } from '../model/levels';
import { dateTimeText, shortTimeText, spanText, valueText } from '../text/format';
import { t } from '../text/language';
import { ConsoleElement } from './console-element';
import { levelMark } from './level-mark';

const OVERSCAN_ROWS = 8;
const MOST_ROWS = 160;
const FIRST_GUESS_ROW_PX = 58;

export class AlarmList extends ConsoleElement {
  private rowHeight = FIRST_GUESS_ROW_PX;
  private rows: Alarm[] = [];
  private places = new Map<string, number>();
  private nextScrollTop: number | null = null;
  private shownSelection: string | null = null;
  private shownFilter: unknown = null;
  private readonly newAbove = new Set<string>();
  private resize: ResizeObserver | null = null;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resize?.disconnect();
    this.resize = null;
  }

  private get grid(): HTMLElement | null { return this.querySelector<HTMLElement>('.alarm-grid'); }

  protected override willUpdate(): void {
    const before = { rows: this.rows, places: this.places };
    this.rows = this.model.rows();
    if (this.rows !== before.rows) this.places = new Map(this.rows.map((alarm, index) => [alarm.id, index]));
    const grid = this.grid;
    this.nextScrollTop = null;
    if (grid === null) return;
    const filterChanged = this.shownFilter !== this.model.filter;
    const selectionChanged = this.shownSelection !== this.model.selectedId;
    this.shownFilter = this.model.filter;
    this.shownSelection = this.model.selectedId;
    if (filterChanged) { this.nextScrollTop = 0; this.newAbove.clear(); }
    else if (selectionChanged) this.nextScrollTop = this.toReveal(grid, this.model.selectedId);
    else if (this.rows !== before.rows) this.keepInPlace(grid, before.rows, before.places);
  }

  private keepInPlace(grid: HTMLElement, rows: readonly Alarm[], places: ReadonlyMap<string, number>): void {
    const anchor = this.anchorOf(grid, rows, places);
    if (anchor === null) return;
    this.nextScrollTop = Math.max(0, grid.scrollTop + (anchor.now - anchor.before) * this.rowHeight);
    const firstInSight = Math.floor(this.nextScrollTop / this.rowHeight);
    for (let index = 0; index < firstInSight; index++) {
      const alarm = this.rows[index];
      if (alarm !== undefined && !places.has(alarm.id) && !alarm.acknowledged) this.newAbove.add(alarm.id);
    }
  }

  // The row to hold still: the selected one unless its own change (acknowledged, escalated) is what moves it, else the first one in sight.
  private anchorOf(grid: HTMLElement, rows: readonly Alarm[], places: ReadonlyMap<string, number>): { before: number; now: number } | null {
    const first = Math.floor(grid.scrollTop / this.rowHeight);
    const last = Math.ceil((grid.scrollTop + grid.clientHeight) / this.rowHeight);
    const selectedAt = this.model.selectedId === null ? undefined : places.get(this.model.selectedId);
    const candidates = selectedAt !== undefined && selectedAt >= first && selectedAt <= last ? [selectedAt] : [];
    if (grid.scrollTop > 0) for (let index = first; index <= last; index++) candidates.push(index);
    for (const index of candidates) {
      const then = rows[index];
      const now = then === undefined ? undefined : this.places.get(then.id);
      const alarm = now === undefined ? undefined : this.rows[now];
      if (then === undefined || now === undefined || alarm === undefined) continue;
      if (alarm.acknowledged === then.acknowledged && shownLevel(alarm) === shownLevel(then)) return { before: index, now };
    }
    return null;
  }

  private toReveal(grid: HTMLElement, id: string | null): number | null {
    const place = id === null ? undefined : this.places.get(id);
    if (place === undefined) return null;
    const header = grid.querySelector<HTMLElement>('.alarm-head')?.offsetHeight ?? 0;
    const top = place * this.rowHeight;
    const room = grid.clientHeight - header - this.rowHeight;
    if (top < grid.scrollTop) return top;
    return top > grid.scrollTop + room ? top - room : null;
  }

  protected override render(): TemplateResult {
    const { live, filter, selectedId } = this.model;
    const state = live.state();
    const [from, to] = this.window();
    return html`
      <div class="alarm-grid" role="grid" tabindex="0" data-testid="alarm-list" data-total=${this.rows.length}
        aria-label=${t('list.label')} aria-rowcount=${this.rows.length + 1}
        aria-activedescendant=${selectedId !== null && this.places.has(selectedId) ? `alarm-${selectedId}` : nothing} @scroll=${this.scrolled}>
        <div class="alarm-head" role="rowgroup"><div class="alarm-columns" role="row" aria-rowindex="1">
          ${(['level', 'object', 'area', 'value', 'raised', 'state'] as const).map((column) => html`<div role="columnheader" class="cell cell-${column}">${t(`list.${column}`)}</div>`)}
        </div></div>
        ${this.rows.length === 0 ? nothing : html`<div class="alarm-body" role="rowgroup">
          <div class="spacer spacer-top" role="presentation"></div>
          ${repeat(this.rows.slice(from, to), (alarm) => alarm.id, (alarm, index) => this.row(alarm, from + index))}
          <div class="spacer spacer-bottom" role="presentation"></div>
        </div>`}
      </div>
      ${this.rows.length === 0 ? html`<p class="empty">${t(!state.loaded ? 'list.loading' : filter.state === 'open' && filter.domain + filter.level + filter.text === '' ? 'list.none' : 'list.empty')}</p>` : nothing}
      ${this.newAbove.size > 0 ? html`<button class="new-above" type="button" @click=${this.toTop}>${t('list.newAbove', { count: this.newAbove.size })}</button>` : nothing}
      ${state.notLoaded > 0 ? html`<p class="list-foot">${t('list.notLoaded', { count: state.notLoaded })}</p>` : nothing}`;
  }

  private row(alarm: Alarm, index: number): TemplateResult {
    const { city, clock, selectedId } = this.model;
    const level = shownLevel(alarm);
    const selected = alarm.id === selectedId;
    const area = city.areaName(alarm);
    const decimals = city.decimals(alarm.datastream);
    return html`
      <div class="alarm-row alarm-columns ${alarm.acknowledged ? '' : 'is-unacknowledged'} ${alarm.active ? '' : 'is-returned'} ${selected ? 'is-selected' : ''}"
        role="row" id="alarm-${alarm.id}" aria-rowindex=${index + 2} aria-selected=${selected ? 'true' : 'false'} data-testid="alarm-row"
        data-alarm-id=${alarm.id} data-level=${level.name} data-domain=${alarm.domain} data-acknowledged=${String(alarm.acknowledged)} @click=${() => this.pick(alarm.id)}>
        <div class="cell cell-level" role="gridcell">${levelMark(level)}</div>
        <div class="cell cell-object" role="gridcell"><span class="first" title=${city.objectName(alarm)}>${city.objectName(alarm)}</span><span class="second" title=${city.title(alarm)}>${alarm.retrospective
          ? html`<span class="tag" title=${t('state.retrospective.hint')}>${t('state.retrospective')}</span>` : nothing}${city.title(alarm)}</span></div>
        <div class="cell cell-area ${area === '' ? 'is-alone' : ''}" role="gridcell"><span class="first">${city.domainName(alarm.domain)}</span><span class="second" title=${area}>${area}</span></div>
        <div class="cell cell-value" role="gridcell"><span class="first">${alarm.value === null ? '–' : valueText(alarm.value, alarm.unit, decimals)}</span><span
          class="second">${alarm.limit === null ? '' : html`<span aria-hidden="true">/ </span><span class="visually-hidden">${t('detail.limit')}</span>${valueText(alarm.limit, alarm.unit)}`}</span></div>
        <div class="cell cell-raised" role="gridcell"><span class="first" title=${dateTimeText(alarm.raisedAt)}>${shortTimeText(alarm.raisedAt, clock.now())}</span><span
          class="second">${spanText(clock.now() - Date.parse(alarm.raisedAt))}</span></div>
        <div class="cell cell-state" role="gridcell"><span class="first">${t(alarm.acknowledged ? 'list.acknowledged' : 'list.unacknowledged')}</span><span
          class="second">${t(alarm.active ? 'state.active' : isOpen(alarm) ? 'state.returned' : 'state.closed')}</span></div>
      </div>`;
  }

  private window(): [number, number] {
    const top = this.nextScrollTop ?? this.grid?.scrollTop ?? 0;
    const height = this.grid?.clientHeight || window.innerHeight;
    const from = Math.max(0, Math.floor(top / this.rowHeight) - OVERSCAN_ROWS);
    const count = Math.min(MOST_ROWS, Math.ceil(height / this.rowHeight) + 2 * OVERSCAN_ROWS);
    return [from, Math.min(this.rows.length, from + count)];
  }

  protected override updated(): void {
    const grid = this.grid;
    if (grid === null) return;
    if (this.resize === null) {
      this.resize = new ResizeObserver(() => this.measure());
      this.resize.observe(grid);
    }
    const [from, to] = this.window();
    this.spacer('.spacer-top', from * this.rowHeight);
    // A row can only stay in place while as much lies below the window's top as the window is high: a short list gets room added.
    const head = this.querySelector<HTMLElement>('.alarm-head')?.offsetHeight ?? 0;
    const room = (this.nextScrollTop ?? grid.scrollTop) + grid.clientHeight - head - this.rows.length * this.rowHeight;
    this.spacer('.spacer-bottom', (this.rows.length - to) * this.rowHeight + Math.max(0, room));
    if (this.nextScrollTop !== null && grid.scrollTop !== this.nextScrollTop) grid.scrollTop = this.nextScrollTop;
    this.measure();
  }

  // Set through the style object, which the content security policy allows; a style attribute it does not.
  private spacer(selector: string, pixels: number): void {
    const spacer = this.querySelector<HTMLElement>(selector);
    if (spacer !== null) spacer.style.height = `${Math.max(0, pixels)}px`;
  }

  private measure(): void {
    const height = this.querySelector<HTMLElement>('.alarm-row')?.offsetHeight ?? 0;
    if (height > 0 && height !== this.rowHeight) {
      this.rowHeight = height;
      this.requestUpdate();
    }
  }

  private readonly scrolled = (): void => {
    if ((this.grid?.scrollTop ?? 0) < this.rowHeight) this.newAbove.clear();
    this.requestUpdate();
  };

  private readonly toTop = (): void => {
    this.newAbove.clear();
    this.grid?.scrollTo({ top: 0 });
    this.requestUpdate();
  };

  private pick(id: string): void {
    this.model.select(id);
    this.model.pane = 'detail';
    this.model.changed();
  }
}

customElements.define('sg-alarm-list', AlarmList);
