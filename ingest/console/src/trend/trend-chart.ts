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

/** A second line, for comparison: the readings that a measure was made of. */
export interface TrendBeside {
  readonly series: TrendSeries;
  readonly label: string;
  /** Its values are in another unit: it gets a scale on the right. */
  readonly ownScale: boolean;
}

export interface TrendPicture {
  /** What the limits are for. */
  readonly series: TrendSeries;
  /** A value holds until the next one: drawn as steps. */
  readonly held: boolean;
  readonly beside: TrendBeside | null;
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
const BESIDE = '#8b9996';
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
    const sameShape = this.plot !== null && this.picture !== null && shapeOf(this.picture) === shapeOf(picture);
    this.picture = picture;
    if (!sameShape) this.rebuild();
    else this.plot?.setData(dataOf(picture), true);
  }

  destroy(): void {
    this.resize.disconnect();
    this.plot?.destroy();
    this.plot = null;
  }

  private rebuild(): void {
    this.plot?.destroy();
    const { width, height } = this.size();
    this.plot = new uPlot({ ...this.options(), width, height }, dataOf(this.picture!), this.host);
  }

  private fit(): void {
    const size = this.size();
    if (this.plot !== null && (size.width !== this.plot.width || size.height !== this.plot.height)) this.plot.setSize(size);
  }

  private size(): { width: number; height: number } {
    return { width: Math.max(160, this.host.clientWidth), height: Math.max(120, this.host.clientHeight) };
  }

  private options(): Omit<uPlot.Options, 'width' | 'height'> {
    const { held, beside, series } = this.picture!;
    const banded = series.lowest !== null;
    const few = (plot: uPlot): boolean => plot.data[0].length < 120;
    const steps = held && !banded ? uPlot.paths.stepped?.({ align: 1 }) : undefined;
    const line = { stroke: LINE, width: 1.5, points: { show: few, size: 4, fill: LINE }, ...(steps === undefined ? {} : { paths: steps }) };
    const edge = { stroke: 'transparent', width: 0, points: { show: false } };
    const faint = { stroke: BESIDE, width: 1, scale: beside?.ownScale ? 'beside' : 'y', points: { show: few, size: 3, fill: BESIDE } };
    return {
      legend: { show: false },
      cursor: { y: false, points: { size: 7 }, drag: { x: false, y: false } },
      padding: [36, beside?.ownScale ? 0 : 26, 0, 0],
      scales: { x: { time: true, range: () => [this.picture!.from / 1_000, this.picture!.to / 1_000] }, y: { range: (_plot, min, max) => this.valueRange(min, max) } },
      axes: [
        { stroke: INK, font: FONT, grid: { stroke: FAINT, width: 1 }, ticks: { stroke: FAINT }, space: 64, values: (_plot, splits) => splits.map((split, i) => timeTick(split, splits[i - 1])) },
        { stroke: INK, font: FONT, grid: { stroke: FAINT, width: 1 }, ticks: { stroke: FAINT }, size: 56, values: (_plot, splits) => splits.map((split) => numberText(split)) },
        // Its numbers leave room for the numerals of the limits.
        ...(beside?.ownScale ? [{ scale: 'beside', side: 1 as const, stroke: BESIDE, font: FONT, grid: { show: false }, ticks: { stroke: FAINT }, gap: 22, size: 72, values: (_plot: uPlot, splits: number[]) => splits.map((split) => numberText(split)) }] : []),
      ],
      series: [{}, line, ...(banded ? [edge, edge] : []), ...(beside === null ? [] : [faint])],
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
    const { decimals, label, beside } = this.picture!;
    const index = plot.cursor.idx ?? -1;
    const time = plot.data[0][index];
    const value = valueAt(plot.data[1], index);
    const second = beside === null ? null : valueAt(plot.data.at(-1), index);
    const text = time === undefined || (value === null && second === null) || (plot.cursor.left ?? -1) < 0 ? ''
      : `${dateText(time * 1_000)} ${clockText(time * 1_000)}  ${numberText(value, decimals)} ${label}${beside === null ? '' : ` · ${numberText(second, decimals)} ${beside.label}`}`;
    this.host.dispatchEvent(new CustomEvent('trend-cursor', { detail: text }));
  }
}

const shapeOf = ({ series, held, beside }: TrendPicture): string => `${series.lowest !== null} ${held} ${beside === null ? '' : beside.ownScale}`;

// Two lines have times of their own: uPlot puts them in one order, and knows a time that is the other line's from a gap.
function dataOf({ series, beside }: TrendPicture): uPlot.AlignedData {
  const main: uPlot.AlignedData = series.lowest === null || series.highest === null ? [series.times, series.values] : [series.times, series.values, series.lowest, series.highest];
  return beside === null ? main : uPlot.join([main, [beside.series.times, beside.series.values]]);
}

// At a time that is the other line's, what the line had last.
function valueAt(column: ArrayLike<number | null | undefined> | undefined, index: number): number | null {
  for (let i = index; column !== undefined && i >= 0; i--) {
    const value = column[i];
    if (value !== undefined) return value;
  }
  return null;
}

const scaled = (font: string): string => font.replace(/^(\d+)px/, (_whole, size: string) => `${Number(size) * devicePixelRatio}px`);

// 24 hours, with the day where it changes.
function timeTick(seconds: number, before: number | undefined): string {
  const time = seconds * 1_000;
  const clock = clockText(time);
  const short = clock.endsWith(':00') ? clock.slice(0, 5) : clock;
  return before === undefined || dateText(before * 1_000) !== dateText(time) ? `${short}\n${dateText(time).slice(5)}` : short;
}
