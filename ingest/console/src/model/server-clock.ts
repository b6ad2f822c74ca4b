// The service's clock, kept between its messages. A demo or a drill runs it faster than real time and in another year, so ages and
// windows are reckoned by it and never by this computer's clock.
export class ServerClock {
  private baseServer: number;
  private baseLocal: number;
  simulated = false;
  speed = 1;

  /** `localNow`: milliseconds that only move forward. */
  constructor(private readonly localNow: () => number = () => performance.now(), start: number = Date.now()) {
    this.baseServer = start;
    this.baseLocal = localNow();
  }

  now(): number { return this.baseServer + (this.localNow() - this.baseLocal) * this.speed; }

  /** Takes the time of a message that has just come. */
  set(now: string): void {
    const time = Date.parse(now);
    if (Number.isNaN(time)) return;
    this.baseServer = time;
    this.baseLocal = this.localNow();
  }

  setSpeed(simulated: boolean, speed: number): void {
    const now = this.now();
    this.simulated = simulated;
    this.speed = simulated && speed > 0 ? speed : 1;
    this.baseServer = now;
    this.baseLocal = this.localNow();
  }
}
