// Lines of latitude and longitude over what is in sight. Inland, where no coast is near, they are what shows scale and place.
import type { Feature, FeatureCollection } from 'geojson';

const STEPS = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30];
const LINES_ACROSS = 6;

export interface Bounds { readonly west: number; readonly east: number; readonly south: number; readonly north: number }

export function gridOf({ west, east, south, north }: Bounds): FeatureCollection {
  const step = STEPS.find((candidate) => (east - west) / candidate <= LINES_ACROSS) ?? 30;
  const decimals = step < 0.01 ? 3 : step < 0.1 ? 2 : step < 1 ? 1 : 0;
  const features: Feature[] = [];
  const line = (coordinates: [number, number][], label: string): void => { features.push({ type: 'Feature', geometry: { type: 'LineString', coordinates }, properties: { label } }); };
  const bottom = Math.max(south - step, -85);
  const top = Math.min(north + step, 85);
  for (let x = Math.ceil((west - step) / step); x * step <= east + step; x++)
    line([[x * step, bottom], [x * step, top]], degrees(x * step, decimals, 'E', 'W'));
  for (let y = Math.ceil(bottom / step); y * step <= top; y++)
    line([[west - step, y * step], [east + step, y * step]], degrees(y * step, decimals, 'N', 'S'));
  return { type: 'FeatureCollection', features };
}

function degrees(value: number, decimals: number, positive: string, negative: string): string {
  const wrapped = positive === 'E' ? ((value + 540) % 360) - 180 : value;
  return `${Math.abs(wrapped).toFixed(decimals)}°${wrapped < 0 ? negative : positive}`;
}
