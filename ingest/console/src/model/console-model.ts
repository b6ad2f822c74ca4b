// What the page is doing: which alarm is selected, which filter is on, who is on duty; and the verbs of a dispatcher. Elements read it and
// render again when it says so; they never talk to each other.
import { ApiError, api } from '../api/client';
import { LiveAlarms } from '../api/live-alarms';
import { recovery } from '../api/recovery';
import type { Alarm } from '../api/types';
import { reasonOf, t } from '../text/language';
import { AlarmStore } from './alarm-store';
import { NO_FILTER, viewOf, type AlarmFilter } from './alarm-view';
import { City } from './city';
import { isOpen } from './levels';
import { OfficialWarnings } from './official-warnings';
import { remember, remembered } from './remembered';
import { ServerClock } from './server-clock';
import { Track } from './track';

/** In the order of the top bar. */
export const PAGES = ['alarms', 'stations', 'gateways', 'datastreams'] as const;
export type Page = (typeof PAGES)[number];
export type Pane = 'list' | 'map' | 'detail';

/** As many alarms as the history ("all") looks back over. */
const HISTORY_LIMIT = 1_000;
const NOTICE_MS = 8_000;

export class ConsoleModel {
  readonly store = new AlarmStore();
  readonly city = new City();
  readonly clock = new ServerClock();
  readonly live = new LiveAlarms(this.store, this.clock);
  readonly track = new Track(() => this.changed());
  readonly warnings = new OfficialWarnings(() => this.changed());
  readonly recovery = recovery;

  page: Page = 'alarms';
  /** The pane on top where the window is too narrow for all three. */
  pane: Pane = 'list';
  selectedId: string | null = null;
  filter: AlarmFilter = NO_FILTER;
  operator = remembered('operator') ?? '';
  note = '';
  acknowledging = false;
  acknowledgeError = '';
  notice = '';

  private readonly listeners = new Set<() => void>();
  private noticeTimer: ReturnType<typeof setTimeout> | undefined;
  private rowsCache: { key: string; rows: Alarm[] } | null = null;
  /** Where the selection stood before an acknowledgement moved its row away; the next key goes on from there. */
  private cursor: number | null = null;

  constructor() {
    this.store.subscribe(() => this.changed());
    this.city.subscribe(() => this.changed());
    this.recovery.subscribe(() => this.changed());
    this.live.onWarnings = (revision) => this.warnings.heard(revision);
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => { this.listeners.delete(listener); };
  }

  changed(): void { for (const listener of this.listeners) listener(); }

  get selected(): Alarm | undefined { return this.store.get(this.selectedId); }

  /** The rows of the list, computed once per change however many elements ask. */
  rows(): Alarm[] {
    const key = `${this.store.version} ${this.city.version} ${this.selectedId} ${JSON.stringify(this.filter)}`;
    if (this.rowsCache?.key !== key) this.rowsCache = { key, rows: viewOf(this.store.all(), this.filter, this.selectedId, (alarm) => this.searchText(alarm)) };
    return this.rowsCache.rows;
  }

  select(id: string | null): void {
    this.cursor = null;
    if (id === this.selectedId) return;
    this.selectedId = id;
    this.note = '';
    this.acknowledgeError = '';
    this.changed();
  }

  selectBy(step: 1 | -1): void {
    const rows = this.rows();
    if (rows.length === 0) return;
    const at = this.cursor ?? rows.findIndex((alarm) => alarm.id === this.selectedId);
    // After an acknowledgement the row that moved up into the place is the next one.
    const next = this.cursor !== null && step === 1 ? at : at < 0 ? 0 : at + step;
    const row = rows[Math.min(Math.max(next, 0), rows.length - 1)];
    if (row !== undefined) this.select(row.id);
  }

  setFilter(change: Partial<AlarmFilter>): void {
    const before = this.filter.state;
    this.filter = { ...this.filter, ...change };
    if (this.filter.state === 'all' && before !== 'all') void this.loadHistory();
    this.changed();
  }

  setOperator(name: string): void {
    this.operator = name;
    this.acknowledgeError = '';
    remember('operator', name.trim());
    this.changed();
  }

  async acknowledge(): Promise<void> {
    const alarm = this.selected;
    const operator = this.operator.trim();
    if (alarm === undefined || alarm.acknowledged || this.acknowledging) return;
    if (operator === '') {
      this.acknowledgeError = t('ack.needOperator');
      this.changed();
      return;
    }
    this.acknowledging = true;
    this.acknowledgeError = '';
    this.changed();
    try {
      const place = this.rows().findIndex((row) => row.id === alarm.id);
      const answer = await api.acknowledge(alarm.id, operator, this.note.trim() === '' ? null : this.note.trim());
      this.store.apply(answer);
      if (this.selectedId === alarm.id) { this.note = ''; this.cursor = place; }
      // The first acknowledger stays; whoever comes second is told so.
      const first = answer.acknowledgedBy ?? operator;
      this.tell(first === operator ? t('ack.done', { object: this.city.objectName(alarm) }) : t('ack.already', { operator: first }));
    } catch (error) {
      const unanswered = error instanceof ApiError && error.status === 0;
      const text = t(unanswered ? 'ack.unknown' : 'ack.failed', { reason: reasonOf(error) });
      if (this.selectedId === alarm.id) this.acknowledgeError = text;
      else this.tell(text);
    } finally {
      this.acknowledging = false;
      this.changed();
    }
  }

  /** A short sentence that goes away by itself; screen readers say it. */
  tell(text: string): void {
    this.notice = text;
    clearTimeout(this.noticeTimer);
    this.noticeTimer = setTimeout(() => { this.notice = ''; this.changed(); }, NOTICE_MS);
    this.changed();
  }

  private async loadHistory(): Promise<void> {
    try {
      this.store.addKnown((await api.alarms('all', HISTORY_LIMIT)).alarms);
    } catch (error) {
      this.tell(t('live.failed', { reason: reasonOf(error) }));
    }
  }

  private searchText(alarm: Alarm): string {
    const { city } = this;
    return [city.objectName(alarm), city.title(alarm), city.areaName(alarm), city.domainName(alarm.domain), alarm.id, alarm.rule, alarm.scope, alarm.plan ?? '', isOpen(alarm) ? '' : t('state.closed')]
      .join(' ').toLocaleLowerCase();
  }
}
