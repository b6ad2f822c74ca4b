// The SharedWorker around AlarmFeed: one per browser and service, one port per page.
import { AlarmFeed, type FeedMessage } from './alarm-feed';

export type PageRequest =
  | { readonly kind: 'attach'; readonly streamUrl: string; readonly position: number }
  | { readonly kind: 'detach' };

interface ConnectScope { onconnect: ((event: MessageEvent) => void) | null }

const feeds = new Map<string, AlarmFeed>();

function feedOf(streamUrl: string): AlarmFeed {
  let feed = feeds.get(streamUrl);
  if (feed === undefined) feeds.set(streamUrl, feed = new AlarmFeed(streamUrl));
  return feed;
}

(self as unknown as ConnectScope).onconnect = (event) => {
  const port = event.ports[0];
  if (port === undefined) return;
  const listener = (message: FeedMessage): void => port.postMessage(message);
  let feed: AlarmFeed | null = null;
  port.onmessage = ({ data }: MessageEvent<PageRequest>) => {
    if (data.kind === 'attach') {
      feed = feedOf(data.streamUrl);
      feed.attach(listener, data.position);
    } else {
      feed?.detach(listener);
    }
  };
  port.start();
};
