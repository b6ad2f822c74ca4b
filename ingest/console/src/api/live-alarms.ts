// Keeps an AlarmStore current: a snapshot of the open alarms, then the feed from the snapshot's position on; a new snapshot whenever the
// feed says resync. Also says how fresh the picture is.
import type { AlarmStore } from '../model/alarm-store';
import type { ServerClock } from '../model/server-clock';
import { AlarmFeed, type FeedListener, type FeedMessage } from './alarm-feed';
import type { PageRequest } from './alarm-feed.worker';
import { api, apiUrl } from './client';
import type { Alarm, Heartbeat } from './types';

/** Two heartbeats missed: what is on the screen may be old, and the page says so. */
export const STALE_MS = 10_000;
/** As many open alarms as a page takes; the list says when there are more. */
export const SNAPSHOT_LIMIT = 10_000;
const RETRY_MS = 3_000;

export interface LiveState {
  readonly loaded: boolean;
  readonly connected: boolean;
  /** Milliseconds since anything was heard from the service. */
  readonly silentMs: number;
  readonly stale: boolean;
  /** Open alarms at the service when the snapshot was taken and not in it, because it was cut. */
  readonly notLoaded: number;
}

interface FeedPort {
  attach(position: number): void;
  detach(): void;
}

export class LiveAlarms {
  private port: FeedPort | null = null;
  private loaded = false;
  private connected = false;
  private lastHeard = performance.now();
  private notLoaded = 0;
  private generation = 0;
  private caughtUp: number | null = null;

  /** Told after an outage how many changes came since. */
  onReconnected: (changes: number) => void = () => {};
  /** Told which revision of the official warnings the service is at. */
  onWarnings: (revision: number | undefined) => void = () => {};
  /** Told when a snapshot could not be loaded; it is tried again. */
  onLoadFailed: (error: unknown) => void = () => {};

  constructor(private readonly store: AlarmStore, private readonly clock: ServerClock) {}

  start(): void {
    this.port ??= openPort((message) => this.receive(message));
    void this.snapshot(++this.generation);
  }

  stop(): void {
    this.generation++;
    this.port?.detach();
    this.connected = false;
  }

  state(): LiveState {
    const silentMs = performance.now() - this.lastHeard;
    return { loaded: this.loaded, connected: this.connected, silentMs, stale: silentMs > STALE_MS, notLoaded: this.notLoaded };
  }

  // Only the latest call may attach, or a slow old snapshot would overwrite a newer one.
  private async snapshot(generation: number): Promise<void> {
    for (;;) {
      try {
        const page = await api.alarms('open', SNAPSHOT_LIMIT);
        if (generation !== this.generation) return;
        this.store.replaceOpen(page.alarms);
        this.loaded = true;
        const open = page.counts['open'];
        this.notLoaded = open === undefined ? 0 : Math.max(0, open - page.alarms.length);
        this.port?.attach(page.position);
        return;
      } catch (error) {
        if (generation !== this.generation) return;
        this.onLoadFailed(error);
        await new Promise((resolve) => { setTimeout(resolve, RETRY_MS); });
        if (generation !== this.generation) return;
      }
    }
  }

  private receive(message: FeedMessage): void {
    switch (message.kind) {
      case 'alarm':
        this.lastHeard = performance.now();
        if (this.caughtUp !== null) this.caughtUp++;
        this.store.apply(JSON.parse(message.data) as Alarm);
        break;
      case 'heartbeat':
        this.lastHeard = performance.now();
        this.connected = true;
        this.beat(JSON.parse(message.data) as Heartbeat);
        if (this.caughtUp !== null) this.onReconnected(this.caughtUp);
        this.caughtUp = null;
        break;
      case 'warnings':
        this.lastHeard = performance.now();
        this.onWarnings((JSON.parse(message.data) as { revision: number }).revision);
        break;
      case 'state':
        if (message.connected) this.lastHeard = performance.now();
        else if (this.connected) this.caughtUp = 0;
        this.connected = message.connected;
        break;
      case 'resync':
        void this.snapshot(++this.generation);
        break;
    }
  }

  // Says the revision too: an event that was missed is then made up for.
  private beat({ now, warnings }: Heartbeat): void {
    this.clock.set(now);
    this.onWarnings(warnings);
  }
}

// A browser without SharedWorker (some on phones) gets an EventSource of its own in this page.
function openPort(listener: FeedListener): FeedPort {
  const streamUrl = apiUrl('alarms/stream');
  if (typeof SharedWorker === 'undefined') return localPort(streamUrl, listener);
  let port: FeedPort;
  let position: number | null = null;
  const worker = new SharedWorker(new URL('./alarm-feed.worker.ts', import.meta.url), { type: 'module', name: 'sensorgrid-alarms' });
  const send = (request: PageRequest): void => worker.port.postMessage(request);
  port = {
    attach: (from) => send({ kind: 'attach', streamUrl, position: position = from }),
    detach: () => send({ kind: 'detach' }),
  };
  worker.port.onmessage = ({ data }: MessageEvent<FeedMessage>) => listener(data);
  worker.port.start();
  worker.onerror = () => { port = localPort(streamUrl, listener); if (position !== null) port.attach(position); };
  return { attach: (from) => port.attach(from), detach: () => port.detach() };
}

function localPort(streamUrl: string, listener: FeedListener): FeedPort {
  const feed = new AlarmFeed(streamUrl);
  return { attach: (position) => feed.attach(listener, position), detach: () => feed.detach(listener) };
}
