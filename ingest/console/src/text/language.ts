// The language of the page: Chinese unless the browser asks for another, remembered when switched. Elements listen and render again; nothing
// is loaded anew.
import { ApiError } from '../api/client';
import type { LocalText } from '../api/types';
import { remembered, remember } from '../model/remembered';
import { MESSAGES, type Language, type MessageId } from './messages';

const listeners = new Set<() => void>();
let current: Language = initial();

function initial(): Language {
  const kept = remembered('language');
  if (kept === 'zh' || kept === 'en') return kept;
  const wanted = navigator.languages.find((tag) => /^(zh|en)\b/i.test(tag));
  return wanted?.toLowerCase().startsWith('en') ? 'en' : 'zh';
}

export const language = (): Language => current;
export const locale = (): string => (current === 'zh' ? 'zh-CN' : 'en-GB');

export function setLanguage(next: Language): void {
  current = next;
  remember('language', next);
  showOnDocument();
  for (const listener of listeners) listener();
}

export function onLanguage(listener: () => void): () => void {
  listeners.add(listener);
  return () => { listeners.delete(listener); };
}

/** Tells assistive technology and the browser's font choice which language the page is in. */
export function showOnDocument(): void {
  document.documentElement.lang = locale();
}

export function t(id: MessageId, values: Record<string, string | number> = {}): string {
  return MESSAGES[current][id].replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}

/** For ids that come from the service: its word itself when the console has none for it. */
export function tOr(id: string, otherwise: string): string {
  return id in MESSAGES[current] ? t(id as MessageId) : otherwise;
}

export function localText(text: LocalText | null | undefined, otherwise: string): string {
  return (current === 'zh' ? text?.zh || text?.en : text?.en || text?.zh) || otherwise;
}

export function reasonOf(error: unknown): string {
  if (ApiError.isRecovery(error)) return t('error.recovering');
  if (error instanceof ApiError) return error.code === 'unreachable' ? t('error.unreachable') : error.message;
  return error instanceof Error ? error.message : String(error);
}
