// One EventSource on the alarm stream, shared by however many pages listen. It runs in a SharedWorker (alarm-feed.worker.ts), because over
// HTTP/1.1 a browser opens six connections to a service in all: six tabs with a stream each, and the seventh request hangs without a word.
//
// It hands the data on as text, unread, and remembers the last few hundred events, so that a page whose snapshot is a little older than
// the stream gets what lies between.
export type FeedMessage =
  | { readonly kind: 'alarm'; readonly position: number; readonly data: string }
  | { readonly kind: 'heartbeat'; readonly data: string }
  | { readonly kind: 'warnings'; readonly data: string }
  | { readonly kind: 'resync' }
  | { readonly kind: 'state'; readonly connected: boolean };

export type FeedListener = (message: FeedMessage) => void;

const RECENT_EVENTS = 1_024;
/** The service sends a heartbeat every 5 s; three missed, and the connection is dead even if TCP does not know it yet. */
const SILENCE_MS = 15_000;
const RETRY_FIRST_MS = 1_000;
const RETRY_LONGEST_MS = 10_000;

export class AlarmFeed {
  private readonly listeners = new Set<FeedListener>();
  private source: EventSource | null = null;
  private position = 0;
  private recent: { position: number; data: string }[] = [];
  /** Everything after this position is in `recent`. */
  private recentFrom = 0;
  private connected = false;
  private retryMs = RETRY_FIRST_MS;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private silenceTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly streamUrl: string) {}

  /** Joins a page whose snapshot reaches to `position`: it gets every later event once, or a resync when that is no longer possible. */
  attach(listener: FeedListener, position: number): void {
    this.listeners.add(listener);
    if (this.source === null && this.retryTimer === undefined) {
      this.position = position;
      this.recent = [];
      this.recentFrom = position;
      this.open();
      return;
    }
    if (position < this.recentFrom) {
      this.listeners.delete(listener);
      listener({ kind: 'resync' });
      return;
    }
    listener({ kind: 'state', connected: this.connected });
    for (const event of this.recent)
      if (event.position > position) listener({ kind: 'alarm', ...event });
  }

  detach(listener: FeedListener): void {
    this.listeners.delete(listener);
    if (this.listeners.size === 0) this.close();
  }

  private open(): void {
    this.closeSource();
    const source = new EventSource(`${this.streamUrl}?after=${this.position}`);
    this.source = source;
    source.onopen = () => { this.retryMs = RETRY_FIRST_MS; this.say(true); this.heard(); };
    source.onerror = () => this.lost(source);
    source.addEventListener('alarm', (event) => this.receive(event));
    source.addEventListener('heartbeat', (event) => { this.heard(); this.publish({ kind: 'heartbeat', data: event.data as string }); });
    source.addEventListener('warnings', (event) => { this.heard(); this.publish({ kind: 'warnings', data: event.data as string }); });
    source.addEventListener('resync', () => this.resync());
    this.heard();
  }

  private receive(event: MessageEvent): void {
    this.heard();
    const position = Number(event.lastEventId);
    if (!(position > this.position)) return; // sent again after a reconnect
    this.position = position;
    const entry = { position, data: event.data as string };
    this.recent.push(entry);
    if (this.recent.length > RECENT_EVENTS) this.recentFrom = this.recent.shift()?.position ?? this.recentFrom;
    this.publish({ kind: 'alarm', ...entry });
  }

  // The service no longer has what follows our position. Pages fetch a new snapshot and attach again; the first one reopens the stream.
  private resync(): void {
    const pages = [...this.listeners];
    this.close();
    this.listeners.clear();
    for (const page of pages) page({ kind: 'resync' });
  }

  // EventSource retries a broken connection itself, with Last-Event-ID, but gives up after an answer that is not a stream (503, a proxy's page).
  private lost(source: EventSource): void {
    if (source !== this.source) return;
    this.say(false);
    if (source.readyState === EventSource.CLOSED) this.reopenLater();
  }

  private reopenLater(): void {
    this.closeSource();
    this.retryTimer = setTimeout(() => { this.retryTimer = undefined; this.open(); }, this.retryMs);
    this.retryMs = Math.min(this.retryMs * 2, RETRY_LONGEST_MS);
  }

  private heard(): void {
    clearTimeout(this.silenceTimer);
    this.silenceTimer = setTimeout(() => { this.say(false); this.reopenLater(); }, SILENCE_MS);
  }

  private closeSource(): void {
    clearTimeout(this.silenceTimer);
    clearTimeout(this.retryTimer);
    this.retryTimer = undefined;
    this.source?.close();
    this.source = null;
  }

  private close(): void {
    this.closeSource();
    this.connected = false;
  }

  private say(connected: boolean): void {
    if (connected === this.connected) return;
    this.connected = connected;
    this.publish({ kind: 'state', connected });
  }

  private publish(message: FeedMessage): void {
    for (const listener of [...this.listeners]) listener(message);
  }
}
