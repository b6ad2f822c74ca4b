// Every alarm this page knows, fed by a snapshot and the live stream. It keeps the newest revision of each, so that an event that comes
// twice, or after a newer snapshot, changes nothing. Listeners hear of changes at most once per animation frame, however many events came:
// 500 alarms at once are one render, not 500.
import type { Alarm } from '../api/types';
import { isOpen, levelOf, shownLevel } from './levels';

/** Closed alarms stay for looking back; beyond this many the longest closed are forgotten (the service keeps them all). */
const MAX_CLOSED = 2_000;

export interface AlarmCounts {
  readonly open: number;
  readonly unacknowledged: number;
  readonly byLevel: Readonly<Record<string, number>>;
  readonly byDomain: Readonly<Record<string, number>>;
}

export type ScheduleFrame = (callback: () => void) => void;

export class AlarmStore {
  private readonly alarms = new Map<string, Alarm>();
  private readonly listeners = new Set<(raised: readonly Alarm[]) => void>();
  private newcomers: Alarm[] = [];
  private frameAsked = false;

  /** Grows with each change: whoever caches something derived from the alarms compares it. */
  version = 0;

  constructor(private readonly schedule: ScheduleFrame = nextFrame) {}

  get(id: string | null): Alarm | undefined { return id === null ? undefined : this.alarms.get(id); }
  get size(): number { return this.alarms.size; }
  all(): IterableIterator<Alarm> { return this.alarms.values(); }

  subscribe(listener: (raised: readonly Alarm[]) => void): () => void {
    this.listeners.add(listener);
    return () => { this.listeners.delete(listener); };
  }

  /** Takes a whole snapshot of the open alarms; an open alarm that is not in it has been closed meanwhile, out of our sight. */
  replaceOpen(snapshot: readonly Alarm[]): void {
    const present = new Set(snapshot.map((alarm) => alarm.id));
    for (const alarm of [...this.alarms.values()])
      if (isOpen(alarm) && !present.has(alarm.id)) this.alarms.delete(alarm.id);
    for (const alarm of snapshot) this.put(alarm, false);
    this.changed();
  }

  /** Adds alarms looked up for the history; they are no news. */
  addKnown(alarms: readonly Alarm[]): void {
    for (const alarm of alarms) this.put(alarm, false);
    this.changed();
  }

  /** Takes one live event. */
  apply(alarm: Alarm): void {
    if (this.put(alarm, true)) this.changed();
  }

  counts(): AlarmCounts {
    const byLevel: Record<string, number> = { red: 0, orange: 0, yellow: 0, blue: 0 };
    const byDomain: Record<string, number> = {};
    let open = 0;
    let unacknowledged = 0;
    for (const alarm of this.alarms.values()) {
      if (!isOpen(alarm)) continue;
      open++;
      if (!alarm.acknowledged) unacknowledged++;
      const level = shownLevel(alarm).name;
      byLevel[level] = (byLevel[level] ?? 0) + 1;
      byDomain[alarm.domain] = (byDomain[alarm.domain] ?? 0) + 1;
    }
    return { open, unacknowledged, byLevel, byDomain };
  }

  private put(alarm: Alarm, live: boolean): boolean {
    const known = this.alarms.get(alarm.id);
    if (known !== undefined && known.revision >= alarm.revision) return false;
    const worse = known === undefined || levelOf(alarm.level).rank > levelOf(known.level).rank;
    if (live && worse && alarm.active && !alarm.retrospective) this.newcomers.push(alarm);
    this.alarms.set(alarm.id, alarm);
    return true;
  }

  private changed(): void {
    this.version++;
    if (this.frameAsked) return;
    this.frameAsked = true;
    this.schedule(() => {
      this.frameAsked = false;
      this.forgetOldClosed();
      const raised = this.newcomers;
      this.newcomers = [];
      for (const listener of this.listeners) listener(raised);
    });
  }

  private forgetOldClosed(): void {
    const closed = [...this.alarms.values()].filter((alarm) => !isOpen(alarm));
    if (closed.length <= MAX_CLOSED) return;
    closed.sort((a, b) => (a.updatedAt < b.updatedAt ? -1 : 1));
    for (const alarm of closed.slice(0, closed.length - MAX_CLOSED)) this.alarms.delete(alarm.id);
  }
}

// A hidden tab draws no frames, but its title and counts must not stand still: there a timer takes the frame's place.
function nextFrame(callback: () => void): void {
  if (typeof document !== 'undefined' && document.hidden) setTimeout(callback, 250);
  else requestAnimationFrame(callback);
}
