// The spans a trend can show, and how finely each is asked for: raw readings near the alarm, minimum/maximum/average beyond.
import type { Alarm } from '../api/types';

export type RangeName = 'hour' | 'quarter' | 'day' | 'week' | 'now';
export const RANGES: readonly RangeName[] = ['hour', 'quarter', 'day', 'week', 'now'];

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** As many points as the service is asked for at once; a chart of 1,000 pixels shows no more. */
export const READINGS_LIMIT = 20_000;
const MOST_BUCKETS = 720;
const STEPS_SECONDS = [10, 60, 300, 900, 3_600, 10_800, 21_600, 86_400];

export interface TrendWindow {
  readonly from: number;
  readonly to: number;
  /** Null: every reading as it came. */
  readonly everySeconds: number | null;
}

export function windowOf(range: RangeName, alarm: Alarm, now: number): TrendWindow {
  const raised = Date.parse(alarm.raisedAt);
  const onset = Math.min(Date.parse(alarm.onsetAt) || raised, raised);
  const [from, to] = spanOf(range, raised, onset, now);
  const exact = to - from <= 6 * HOUR;
  return { from, to, everySeconds: exact ? null : stepFor((to - from) / 1_000) };
}

function spanOf(range: RangeName, raised: number, onset: number, now: number): [number, number] {
  switch (range) {
    // A long on-delay starts before the hour does: the start of the condition stays in sight.
    case 'hour': return [Math.min(raised - HOUR, Math.max(onset - 10 * MINUTE, raised - 3 * HOUR)), raised + 15 * MINUTE];
    case 'quarter': return [raised - 5 * HOUR, raised + HOUR];
    case 'day': return [raised - 23 * HOUR, raised + HOUR];
    case 'week': return [raised - 6 * DAY, raised + DAY];
    case 'now': return [Math.min(onset, raised) - HOUR, Math.max(now, raised + 15 * MINUTE)];
  }
}

function stepFor(seconds: number): number {
  return STEPS_SECONDS.find((step) => seconds / step <= MOST_BUCKETS) ?? 86_400;
}

/** ISO 8601 duration, as the service takes it. */
export const everyText = (seconds: number): string => (seconds % 3_600 === 0 ? `PT${seconds / 3_600}H` : seconds % 60 === 0 ? `PT${seconds / 60}M` : `PT${seconds}S`);
