// The icons of the map: each level's shape in its colour with its numeral inside, so that a cluster tells its worst level without colour too.
import type { Map as MapLibreMap } from 'maplibre-gl';
import { LEVELS, NORMAL } from '../model/levels';

const SIZE = 30;
const PIXEL_RATIO = 2;
const DARK = '#10171a';
const FONT = '"Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif';

export const iconName = (rank: number): string => `level-${rank}`;

export function addLevelIcons(map: MapLibreMap): void {
  for (const level of LEVELS) map.addImage(iconName(level.rank), drawn(SIZE, (context) => drawLevel(context, level.rank, level.colour, level.numeral)), { pixelRatio: PIXEL_RATIO });
  map.addImage(iconName(NORMAL.rank), drawn(14, drawNormal), { pixelRatio: PIXEL_RATIO });
  map.addImage('asset-normal', drawn(18, drawAsset), { pixelRatio: PIXEL_RATIO });
}

function drawn(size: number, draw: (context: CanvasRenderingContext2D) => void): ImageData {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = size * PIXEL_RATIO;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('the browser gives no canvas to draw on');
  context.scale(PIXEL_RATIO, PIXEL_RATIO);
  context.translate(size / 2, size / 2);
  draw(context);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

function drawLevel(context: CanvasRenderingContext2D, rank: number, colour: string, numeral: string): void {
  tracePath(context, rank);
  context.lineJoin = 'round';
  context.lineWidth = 3;
  context.strokeStyle = DARK;
  context.stroke();
  context.fillStyle = colour;
  context.fill();
  context.fillStyle = DARK;
  context.font = `900 12px ${FONT}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(numeral, 0, rank === 3 ? 4 : 0.5);
}

function tracePath(context: CanvasRenderingContext2D, rank: number): void {
  context.beginPath();
  switch (rank) {
    case 4: polygon(context, [[0, -13], [13, 0], [0, 13], [-13, 0]]); break;
    case 3: polygon(context, [[0, -12], [13.5, 11], [-13.5, 11]]); break;
    case 2: polygon(context, [[-10, -10], [10, -10], [10, 10], [-10, 10]]); break;
    default: context.arc(0, 0, 11, 0, 2 * Math.PI);
  }
}

function polygon(context: CanvasRenderingContext2D, points: readonly (readonly [number, number])[]): void {
  points.forEach(([x, y], index) => (index === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
  context.closePath();
}

function drawNormal(context: CanvasRenderingContext2D): void {
  context.beginPath();
  context.arc(0, 0, 4, 0, 2 * Math.PI);
  context.fillStyle = DARK;
  context.fill();
  context.lineWidth = 1.75;
  context.strokeStyle = NORMAL.colour;
  context.stroke();
}

// An arrowhead: a thing that moves, not one that stands.
function drawAsset(context: CanvasRenderingContext2D): void {
  context.beginPath();
  polygon(context, [[0, -7], [6, 6], [0, 3], [-6, 6]]);
  context.lineJoin = 'round';
  context.lineWidth = 1.75;
  context.fillStyle = DARK;
  context.fill();
  context.strokeStyle = NORMAL.colour;
  context.stroke();
}
