// Requests to the service. Every failure becomes an ApiError that says what was asked and what came back, in words for the dispatcher.
import { recovery, type Recovery } from './recovery';
import type { Alarm, AlarmDetail, AlarmPage, Asset, Datastream, Domain, Gateway, HeardProtocol, HeardStation, Readings, Station, Status, Trend, WarningPage, ZoneCollection } from './types';

/** Longer than any healthy answer, short enough that a dispatcher does not wait for a dead link. */
const TIMEOUT_MS = 15_000;

/** The service's word for "asked too early": it is still starting. */
const RECOVERING = 'recovering';

export class ApiError extends Error {
  constructor(readonly code: string, message: string, readonly status: number) {
    super(message);
    this.name = 'ApiError';
  }

  /** Nothing is wrong: the service is starting, and the banner says how far it is. */
  static isRecovery(error: unknown): boolean { return error instanceof ApiError && error.code === RECOVERING; }
}

export const apiUrl = (path: string): string => new URL(`api/v1/${path}`, document.baseURI).href;

async function request<T>(path: string, init: RequestInit = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(apiUrl(path), { ...init, cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    recovery.heard(null);
    throw new ApiError('unreachable', `${path}: ${error instanceof Error ? error.message : String(error)}`, 0);
  }
  if (!response.ok) throw await problemOf(path, response);
  recovery.heard(null);
  return await response.json() as T;
}

async function problemOf(path: string, response: Response): Promise<ApiError> {
  // Problem Details (RFC 9457); a proxy in between may answer with anything else.
  const problem = await response.json().catch(() => null) as { code?: unknown; detail?: unknown; title?: unknown; recovery?: Recovery } | null;
  recovery.heard(problem?.code === RECOVERING ? problem.recovery ?? null : null);
  const text = [problem?.detail, problem?.title].find((part): part is string => typeof part === 'string') ?? `${path}: HTTP ${response.status}`;
  return new ApiError(typeof problem?.code === 'string' ? problem.code : `http_${response.status}`, text, response.status);
}

const query = (values: Record<string, string | number | null | undefined>): string => {
  const given = Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== '');
  return given.length === 0 ? '' : `?${new URLSearchParams(given.map(([key, value]) => [key, String(value)]))}`;
};

/** As many things of one list as a page of the console takes: more than a map or a table can show. It says when there are more. */
export const LISTED_MOST = 20_000;

/** As many official warnings in force as the strip shows; it says when there are more. */
export const WARNINGS_MOST = 100;

export interface Listed<T> {
  readonly items: T[];
  /** The service has more than the console takes. */
  readonly cut: boolean;
}

/** Stations of field protocols, and the protocols. */
export interface Heard extends Listed<HeardStation> { readonly protocols: readonly HeardProtocol[] }

// One page after the other: the service gives with each the place where the next begins, and how much is on one is its own business.
async function listed<T>(path: string, name = path): Promise<Listed<T> & { readonly last: Record<string, unknown> }> {
  const items: T[] = [];
  let after: string | null = null;
  let page: Record<string, unknown>;
  do {
    page = await request(`${path}${query({ after })}`);
    items.push(...page[name] as T[]);
    after = page['next'] as string | null;
  } while (after !== null && items.length < LISTED_MOST);
  return { items, cut: after !== null, last: page };
}

export const api = {
  status: () => request<Status>('status'),
  domains: async () => (await request<{ domains: Domain[] }>('domains')).domains,
  stations: () => listed<Station>('stations'),
  assets: () => listed<Asset>('assets'),
  gateways: () => listed<Gateway>('gateways'),
  datastreams: () => listed<Datastream>('datastreams'),
  heardStations: async (): Promise<Heard> => {
    const { items, cut, last } = await listed<HeardStation>('stations/heard', 'stations');
    return { items, cut, protocols: last['protocols'] as HeardProtocol[] };
  },
  /** What a gateway sends and no catalogue names: one page, which is more than anybody looks at at once. */
  unassigned: async (gateway: string) => (await request<{ datastreams: Datastream[] }>(`datastreams${query({ gateway, assigned: 'false' })}`)).datastreams,
  zones: () => request<ZoneCollection>('zones'),
  alarms: (state: 'open' | 'all', limit: number) => request<AlarmPage>(`alarms${query({ state, limit })}`),
  alarm: (id: string) => request<AlarmDetail>(`alarms/${encodeURIComponent(id)}`),
  warnings: () => request<WarningPage>(`warnings${query({ state: 'in-force', limit: WARNINGS_MOST })}`),
  readings: (datastream: string, from: Date, to: Date, every: string | null, limit: number) =>
    request<Readings>(`readings${query({ datastream, from: from.toISOString(), to: to.toISOString(), every, limit })}`),
  trend: (id: string, from: Date, to: Date, every: string | null, limit: number) =>
    request<Trend>(`alarms/${encodeURIComponent(id)}/trend${query({ from: from.toISOString(), to: to.toISOString(), every, limit })}`),
  acknowledge: (id: string, operator: string, note: string | null) => request<Alarm>(`alarms/${encodeURIComponent(id)}/acknowledge`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ operator, note }),
  }),
};
