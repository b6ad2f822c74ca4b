// Small choices kept in this browser: language, operator name. A browser that keeps nothing (private window, policy) only forgets them.
const PREFIX = 'sensorgrid.';

export function remembered(key: string): string | null {
  try {
    return localStorage.getItem(PREFIX + key);
  } catch {
    return null;
  }
}

export function remember(key: string, value: string): boolean {
  try {
    localStorage.setItem(PREFIX + key, value);
    return true;
  } catch {
    return false;
  }
}
