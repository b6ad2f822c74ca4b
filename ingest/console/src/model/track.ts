// Where the selected alarm's object went, for the map: the positions among the readings that the trend has loaded anyway.
import type { Readings } from '../api/types';

export class Track {
  alarm: string | null = null;
  points: (readonly [number, number])[] = [];
  version = 0;

  constructor(private readonly changed: () => void) {}

  show(alarm: string, readings: Readings): void {
    const points = (readings.readings ?? [])
      .filter((reading) => typeof reading.longitude === 'number' && typeof reading.latitude === 'number')
      .map((reading) => [reading.longitude!, reading.latitude!] as const);
    if (alarm === this.alarm && points.length === this.points.length) return;
    this.alarm = alarm;
    this.points = points;
    this.version++;
    this.changed();
  }
}
