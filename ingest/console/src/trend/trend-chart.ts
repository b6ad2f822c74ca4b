// The chart itself: uPlot with the limits as lines in the levels' colours and marks for what happened. Everything is drawn on the canvas
// or set through style objects; uPlot adds no markup of ours.
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { levelOf } from '../model/levels';
import { clockText, dateText, numberText } from '../text/format';
import type { LevelName } from '../api/types';
import type { TrendSeries } from './trend-data';

export interface TrendLimit { readonly level: LevelName; readonly value: number }
export interface TrendMark { readonly time: number; readonly text: string }

export interface TrendPicture {
  readonly series: TrendSeries;
  readonly from: number;
  readonly to: number;
  readonly limits: readonly TrendLimit[];
  readonly marks: readonly TrendMark[];
  readonly decimals: number | null;
  readonly label: string;
}

const INK = '#c9d3d1';
const FAINT = '#2b3735';
const LINE = '#e8f0ee';
const FONT = '12px "Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif';

export class TrendChart {
  private plot: uPlot | null = null;
  private picture: TrendPicture | null = null;
  private readonly resize: ResizeObserver;

  constructor(private readonly host: HTMLElement) {
    this.resize = new ResizeObserver(() => this.fit());
    this.resize.observe(host);
  }

  show(picture: TrendPicture): void {
    const sameShape = this.plot !== null && this.picture !== null && (this.picture.series.lowest === null) === (picture.series.lowest === null);
    this.picture = picture;
    if (!sameShape) this.rebuild();
    else this.plot?.setData(dataOf(picture.series), true);
  }

  destroy(): void {
    this.resize.disconnect();
    this.plot?.destroy();
    this.plot = null;
  }

  private rebuild(): void {
    this.plot?.destroy();
    const { width, height } = this.size();
    this.plot = new uPlot({ ...this.options(), width, height }, dataOf(this.picture!.series), this.host);
  }

  private fit(): void {
    const size = this.size();
    if (this.plot !== null && (size.width !== this.plot.width || size.height !== this.plot.height)) this.plot.setSize(size);
  }

  private size(): { width: number; height: number } {
    return { width: Math.max(160, this.host.clientWidth), height: Math.max(120, this.host.clientHeight) };
  }

  private options(): Omit<uPlot.Options, 'width' | 'height'> {
    const banded = this.picture!.series.lowest !== null;
    const line = { stroke: LINE, width: 1.5, points: { show: (plot: uPlot) => plot.data[0].length < 120, size: 4, fill: LINE } };
    const edge = { stroke: 'transparent', width: 0, points: { show: false } };
    return {
      legend: { show: false },
      cursor: { y: false, points: { size: 7 }, drag: { x: false, y: false } },
      padding: [36, 26, 0, 0],
      scales: { x: { time: true, range: () => [this.picture!.from / 1_000, this.picture!.to / 1_000] }, y: { range: (_plot, min, max) => this.valueRange(min, max) } },
      axes: [
        { stroke: INK, font: FONT, grid: { stroke: FAINT, width: 1 }, ticks: { stroke: FAINT }, space: 64, values: (_plot, splits) => splits.map((split, i) => timeTick(split, splits[i - 1])) },
        { stroke: INK, font: FONT, grid: { stroke: FAINT, width: 1 }, ticks: { stroke: FAINT }, size: 56, values: (_plot, splits) => splits.map((split) => numberText(split)) },
      ],
      series: banded ? [{}, line, edge, edge] : [{}, line],
      ...(banded ? { bands: [{ series: [3, 2] as [number, number], fill: 'rgba(200, 215, 211, 0.22)' }] } : {}),
      hooks: { drawAxes: [(plot) => this.drawLimits(plot)], draw: [(plot) => this.drawMarks(plot)], setCursor: [(plot) => this.showCursor(plot)] },
    };
  }

  // The limits are always in sight: a value far below its limit should look far below it.
  private valueRange(min: number | null, max: number | null): [number, number] {
    const values = [min, max, ...this.picture!.limits.map((limit) => limit.value)].filter((value): value is number => value !== null && Number.isFinite(value));
    if (values.length === 0) return [0, 1];
    const low = Math.min(...values);
    const high = Math.max(...values);
    const margin = (high - low || Math.abs(high) || 1) * 0.08;
    return [low - margin, high + margin];
  }

  private drawLimits(plot: uPlot): void {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.font = scaled(FONT);
    ctx.textBaseline = 'bottom';
    for (const limit of this.picture!.limits) {
      const level = levelOf(limit.level);
      const y = Math.round(plot.valToPos(limit.value, 'y', true)) + 0.5;
      ctx.strokeStyle = level.colour;
      ctx.fillStyle = level.colour;
      ctx.lineWidth = 1.5 * devicePixelRatio;
      ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
      ctx.textAlign = 'left';
      ctx.textBaseline = 'middle';
      ctx.fillText(level.numeral, bbox.left + bbox.width + 6 * devicePixelRatio, y);
    }
    ctx.restore();
  }

  private drawMarks(plot: uPlot): void {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.font = scaled(FONT);
    ctx.textBaseline = 'bottom';
    ctx.lineWidth = devicePixelRatio;
    // Two lines for the words: marks close together do not write over each other. A third one's word is left out; the history has it.
    const freeFrom = [-Infinity, -Infinity];
    for (const mark of [...this.picture!.marks].sort((a, b) => a.time - b.time)) {
      const x = Math.round(plot.valToPos(mark.time / 1_000, 'x', true)) + 0.5;
      if (x < bbox.left - 1 || x > bbox.left + bbox.width + 1) continue;
      const width = ctx.measureText(mark.text).width;
      const left = Math.min(Math.max(x - width / 2, bbox.left), bbox.left + bbox.width - width);
      const line = freeFrom.findIndex((free) => left >= free);
      const top = bbox.top - Math.max(0, line) * 15 * devicePixelRatio;
      ctx.strokeStyle = INK;
      ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
      ctx.beginPath();
      ctx.moveTo(x, top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      if (line < 0) continue;
      ctx.fillStyle = INK;
      ctx.textAlign = 'left';
      ctx.fillText(mark.text, left, top - 3 * devicePixelRatio);
      freeFrom[line] = left + width + 8 * devicePixelRatio;
    }
    ctx.restore();
  }

  private showCursor(plot: uPlot): void {
    const index = plot.cursor.idx;
    const time = index === null || index === undefined ? undefined : plot.data[0][index];
    const value = index === null || index === undefined ? undefined : plot.data[1]?.[index];
    const text = time === undefined || value === undefined || value === null || (plot.cursor.left ?? -1) < 0 ? ''
      : `${dateText(time * 1_000)} ${clockText(time * 1_000)}  ${numberText(value, this.picture!.decimals)} ${this.picture!.label}`;
    this.host.dispatchEvent(new CustomEvent('trend-cursor', { detail: text }));
  }
}

const dataOf = (series: TrendSeries): uPlot.AlignedData =>
  (series.lowest === null || series.highest === null ? [series.times, series.values] : [series.times, series.values, series.lowest, series.highest]);

const scaled = (font: string): string => font.replace(/^(\d+)px/, (_whole, size: string) => `${Number(size) * devicePixelRatio}px`);

// 24 hours, with the day where it changes.
function timeTick(seconds: number, before: number | undefined): string {
  const time = seconds * 1_000;
  const clock = clockText(time);
  const short = clock.endsWith(':00') ? clock.slice(0, 5) : clock;
  return before === undefined || dateText(before * 1_000) !== dateText(time) ? `${short}\n${dateText(time).slice(5)}` : short;
}
