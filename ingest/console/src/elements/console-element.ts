// The base of the console's elements: rendered into the page itself (one style sheet for all), again whenever model or language change.
import { LitElement } from 'lit';
import type { ConsoleModel } from '../model/console-model';
import { onLanguage } from '../text/language';

export abstract class ConsoleElement extends LitElement {
  static override properties = { model: { attribute: false } };

  declare model: ConsoleModel;
  private stops: (() => void)[] = [];

  protected override createRenderRoot(): HTMLElement { return this; }

  override connectedCallback(): void {
    super.connectedCallback();
    const again = (): void => this.requestUpdate();
    this.stops = [this.model.subscribe(again), onLanguage(again)];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const stop of this.stops) stop();
    this.stops = [];
  }
}
