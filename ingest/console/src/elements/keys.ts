// The keyboard. A key typed into a field is text, except those that leave it.
import type { MessageId } from '../text/messages';

export type KeyAction = 'next' | 'previous' | 'acknowledge' | 'note' | 'map' | 'search' | 'help' | 'escape';

export const KEYS: readonly { readonly shown: readonly string[]; readonly message: MessageId }[] = [
  { shown: ['J', '↓', 'K', '↑'], message: 'help.move' },
  { shown: ['A'], message: 'help.ack' },
  { shown: ['N'], message: 'help.note' },
  { shown: ['Ctrl+Enter'], message: 'help.send' },
  { shown: ['M'], message: 'help.map' },
  { shown: ['/'], message: 'help.search' },
  { shown: ['?'], message: 'help.help' },
  { shown: ['Esc'], message: 'help.escape' },
];

const ACTIONS: Readonly<Record<string, KeyAction>> = {
  j: 'next', arrowdown: 'next', k: 'previous', arrowup: 'previous', a: 'acknowledge', n: 'note', m: 'map', '/': 'search', '?': 'help', escape: 'escape',
};

export function keyAction(event: KeyboardEvent): KeyAction | null {
  // isComposing: a Chinese input method is still making a word of the keys.
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return null;
  const action = ACTIONS[event.key.toLowerCase()] ?? null;
  if (action === 'escape' || action === null) return action;
  const target = event.target as HTMLElement | null;
  const typing = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
  if (typing && !(target instanceof HTMLInputElement && target.type === 'checkbox')) return null;
  // A held key must not acknowledge one alarm after another.
  return action === 'acknowledge' && event.repeat ? null : action;
}
