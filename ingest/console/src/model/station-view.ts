// Which stations somebody should look at, in which order.
import type { HeardStation } from '../api/types';

export const keyOf = ({ protocol, station }: HeardStation): string => `${protocol}/${station}`;

export const refusedOf = (refused: Readonly<Record<string, number>>): number => Object.values(refused).reduce((sum, count) => sum + count, 0);

/** Something is to be done: it is away, its frames are not all good, readings are missing, or nobody has said what they mean. */
export function wantsAttention(station: HeardStation): boolean {
  return !station.online || !station.known || station.unassigned > 0 || station.holes.length > 0 || station.frames.partlyBad > 0 || refusedOf(station.frames.refused) > 0;
}

/** Those that are away first, then those that want attention, then the others; each by protocol and address. */
export function inOrder(stations: readonly HeardStation[]): HeardStation[] {
  const rank = (station: HeardStation): number => (!station.online ? 0 : wantsAttention(station) ? 1 : 2);
  return [...stations].sort((a, b) => rank(a) - rank(b) || (keyOf(a) < keyOf(b) ? -1 : 1));
}
