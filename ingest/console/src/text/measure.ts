// What a rule compares with its limits, in words: "sum(3h)" is how rule files write it.
import { t } from './language';

const FORM = /^(sum|avg|min|max|rate)\(([\d.]+)(s|min|h|d)(?:, [^)]+)?\)$/;
const UNITS = { s: 'duration.seconds', min: 'duration.minutes', h: 'duration.hours', d: 'duration.days' } as const;

/** A measure of a form that the console does not know is shown as it is written. */
export function measureText(measure: string): string {
  const [, name, number, unit] = FORM.exec(measure) ?? [];
  if (name === undefined || number === undefined) return measure;
  const window = t(UNITS[unit as keyof typeof UNITS], { n: number });
  return t(`measure.${name as 'sum' | 'avg' | 'min' | 'max' | 'rate'}`, { window });
}
