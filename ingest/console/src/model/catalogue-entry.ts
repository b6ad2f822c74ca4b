// What somebody writes into the catalogue so that a station's elements get a meaning (edge/docs/catalogue.md). What only a person knows is left empty, and the
// catalogue's reader refuses an entry without its quantity.
import type { Datastream, HeardStation } from '../api/types';

/** What to fill in, in the language of the page. */
export interface EntryHints { readonly station: string; readonly quantity: string }

// A JSON string is a YAML one, whatever signs a station puts into its names.
const quoted = (text: string): string => JSON.stringify(text);

export function catalogueEntry(station: HeardStation, elements: readonly Datastream[], hints: EntryHints): string {
  const place = station.catalogueStations[0];
  const gateway = station.known ? [] : ['gateways:', `  - { id: ${quoted(station.station)}, domain: ${quoted(station.domain)} }`];
  const datastreams = elements.flatMap(({ name, unit }) => [
    `  - gateway: ${quoted(station.station)}`,
    `    name: ${quoted(name)}`,
    place === undefined ? `    station:     # ${hints.station}` : `    station: ${quoted(place)}`,
    `    quantity:    # ${hints.quantity}`,
    ...(unit === null ? [] : [`    unit: ${quoted(unit)}`]),
  ]);
  return [...gateway, ...(datastreams.length === 0 ? [] : ['datastreams:', ...datastreams])].join('\n');
}
