// The readings around the selected alarm, with its limits and what happened to it. Where the limits are for a sum or a rate, that is drawn with
// them, and the readings faintly beside it. While the window reaches into the present it is asked for again every few seconds.
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { api } from '../api/client';
import type { AlarmDetail, Readings, Trend } from '../api/types';
import { dateTimeText, numberText, spanText, unitText } from '../text/format';
import { language, reasonOf, t } from '../text/language';
import { measureText } from '../text/measure';
import { TrendChart, type TrendLimit, type TrendMark, type TrendPicture } from '../trend/trend-chart';
import { isWindowed, seriesOf, seriesOfMeasure, type TrendSeries } from '../trend/trend-data';
import { everyText, RANGES, READINGS_LIMIT, windowOf, type RangeName, type TrendWindow } from '../trend/trend-ranges';
import { ConsoleElement } from './console-element';

const REFRESH_MS = 5_000;

export class AlarmTrend extends ConsoleElement {
  static override properties = { ...ConsoleElement.properties, alarm: { attribute: false } };

  declare alarm: AlarmDetail;
  private range: RangeName = 'hour';
  private shownFor = '';
  private window: TrendWindow | null = null;
  private readings: Readings | null = null;
  private trend: Trend | null = null;
  private series: TrendSeries | null = null;
  /** What the limits are for, where that is not the readings themselves. */
  private measured: TrendSeries | null = null;
  private failure = '';
  private cursor = '';
  private asked = 0;
  private chart: TrendChart | null = null;
  private drawn = '';
  private timer: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = setInterval(() => this.refreshIfLive(), REFRESH_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.timer);
    this.asked++;
    this.chart?.destroy();
    this.chart = null;
    this.drawn = '';
  }

  protected override willUpdate(_changed: PropertyValues): void {
    if (this.shownFor === this.alarm.id) return;
    this.shownFor = this.alarm.id;
    this.range = 'hour';
    this.clear();
    void this.load();
  }

  private clear(): void {
    this.readings = null;
    this.trend = null;
    this.series = null;
    this.measured = null;
    this.window = null;
    this.failure = '';
    this.cursor = '';
  }

  private setRange(range: RangeName): void {
    this.range = range;
    this.clear();
    void this.load();
    this.requestUpdate();
  }

  private refreshIfLive(): void {
    if (document.hidden || this.window === null) return;
    if (this.range === 'now' ? this.alarm.active : this.window.to + 60_000 > this.model.clock.now()) void this.load();
  }

  private async load(): Promise<void> {
    const { datastream } = this.alarm;
    const asked = ++this.asked;
    if (datastream === null) return;
    const window = windowOf(this.range, this.alarm, this.model.clock.now());
    try {
      const every = window.everySeconds === null ? null : everyText(window.everySeconds);
      const [from, to] = [new Date(window.from), new Date(window.to)];
      const [readings, trend] = await Promise.all([
        api.readings(datastream, from, to, every, READINGS_LIMIT),
        isWindowed(this.alarm.measure) ? api.trend(this.alarm.id, from, to, every, READINGS_LIMIT) : null,
      ]);
      if (asked !== this.asked) return;
      this.window = window;
      this.readings = readings;
      this.trend = trend;
      this.series = seriesOf(readings, window.everySeconds);
      this.measured = trend === null ? null : seriesOfMeasure(trend, window.everySeconds);
      this.failure = '';
      this.model.track.show(this.alarm.id, readings);
    } catch (error) {
      if (asked !== this.asked) return;
      this.failure = reasonOf(error);
    }
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    const { alarm, series, window } = this;
    const limits = this.limitsDrawn();
    const unit = unitText(this.measured !== null ? alarm.unit : this.readings?.unit ?? alarm.unit);
    return html`
      <section class="trend" aria-label=${t('trend.label')} data-testid="trend" data-points=${series?.points ?? 0} data-limits=${series === null ? 0 : limits.length} data-range=${this.range}
        data-measure=${alarm.measure ?? ''} data-measured=${this.measured?.points ?? 0}>
        <div class="trend-head">
          <h3>${t('trend.label')}${this.measured === null || alarm.measure === null ? nothing : html` ${measureText(alarm.measure)}`}${unit === '' ? nothing : html` <span class="unit">${unit}</span>`}</h3>
          <div class="ranges" role="group" aria-label=${t('trend.range')}>
            ${RANGES.map((range) => html`<button type="button" aria-pressed=${range === this.range ? 'true' : 'false'} data-range=${range} title=${t(`trend.hint.${range}`)} @click=${() => this.setRange(range)}>${t(`trend.range.${range}`)}</button>`)}
          </div>
        </div>
        <div class="trend-plot" role="img" aria-label=${this.summary()} @trend-cursor=${(event: CustomEvent<string>) => { this.cursor = event.detail; this.requestUpdate(); }}></div>
        ${series !== null && this.pointsDrawn() > 0 ? nothing : html`<p class="trend-message">${this.messageText()}</p>`}
        <p class="trend-foot">${this.cursor !== '' ? this.cursor : html`${window?.everySeconds && series !== null ? t('trend.bucketed', { every: spanText(window.everySeconds * 1_000) }) : ''}
          ${this.readings?.truncated || this.trend?.truncated ? t('trend.truncated') : ''} ${this.measured !== null && alarm.measure !== null ? t('trend.measured', { measure: measureText(alarm.measure) }) : ''} ${
            series !== null && limits.length < (alarm.limits?.length ?? 0) ? t('trend.otherLimits', { measure: unitText(alarm.unit) }) : ''}`}</p>
      </section>`;
  }

  private messageText(): string {
    if (this.alarm.datastream === null) return t('trend.none');
    if (this.failure !== '') return t('trend.failed', { reason: this.failure });
    if (this.series === null) return t('trend.loading');
    return this.readings?.readings?.some((reading) => typeof reading.longitude === 'number') ? t('trend.position') : t('trend.empty');
  }

  private summary(): string {
    const { window, alarm } = this;
    const series = this.measured ?? this.series;
    if (series === null || window === null) return t('trend.label');
    const decimals = this.model.city.decimals(alarm.datastream);
    return t('trend.summary', { from: dateTimeText(window.from), to: dateTimeText(window.to), points: series.points, min: numberText(series.min, decimals), max: numberText(series.max, decimals) });
  }

  protected override updated(): void {
    const host = this.querySelector<HTMLElement>('.trend-plot');
    if (host === null) return;
    host.hidden = this.pointsDrawn() === 0;
    if (host.hidden || this.series === null || this.window === null) {
      this.chart?.destroy();
      this.chart = null;
      this.drawn = '';
      return;
    }
    const marks = this.marks();
    const drawn = `${this.asked} ${this.series.points} ${language()} ${this.alarm.revision} ${JSON.stringify(marks)}`;
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.chart ??= new TrendChart(host);
    this.chart.show({
      ...this.lines(this.series), from: this.window.from, to: this.window.to, limits: this.limitsDrawn(), marks, decimals: this.model.city.decimals(this.alarm.datastream),
    });
  }

  private pointsDrawn(): number { return (this.series?.points ?? 0) + (this.measured?.points ?? 0); }

  private lines(readings: TrendSeries): Pick<TrendPicture, 'series' | 'held' | 'label' | 'beside'> {
    const unit = this.readings?.unit ?? null;
    if (this.measured === null) return { series: readings, held: false, label: unitText(unit ?? this.alarm.unit), beside: null };
    return {
      series: this.measured, held: true, label: unitText(this.alarm.unit),
      beside: { series: readings, label: unitText(unit), ownScale: unit !== this.alarm.unit },
    };
  }

  // Beside single readings the limits of a sum or a rate would mislead: they are drawn with what they are for.
  private limitsDrawn(): readonly TrendLimit[] {
    const { alarm, readings } = this;
    if (this.measured !== null) return alarm.limits ?? [];
    const sameUnit = alarm.unit === null || readings === null || readings.unit === null || alarm.unit === readings.unit;
    return sameUnit && !isWindowed(alarm.measure) ? alarm.limits ?? [] : [];
  }

  private marks(): TrendMark[] {
    const { alarm } = this;
    const marks: TrendMark[] = [];
    const add = (iso: string | null, text: string): void => {
      if (iso !== null && !Number.isNaN(Date.parse(iso))) marks.push({ time: Date.parse(iso), text });
    };
    if (Date.parse(alarm.raisedAt) - Date.parse(alarm.onsetAt) > 30_000) add(alarm.onsetAt, t('trend.onset'));
    add(alarm.raisedAt, t('trend.raised'));
    add(alarm.acknowledgedAt, t('trend.acknowledged'));
    add(alarm.returnedAt, t('trend.returned'));
    return marks;
  }
}

customElements.define('sg-alarm-trend', AlarmTrend);
