// The map's style: sea, land, a grid, zones, places. No address of another origin, no glyph files: MapLibre draws the text from the
// computer's own fonts, as the rest of the page does.
import type { ExpressionSpecification, LayerSpecification, SourceSpecification, StyleSpecification } from 'maplibre-gl';
import { LEVELS, NORMAL } from '../model/levels';

export const SEA = '#12191c';
export const LAND = '#1f292c';
export const COAST = '#43534f';
const GRID = '#2a3638';
const TEXT = '#d5dedc';
const HALO = '#12191c';
const FONTS = ['Noto Sans CJK SC', 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', 'sans-serif'];

const NOTHING = { type: 'FeatureCollection', features: [] } as const;

const colourOf = (rank: ExpressionSpecification): ExpressionSpecification =>
  ['match', rank, ...LEVELS.flatMap((level) => [level.rank, level.colour]), NORMAL.colour] as unknown as ExpressionSpecification;

const label = (field: ExpressionSpecification, size: number) => ({ 'text-field': field, 'text-font': FONTS, 'text-size': size });

const empty = (): SourceSpecification => ({ type: 'geojson', data: NOTHING as never });

export function mapStyle(landUrl: string): StyleSpecification {
  return {
    version: 8,
    sources: {
      land: { type: 'geojson', data: landUrl, maxzoom: 6 },
      grid: empty(),
      zones: empty(),
      warnings: empty(),
      assets: empty(),
      selected: empty(),
      stations: {
        type: 'geojson', data: NOTHING as never, cluster: true, clusterRadius: 44, clusterMaxZoom: 13,
        clusterProperties: { rank: ['max', ['get', 'rank']], alarms: ['+', ['get', 'alarms']] },
      },
    },
    layers: [
      { id: 'sea', type: 'background', paint: { 'background-color': SEA } },
      { id: 'land', type: 'fill', source: 'land', paint: { 'fill-color': LAND, 'fill-outline-color': COAST } },
      { id: 'grid', type: 'line', source: 'grid', paint: { 'line-color': GRID, 'line-width': 1 } },
      { id: 'grid-label', type: 'symbol', source: 'grid', layout: { ...label(['get', 'label'], 10), 'symbol-placement': 'line', 'symbol-spacing': 600, 'text-offset': [0, 0.7] }, paint: { 'text-color': '#6f7f7c', 'text-halo-color': HALO, 'text-halo-width': 1 } },
      ...zoneLayers(),
      ...warningLayers(),
      ...selectedLayers(),
      ...placeLayers(),
      selectedIcon,
    ],
  };
}

function zoneLayers(): LayerSpecification[] {
  return [
    { id: 'zone-fill', type: 'fill', source: 'zones', paint: { 'fill-color': colourOf(['get', 'rank']), 'fill-opacity': ['case', ['>', ['get', 'rank'], 0], 0.14, 0.05] } },
    { id: 'zone-line', type: 'line', source: 'zones', paint: { 'line-color': colourOf(['get', 'rank']), 'line-width': 1.5, 'line-dasharray': [3, 2] } },
    { id: 'zone-label', type: 'symbol', source: 'zones', minzoom: 9, layout: label(['get', 'name'], 11), paint: { 'text-color': TEXT, 'text-halo-color': HALO, 'text-halo-width': 1.5 } },
  ];
}

// Lines alone, with a dark edge and their name on them: areas of official warnings are no zones, and nothing in them is coloured by them.
function warningLayers(): LayerSpecification[] {
  const colour = ['match', ['get', 'colour'], ...LEVELS.flatMap((level) => [level.name, level.colour]), '#ffffff'] as unknown as ExpressionSpecification;
  const width: ExpressionSpecification = ['case', ['get', 'open'], 4, 2.5];
  return [
    { id: 'warning-edge', type: 'line', source: 'warnings', layout: { 'line-join': 'round' }, paint: { 'line-color': '#000000', 'line-width': ['+', width, 3], 'line-opacity': 0.7 } },
    { id: 'warning-line', type: 'line', source: 'warnings', layout: { 'line-join': 'round' }, paint: { 'line-color': colour, 'line-width': width, 'line-dasharray': [4, 1] } },
    {
      id: 'warning-label', type: 'symbol', source: 'warnings', layout: { ...label(['get', 'label'], 12), 'symbol-placement': 'line', 'symbol-spacing': 360, 'text-offset': [0, -0.9] },
      paint: { 'text-color': '#ffffff', 'text-halo-color': HALO, 'text-halo-width': 2 },
    },
  ];
}

function selectedLayers(): LayerSpecification[] {
  return [
    { id: 'selected-zone', type: 'line', source: 'selected', filter: ['==', ['get', 'part'], 'zone'], paint: { 'line-color': '#ffffff', 'line-width': 3, 'line-opacity': 0.8 } },
    { id: 'selected-track', type: 'line', source: 'selected', filter: ['==', ['get', 'part'], 'track'], layout: { 'line-join': 'round', 'line-cap': 'round' }, paint: { 'line-color': '#ffffff', 'line-width': 2, 'line-opacity': 0.75 } },
    { id: 'selected-ring', type: 'circle', source: 'selected', filter: ['==', ['get', 'part'], 'ring'], paint: { 'circle-radius': 21, 'circle-color': 'rgba(255,255,255,0.10)', 'circle-stroke-color': '#ffffff', 'circle-stroke-width': 2.5 } },
  ];
}

const iconOf: ExpressionSpecification = ['concat', 'level-', ['to-string', ['get', 'rank']]];
const single: ExpressionSpecification = ['!', ['has', 'point_count']];

function placeLayers(): LayerSpecification[] {
  // Worse levels are drawn later, so above.
  const order: ExpressionSpecification = ['get', 'rank'];
  const halo = { 'text-color': TEXT, 'text-halo-color': HALO, 'text-halo-width': 1.6 };
  return [
    {
      id: 'cluster', type: 'symbol', source: 'stations', filter: ['has', 'point_count'],
      layout: { 'icon-image': iconOf, 'icon-allow-overlap': true, 'icon-ignore-placement': true, 'symbol-sort-key': order, ...label(['concat', '×', ['to-string', ['get', 'point_count']]], 12), 'text-anchor': 'left', 'text-offset': [1.25, 0], 'text-optional': true, 'text-allow-overlap': true },
      paint: halo,
    },
    {
      id: 'station', type: 'symbol', source: 'stations', filter: single,
      layout: { 'icon-image': iconOf, 'icon-allow-overlap': true, 'icon-ignore-placement': true, 'symbol-sort-key': order, ...label(['step', ['zoom'], ['case', ['>', ['get', 'rank'], 0], ['get', 'name'], ''], 10, ['get', 'name']], 12), 'text-anchor': 'top', 'text-offset': [0, 1.15], 'text-optional': true, 'text-max-width': 9 },
      paint: halo,
    },
    {
      id: 'asset', type: 'symbol', source: 'assets',
      layout: { 'icon-image': ['case', ['>', ['get', 'rank'], 0], iconOf, 'asset-normal'], 'icon-allow-overlap': true, 'icon-ignore-placement': true, 'symbol-sort-key': order, ...label(['get', 'name'], 12), 'text-anchor': 'top', 'text-offset': [0, 1.15], 'text-optional': true, 'text-max-width': 9 },
      paint: halo,
    },
  ];
}

// Drawn last: the selected alarm is seen even where its station is inside a cluster drawn beside it.
const selectedIcon: LayerSpecification = {
  id: 'selected-icon', type: 'symbol', source: 'selected', filter: ['==', ['get', 'part'], 'ring'],
  layout: { 'icon-image': iconOf, 'icon-allow-overlap': true, 'icon-ignore-placement': true },
};
