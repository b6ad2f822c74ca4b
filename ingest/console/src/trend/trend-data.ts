// From readings to the columns a chart draws. Pure: no chart, no request.
import type { Bucket, RawReading, Readings, Trend } from '../api/types';

export interface TrendSeries {
  /** Seconds since 1970, ascending; a gap is a time with null values, so that the line stops and starts again. */
  readonly times: number[];
  readonly values: (number | null)[];
  readonly lowest: (number | null)[] | null;
  readonly highest: (number | null)[] | null;
  /** How many readings or buckets have a number. */
  readonly points: number;
  readonly min: number | null;
  readonly max: number | null;
}

/** Silence this many times longer than usual is a gap, not a slow line. */
const GAP_FACTOR = 3.5;

export function seriesOf(readings: Readings, everySeconds: number | null): TrendSeries {
  return readings.buckets !== undefined ? ofBuckets(readings.buckets, everySeconds ?? 0) : ofReadings(readings.readings ?? []);
}

/** A measure has no gaps but those it says itself: a value holds until the next one. */
export function seriesOfMeasure(trend: Trend, everySeconds: number | null): TrendSeries {
  if (trend.buckets !== undefined) return ofBuckets(trend.buckets, everySeconds ?? 0, Infinity);
  const points = trend.points ?? [];
  return summed(points.map((point) => Date.parse(point.at) / 1_000), points.map((point) => point.value), null, null);
}

/** Whether an alarm's limits are for something else than single readings. */
export const isWindowed = (measure: string | null): boolean => measure !== null && measure !== 'last';

function ofReadings(readings: readonly RawReading[]): TrendSeries {
  // Missing and bad readings are no values: the line breaks where they stand.
  const rows = readings
    .map((reading) => ({ time: Date.parse(reading.at) / 1_000, value: usable(reading) ? reading.value ?? null : null }))
    .filter((row) => Number.isFinite(row.time))
    .sort((a, b) => a.time - b.time);
  const usual = usualStep(rows.map((row) => row.time));
  const times: number[] = [];
  const values: (number | null)[] = [];
  for (const row of rows) {
    const last = times.at(-1);
    if (last !== undefined && usual > 0 && row.time - last > usual * GAP_FACTOR) { times.push(last + usual); values.push(null); }
    times.push(row.time);
    values.push(row.value);
  }
  return summed(times, values, null, null);
}

function ofBuckets(buckets: readonly Bucket[], every: number, gapSteps = 1.5): TrendSeries {
  const times: number[] = [];
  const values: (number | null)[] = [];
  const lowest: (number | null)[] = [];
  const highest: (number | null)[] = [];
  const push = (time: number, avg: number | null, min: number | null, max: number | null): void => {
    times.push(time); values.push(avg); lowest.push(min); highest.push(max);
  };
  for (const bucket of buckets) {
    const start = Date.parse(bucket.at) / 1_000;
    if (!Number.isFinite(start)) continue;
    const last = times.at(-1);
    if (last !== undefined && every > 0 && start + every / 2 - last > every * gapSteps) push(last + every, null, null, null);
    push(start + every / 2, bucket.avg, bucket.min, bucket.max);
  }
  return summed(times, values, lowest, highest);
}

function usable(reading: RawReading): boolean {
  return typeof reading.value === 'number' && Number.isFinite(reading.value) && reading.quality !== 'missing' && reading.quality !== 'bad';
}

function usualStep(times: readonly number[]): number {
  const steps = times.slice(1).map((time, i) => time - (times[i] ?? time)).filter((step) => step > 0).sort((a, b) => a - b);
  return steps[Math.floor(steps.length / 2)] ?? 0;
}

function summed(times: number[], values: (number | null)[], lowest: (number | null)[] | null, highest: (number | null)[] | null): TrendSeries {
  const numbers = [...values, ...(lowest ?? []), ...(highest ?? [])].filter((value): value is number => value !== null);
  return {
    times, values, lowest, highest,
    points: values.filter((value) => value !== null).length,
    min: numbers.length === 0 ? null : numbers.reduce((a, b) => Math.min(a, b)),
    max: numbers.length === 0 ? null : numbers.reduce((a, b) => Math.max(a, b)),
  };
}
