// The service's HTTP API as the console reads it (ingest/docs/console.md lists which page asks for what).
// Times are RFC 3339 texts in UTC. Every text here may have been typed by anybody: it is shown as text, never parsed as markup.

export type LevelName = 'none' | 'blue' | 'yellow' | 'orange' | 'red';
export interface LocalText { readonly zh?: string | null; readonly en?: string | null }

export interface Alarm {
  readonly id: string;
  readonly rule: string;
  readonly ruleVersion: string | null;
  readonly title: LocalText | null;
  readonly domain: string;
  readonly scope: string;
  readonly station: string | null;
  readonly asset: string | null;
  readonly zone: string | null;
  readonly datastream: string | null;
  readonly gateway: string | null;
  readonly longitude: number | null;
  readonly latitude: number | null;
  readonly level: LevelName;
  readonly peakLevel: LevelName;
  readonly active: boolean;
  readonly acknowledged: boolean;
  readonly acknowledgedBy: string | null;
  readonly acknowledgedAt: string | null;
  readonly note: string | null;
  readonly onsetAt: string;
  readonly raisedAt: string;
  readonly returnedAt: string | null;
  readonly clearedAt: string | null;
  readonly updatedAt: string;
  readonly value: number | null;
  readonly unit: string | null;
  readonly limit: number | null;
  readonly retrospective: boolean;
  readonly plan: string | null;
  readonly revision: number;
}

export interface AlarmDetail extends Alarm {
  readonly limits: readonly { readonly level: LevelName; readonly value: number }[] | null;
  readonly direction: 'above' | 'below' | null;
  /** What of the readings is held against the limits: last, sum(3h), rate(1h) …; null when nothing is, or nobody knows any more. */
  readonly measure: string | null;
  /** What the value was made of, when that is more than readings: the components of a fire weather index. */
  readonly evidence?: readonly { readonly name: string; readonly value: number; readonly unit: string | null }[];
  readonly transitions: readonly AlarmTransition[];
}

export interface AlarmTransition {
  readonly position: number;
  readonly kind: string;
  readonly at: string;
  readonly recordedAt: string;
  readonly level: LevelName;
  readonly value: number | null;
  readonly by: string | null;
  readonly note: string | null;
  /** Why, where it was not the condition: the rule was removed, say. */
  readonly reason?: string | null;
}

export interface AlarmPage {
  readonly position: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly alarms: readonly Alarm[];
}

export interface Status {
  readonly now: string;
  readonly clock: { readonly simulated: boolean; readonly speed: number };
  readonly catalogueVersion: string | null;
  readonly rulesVersion: string | null;
  /** What is wrong with the service, for people: the disk is full, a file cannot be read. */
  readonly problem?: string | null;
  readonly log?: { readonly heldBecause?: string | null } | null;
}

export interface Heartbeat { readonly now: string; readonly position: number; readonly warnings?: number }
export interface Domain { readonly id: string; readonly name: LocalText | null }

/** A place that holds stations. */
export interface Site { readonly id: string; readonly name: LocalText | null }

export interface Station {
  readonly id: string;
  readonly kind: string | null;
  readonly domain: string | null;
  readonly site: Site | null;
  readonly name: LocalText | null;
  readonly longitude: number | null;
  readonly latitude: number | null;
  readonly level: LevelName;
  readonly activeAlarms: number;
}

export interface Asset {
  readonly id: string;
  readonly kind: string | null;
  readonly domain: string | null;
  readonly name: LocalText | null;
  readonly position: { readonly longitude: number; readonly latitude: number; readonly observedAt: string } | null;
  readonly level: LevelName;
}

export interface Gateway {
  readonly id: string;
  readonly domain: string | null;
  readonly online: boolean | null;
  readonly lastReceivedAt: string | null;
  readonly accepted: number;
  readonly rejected: Readonly<Record<string, number>>;
  readonly known: boolean;
}

export interface Datastream {
  readonly id: string;
  readonly gateway: string;
  readonly name: string;
  readonly station: string | null;
  readonly asset: string | null;
  readonly domain: string | null;
  readonly quantity: string | null;
  readonly unit: string | null;
  readonly decimals: number | null;
  readonly assigned: boolean;
  readonly limits: Readonly<Partial<Record<LevelName, number>>> | null;
  readonly latest: { readonly observedAt: string; readonly value: number | null; readonly text: string | null; readonly quality: string } | null;
}

/** What went wrong with a station, or with a peer that is none. */
export interface HeardProblem { readonly code: string; readonly at: string; readonly detail: string | null }

/** A field protocol that is listened to. */
export interface HeardProtocol {
  readonly protocol: string;
  readonly domain: string;
  readonly connections: number;
  readonly stations: number;
  readonly unlistedFrames: number;
  readonly refused: Readonly<Record<string, number>>;
  readonly lastProblem: HeardProblem | null;
}

/** A station of a field protocol that was heard since the service started. Its address is its gateway id. */
export interface HeardStation {
  readonly protocol: string;
  readonly station: string;
  readonly domain: string;
  readonly known: boolean;
  readonly catalogueStations: readonly string[];
  readonly online: boolean;
  readonly connections: number;
  readonly lastHeardAt: string | null;
  readonly frames: { readonly good: number; readonly partlyBad: number; readonly refused: Readonly<Record<string, number>> };
  readonly holes: readonly { readonly from: string; readonly until: string }[];
  readonly lastProblem: HeardProblem | null;
  readonly unassigned: number;
}

export interface RawReading {
  readonly at: string;
  readonly value?: number | null;
  readonly text?: string | null;
  readonly longitude?: number | null;
  readonly latitude?: number | null;
  readonly quality: string;
}

export interface Bucket {
  readonly at: string;
  readonly min: number | null;
  readonly max: number | null;
  readonly avg: number | null;
  readonly count: number;
  readonly last: number | null;
}

export interface Readings {
  readonly datastream: string;
  readonly unit: string | null;
  readonly every: string | null;
  readonly readings?: readonly RawReading[];
  readonly buckets?: readonly Bucket[];
  readonly truncated?: boolean;
}

/** The measure of an alarm over time. */
export interface Trend {
  readonly measure: string;
  readonly unit: string | null;
  /** The value from a moment on, until the next point; null while there is none. */
  readonly points?: readonly { readonly at: string; readonly value: number | null }[];
  readonly buckets?: readonly Bucket[];
  readonly truncated?: boolean;
}

export interface ZoneFeature {
  readonly type: 'Feature';
  readonly properties: { readonly id: string; readonly kind: string | null; readonly domain: string | null; readonly name: LocalText | null };
  readonly geometry: { readonly type: string; readonly coordinates: unknown };
}
export interface ZoneCollection { readonly type: 'FeatureCollection'; readonly features: readonly ZoneFeature[] }

export type WarningColour = 'red' | 'orange' | 'yellow' | 'blue' | 'white' | 'none';

export interface WarningText {
  readonly language: string;
  readonly event: string;
  readonly issuer: string | null;
  readonly headline: string | null;
  readonly description: string | null;
  readonly instruction: string | null;
  readonly web: string | null;
  readonly contact: string | null;
}

export interface WarningArea {
  readonly language: string;
  readonly description: string;
  readonly polygons: readonly (readonly (readonly number[])[])[];
  readonly circles: readonly { readonly longitude: number; readonly latitude: number; readonly radiusKilometres: number }[];
}

/** An official warning 预警: what an authority says, not what a rule found. */
export interface OfficialWarning {
  readonly id: string;
  readonly identifier: string;
  readonly sender: string;
  readonly sent: string;
  readonly issuer: string;
  readonly status: string;
  readonly state: string;
  readonly event: string | null;
  readonly colour: WarningColour;
  readonly colourStated: boolean;
  readonly effective: string;
  readonly onset: string | null;
  readonly expires: string | null;
  readonly note: string | null;
  readonly texts: readonly WarningText[];
  readonly areas: readonly WarningArea[];
  readonly references: readonly { readonly identifier: string; readonly effect: string }[];
  readonly receivedAt: string;
  readonly receivedFrom: string;
}

export interface WarningPage { readonly revision: number; readonly count: number; readonly warnings: readonly OfficialWarning[] }
