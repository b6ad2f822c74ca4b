// Everything about the selected alarm, and the one action of this first cut: acknowledge, with a name and a note.
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { api } from '../api/client';
import type { Alarm, AlarmDetail, AlarmTransition } from '../api/types';
import { levelOf, shownLevel } from '../model/levels';
import { dateTimeText, spanText, valueText } from '../text/format';
import { reasonOf, t, tOr } from '../text/language';
import { measureText } from '../text/measure';
import { isWindowed } from '../trend/trend-data';
import './alarm-trend';
import { ConsoleElement } from './console-element';
import { levelMark } from './level-mark';

const MAX_OPERATOR = 64;
const MAX_NOTE = 1_000;
const RETRY_MS = 3_000;

export class AlarmDetailPane extends ConsoleElement {
  private detail: AlarmDetail | null = null;
  private loadedFor = '';
  private failure = '';
  private retryTimer: ReturnType<typeof setTimeout> | undefined;

  protected override willUpdate(): void {
    const alarm = this.model.selected;
    const wanted = alarm === undefined ? '' : `${alarm.id} ${alarm.revision}`;
    if (wanted === this.loadedFor) return;
    this.loadedFor = wanted;
    this.failure = '';
    clearTimeout(this.retryTimer);
    if (alarm === undefined || this.detail?.id !== alarm.id) this.detail = null;
    if (alarm !== undefined) void this.load(alarm.id, wanted);
  }

  private async load(id: string, wanted: string): Promise<void> {
    try {
      const detail = await api.alarm(id);
      if (wanted !== this.loadedFor) return;
      this.detail = detail;
      this.failure = '';
      this.model.store.apply(detail);
    } catch (error) {
      if (wanted !== this.loadedFor) return;
      this.failure = reasonOf(error);
      this.retryTimer = setTimeout(() => { if (wanted === this.loadedFor) void this.load(id, wanted); }, RETRY_MS);
    }
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    const alarm = this.model.selected;
    return html`<section class="detail" data-testid="detail" aria-label=${t('detail.label')} data-alarm-id=${alarm?.id ?? ''}>
      ${alarm === undefined ? html`<p class="empty">${t('detail.none')}</p>` : this.alarmTemplate(alarm)}
    </section>`;
  }

  private alarmTemplate(alarm: Alarm): TemplateResult {
    const { city } = this.model;
    // Live facts come with the list's alarm, limits and history with the detail, which may be one revision behind for a moment.
    const detail = this.detail === null ? null : { ...this.detail, ...alarm };
    return html`
      <header class="detail-head">
        <div class="detail-level">${levelMark(shownLevel(alarm))}</div>
        <div class="detail-title"><h2>${city.objectName(alarm)}</h2><p>${city.title(alarm)}</p></div>
        <div class="detail-states">
          <span class="state">${t(alarm.active ? 'state.active' : 'state.returned')}</span><span class="state">${t(alarm.acknowledged ? 'state.acknowledged' : 'state.unacknowledged')}</span>
          ${alarm.retrospective ? html`<span class="state tag" title=${t('state.retrospective.hint')}>${t('state.retrospective')}</span>` : nothing}
        </div>
      </header>
      <div class="detail-body">
        <div class="detail-side">
          ${alarm.acknowledged ? this.acknowledgedTemplate(alarm) : this.acknowledgeForm()}
          ${this.failure !== '' ? html`<p class="failure" role="alert">${t('detail.failed', { reason: this.failure })}</p>` : nothing}
          ${this.facts(alarm, detail)}
          ${detail === null ? nothing : this.history(detail.transitions ?? [], alarm)}
        </div>
        <div class="detail-trend">${detail === null ? html`<p class="empty">${t('detail.loading')}</p>` : html`<sg-alarm-trend .model=${this.model} .alarm=${detail}></sg-alarm-trend>`}</div>
      </div>`;
  }

  private acknowledgeForm(): TemplateResult {
    const { model } = this;
    return html`<form class="ack" @submit=${this.submit}>
      <label class="ack-note">${t('ack.note')}<textarea data-testid="ack-note" name="note" rows="2" maxlength=${MAX_NOTE} placeholder=${t('ack.note.hint')}
        .value=${live(model.note)} @input=${(event: Event) => { model.note = (event.target as HTMLTextAreaElement).value; }} @keydown=${this.noteKey}></textarea></label>
      <label>${t('ack.operator')}<input type="text" data-testid="ack-operator" name="operator" autocomplete="name" maxlength=${MAX_OPERATOR} placeholder=${t('ack.operator.hint')}
        .value=${live(model.operator)} @input=${(event: Event) => model.setOperator((event.target as HTMLInputElement).value)}></label>
      <button type="submit" class="primary" data-testid="ack-button" ?disabled=${model.acknowledging}>${t(model.acknowledging ? 'ack.sending' : 'ack.button')} <kbd aria-hidden="true">A</kbd></button>
      ${model.acknowledgeError === '' ? nothing : html`<p class="failure" role="alert">${model.acknowledgeError}</p>`}
    </form>`;
  }

  private acknowledgedTemplate(alarm: Alarm): TemplateResult {
    return html`<div class="acknowledged" data-testid="acknowledged">
      <p>${t('detail.acknowledgedBy', { operator: alarm.acknowledgedBy ?? '–', time: dateTimeText(alarm.acknowledgedAt) })}</p>
      ${alarm.note ? html`<p class="note">${alarm.note}</p>` : nothing}
    </div>`;
  }

  private facts(alarm: Alarm, detail: AlarmDetail | null): TemplateResult {
    const { city, clock } = this.model;
    const decimals = city.decimals(alarm.datastream);
    const limits = [...detail?.limits ?? []].sort((a, b) => levelOf(b.level).rank - levelOf(a.level).rank);
    const row = (name: string, value: unknown): TemplateResult | typeof nothing => (value === null || value === undefined || value === '' ? nothing : html`<div><dt>${name}</dt><dd>${value}</dd></div>`);
    return html`<dl class="facts" aria-label=${t('detail.facts')}>
      ${row(t('detail.value'), alarm.value === null ? null : html`<strong>${valueText(alarm.value, alarm.unit, decimals)}</strong>`)}
      ${row(t('detail.limits'), limits.length === 0 ? (alarm.limit === null ? null : valueText(alarm.limit, alarm.unit)) : html`${detail?.direction ? t(`detail.${detail.direction}`) : nothing}
        ${limits.map((limit) => html`<span class="limit">${levelMark(levelOf(limit.level), false)} ${valueText(limit.value, alarm.unit)}</span>`)}`)}
      ${row(t('detail.measure'), detail !== null && detail.measure !== null && isWindowed(detail.measure) ? measureText(detail.measure) : null)}
      ${row(t('detail.evidence'), detail?.evidence?.length ? detail.evidence.map((part) => html`<span class="limit">${part.name} ${valueText(part.value, part.unit)}</span> `) : null)}
      ${row(t('detail.raised'), `${dateTimeText(alarm.raisedAt)} (${spanText(clock.now() - Date.parse(alarm.raisedAt))})`)}
      ${row(t('detail.onset'), Math.abs(Date.parse(alarm.raisedAt) - Date.parse(alarm.onsetAt)) < 1_000 ? null : dateTimeText(alarm.onsetAt))}
      ${row(t('detail.returned'), alarm.returnedAt === null ? null : dateTimeText(alarm.returnedAt))}
      ${row(t('detail.cleared'), alarm.clearedAt === null ? null : dateTimeText(alarm.clearedAt))}
      ${row(t('detail.peak'), alarm.peakLevel === alarm.level ? null : levelMark(levelOf(alarm.peakLevel)))}
      ${row(t('detail.domain'), [city.domainName(alarm.domain), city.kindOf(alarm)].filter(Boolean).join(' · '))}
      ${row(t('detail.area'), city.areaName(alarm))}
      ${row(t('detail.plan'), alarm.plan)}
      ${row(t('detail.datastream'), alarm.datastream)}
      ${row(t('detail.gateway'), alarm.datastream === null ? alarm.gateway : null)}
      ${row(t('detail.rule'), alarm.ruleVersion === null ? alarm.rule : `${alarm.rule} @ ${alarm.ruleVersion}`)}
      ${row(t('detail.id'), alarm.id)}
    </dl>`;
  }

  private history(transitions: readonly AlarmTransition[], alarm: Alarm): TemplateResult {
    return html`<section class="history"><h3>${t('detail.history')}</h3><ol>
      ${transitions.map((step) => html`<li><time datetime=${step.at}>${dateTimeText(step.at)}</time> <span class="step">${tOr(`transition.${step.kind}`, step.kind)}</span>
        ${step.level === 'none' ? nothing : levelMark(levelOf(step.level), false)} ${step.value === null ? nothing : valueText(step.value, alarm.unit)}
        ${step.by ? html`<span class="by">${step.by}</span>` : nothing}${step.reason ? html` <span class="note">${step.reason}</span>` : nothing}${step.note ? html`<span class="note">${step.note}</span>` : nothing}</li>`)}
    </ol></section>`;
  }

  private readonly submit = (event: Event): void => {
    event.preventDefault();
    if (this.model.operator.trim() === '') this.focusOn('ack-operator');
    void this.model.acknowledge();
  };

  private readonly noteKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); void this.model.acknowledge(); }
  };

  /** Puts the cursor into a field of the form; without an alarm to acknowledge there is none. */
  focusOn(field: 'ack-operator' | 'ack-note'): void {
    this.querySelector<HTMLElement>(`[data-testid="${field}"]`)?.focus();
  }
}

customElements.define('sg-alarm-detail', AlarmDetailPane);
