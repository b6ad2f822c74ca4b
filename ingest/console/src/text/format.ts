// Numbers, times and spans as a dispatcher reads them: 24-hour clock, local time, the unit as it is written on a gauge.
import { locale, t } from './language';

// SenML's unit symbols where they are not what people write.
const UNITS: Record<string, string> = {
  Cel: '°C', K: 'K', '%RH': '%RH', '/': '', 'm/s': 'm/s', 'm3/s': 'm³/s', m3: 'm³', m2: 'm²', 'mm/h': 'mm/h', 'W/m2': 'W/m²', 'kg/m3': 'kg/m³', 'ug/m3': 'µg/m³', deg: '°', '1/s': '1/s',
};

export function unitText(unit: string | null | undefined): string {
  if (!unit) return '';
  const known = UNITS[unit];
  if (known !== undefined) return known;
  // A rate's unit: that of the value, by a time.
  const rate = /^(.+)\/(s|min|h|d)$/.exec(unit);
  return rate?.[1] === undefined ? unit : `${unitText(rate[1])}/${rate[2]}`;
}

/** Trailing zeros stay when the catalogue gives the decimals: 3.00 m says how exact a gauge is. */
export function numberText(value: number | null | undefined, decimals: number | null = null): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  const options = decimals === null ? { maximumFractionDigits: 3 } : { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return new Intl.NumberFormat(locale(), { useGrouping: Math.abs(value) >= 10_000, ...options }).format(value);
}

export function valueText(value: number | null | undefined, unit: string | null | undefined, decimals: number | null = null): string {
  const number = numberText(value, decimals);
  const shown = unitText(unit);
  return shown === '' || number === '–' ? number : `${number} ${shown}`;
}

/** Texts are of any length; a table shows their beginning. */
const TEXT_SHOWN = 80;

export function cutText(text: string): string {
  const signs = Array.from(text.slice(0, TEXT_SHOWN * 2));
  return signs.length > TEXT_SHOWN || text.length > TEXT_SHOWN * 2 ? `${signs.slice(0, TEXT_SHOWN).join('')}…` : text;
}

/** The newest reading: a number with its unit, or the beginning of a text. */
export function latestText(latest: { readonly value: number | null; readonly text: string | null }, unit: string | null, decimals: number | null): string {
  return latest.value === null && latest.text !== null ? `“${cutText(latest.text)}”` : valueText(latest.value, unit, decimals);
}

const pad = (value: number): string => String(value).padStart(2, '0');

export const clockText = (time: number): string => {
  const date = new Date(time);
  return `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
};

export const dateText = (time: number): string => {
  const date = new Date(time);
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
};

export const dateTimeText = (iso: string | number | null | undefined): string => {
  const time = typeof iso === 'number' ? iso : Date.parse(iso ?? '');
  return Number.isNaN(time) ? '–' : `${dateText(time)} ${clockText(time)}`;
};

/** The clock alone for today, with the day before it for others. */
export function shortTimeText(iso: string, now: number): string {
  const time = Date.parse(iso);
  if (Number.isNaN(time)) return '–';
  const day = dateText(time);
  const today = dateText(now);
  if (day === today) return clockText(time);
  return day.slice(0, 4) === today.slice(0, 4) ? `${day.slice(5)} ${clockText(time).slice(0, 5)}` : day;
}

/** One or two units, the way people say it: 3 min, 2 h 5 min, 4 d. */
export function spanText(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1_000);
  if (seconds < 0) return t('duration.future');
  if (seconds < 60) return t('duration.seconds', { n: seconds });
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return t('duration.minutes', { n: minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return [t('duration.hours', { n: hours }), ...(minutes % 60 > 0 ? [t('duration.minutes', { n: minutes % 60 })] : [])].join(' ');
  const days = Math.floor(hours / 24);
  return [t('duration.days', { n: days }), ...(days < 10 && hours % 24 > 0 ? [t('duration.hours', { n: hours % 24 })] : [])].join(' ');
}
