// Which alarms the list shows and in which order: unacknowledged first, then worst level, then newest. The order is total (the id breaks
// ties), so the list never shuffles rows that did not change.
import type { Alarm } from '../api/types';
import { isOpen, shownLevel } from './levels';

export type StateFilter = 'open' | 'unacknowledged' | 'active' | 'all';

export interface AlarmFilter {
  readonly state: StateFilter;
  readonly domain: string;
  readonly level: string;
  readonly text: string;
}

export const NO_FILTER: AlarmFilter = { state: 'open', domain: '', level: '', text: '' };

export function compareAlarms(a: Alarm, b: Alarm): number {
  if (a.acknowledged !== b.acknowledged) return a.acknowledged ? 1 : -1;
  const level = shownLevel(b).rank - shownLevel(a).rank;
  if (level !== 0) return level;
  const raised = raisedTime(b) - raisedTime(a);
  if (raised !== 0) return raised;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

// Parsed once per alarm: a list of thousands is sorted in every frame of a flood. Texts cannot be compared: their fractions differ in length.
const raisedTimes = new WeakMap<Alarm, number>();

function raisedTime(alarm: Alarm): number {
  let time = raisedTimes.get(alarm);
  if (time === undefined) raisedTimes.set(alarm, time = Date.parse(alarm.raisedAt) || 0);
  return time;
}

export function matches(alarm: Alarm, filter: AlarmFilter, textOf: (alarm: Alarm) => string): boolean {
  return inState(alarm, filter.state)
    && (filter.domain === '' || alarm.domain === filter.domain)
    && (filter.level === '' || shownLevel(alarm).name === filter.level)
    && (filter.text === '' || textOf(alarm).includes(filter.text.toLocaleLowerCase()));
}

function inState(alarm: Alarm, state: StateFilter): boolean {
  switch (state) {
    case 'open': return isOpen(alarm);
    case 'unacknowledged': return !alarm.acknowledged;
    case 'active': return alarm.active;
    case 'all': return true;
  }
}

/** The rows of the list. The selected alarm stays in it even when it no longer matches (it was just acknowledged and closed, say). */
export function viewOf(alarms: Iterable<Alarm>, filter: AlarmFilter, selected: string | null, textOf: (alarm: Alarm) => string): Alarm[] {
  const rows: Alarm[] = [];
  for (const alarm of alarms)
    if (alarm.id === selected || matches(alarm, filter, textOf)) rows.push(alarm);
  return rows.sort(compareAlarms);
}
