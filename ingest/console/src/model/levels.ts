// The four alarm levels. Their colours are used for nothing else in the console, and never alone: each level also has a shape, a
// numeral and a word.
import type { Alarm, LevelName } from '../api/types';

export interface Level {
  readonly name: LevelName;
  /** 0 none … 4 red: higher is worse. */
  readonly rank: number;
  readonly numeral: string;
  readonly shape: string;
  readonly colour: string;
}

export const NORMAL: Level = { name: 'none', rank: 0, numeral: '', shape: '○', colour: '#8d9a97' };

/** Worst first, as lists and legends show them. */
export const LEVELS: readonly Level[] = [
  { name: 'red', rank: 4, numeral: 'Ⅰ', shape: '◆', colour: '#ff6259' },
  { name: 'orange', rank: 3, numeral: 'Ⅱ', shape: '▲', colour: '#ff9f43' },
  { name: 'yellow', rank: 2, numeral: 'Ⅲ', shape: '■', colour: '#ffdd55' },
  { name: 'blue', rank: 1, numeral: 'Ⅳ', shape: '●', colour: '#5fb0ff' },
];

const byName = new Map<string, Level>(LEVELS.map((level) => [level.name, level]));

export const levelOf = (name: string | null | undefined): Level => byName.get(name ?? '') ?? NORMAL;

/** The level an alarm is listed under: what it is now, or, once it has returned to normal, the worst it was. */
export const shownLevel = (alarm: Alarm): Level => {
  const now = levelOf(alarm.level);
  return now.rank > 0 ? now : levelOf(alarm.peakLevel);
};

export const isOpen = (alarm: Alarm): boolean => alarm.active || !alarm.acknowledged;
