// The outlines of official warnings for the map. Pure: warnings in, GeoJSON out.
import type { Feature, FeatureCollection, Position } from 'geojson';
import type { OfficialWarning } from '../api/types';
import { language, tOr } from '../text/language';
import { textOf } from '../model/official-warnings';

/** As many outlines as a map can be read with. */
const MOST_OUTLINES = 500;
const CIRCLE_CORNERS = 64;
const KM_PER_DEGREE = 111.195;

export function warningOutlines(warnings: readonly OfficialWarning[], openId: string | null): FeatureCollection {
  const features: Feature[] = [];
  for (const warning of warnings) {
    // An area said in two languages has the same outline twice.
    const drawn = new Set<string>();
    for (const area of warning.areas)
      for (const ring of [...area.polygons, ...area.circles.map(ringOf)]) {
        const text = JSON.stringify(ring);
        if (drawn.has(text) || features.length >= MOST_OUTLINES) continue;
        drawn.add(text);
        features.push({ type: 'Feature', geometry: { type: 'LineString', coordinates: ring as Position[] }, properties: propertiesOf(warning, openId) });
      }
  }
  return { type: 'FeatureCollection', features };
}

function propertiesOf(warning: OfficialWarning, openId: string | null): Record<string, string | boolean> {
  const name = textOf(warning, language())?.event ?? warning.event ?? '';
  const practice = warning.status === 'actual' ? '' : ` · ${tOr(`warning.status.${warning.status}`, warning.status)}`;
  return { colour: warning.colour, label: `${name} ${tOr(`warning.colour.${warning.colour}`, warning.colour)}${practice}`, open: warning.id === openId };
}

// Small enough areas that a degree of longitude has one length over the whole of them; the poles have no weather offices.
function ringOf(circle: { readonly longitude: number; readonly latitude: number; readonly radiusKilometres: number }): Position[] {
  const north = circle.radiusKilometres / KM_PER_DEGREE;
  const east = north / Math.max(0.01, Math.cos((circle.latitude * Math.PI) / 180));
  return Array.from({ length: CIRCLE_CORNERS + 1 }, (_, corner) => {
    const angle = (2 * Math.PI * (corner % CIRCLE_CORNERS)) / CIRCLE_CORNERS;
    return [circle.longitude + east * Math.cos(angle), circle.latitude + north * Math.sin(angle)];
  });
}
