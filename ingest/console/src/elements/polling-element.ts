// A page that asks the service for its list every few seconds while it is in sight.
import { html, nothing, type TemplateResult } from 'lit';
import { ApiError } from '../api/client';
import { reasonOf, t } from '../text/language';
import { ConsoleElement } from './console-element';

const POLL_MS = 5_000;

export abstract class PollingElement<T> extends ConsoleElement {
  private data: T | null = null;
  private failure = '';
  private timer: ReturnType<typeof setTimeout> | undefined;

  protected abstract fetch(): Promise<T>;
  protected abstract content(data: T): TemplateResult;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.poll();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  // The next question follows the answer: a slow service is not asked faster than it answers.
  private async poll(): Promise<void> {
    try {
      if (!document.hidden || this.data === null) this.data = await this.fetch();
      this.failure = '';
    } catch (error) {
      // The banner says it of a service that is starting.
      this.failure = ApiError.isRecovery(error) ? '' : reasonOf(error);
    }
    if (!this.isConnected) return;
    this.requestUpdate();
    this.timer = setTimeout(() => void this.poll(), POLL_MS);
  }

  protected override render(): TemplateResult {
    return html`<section class="page">
      ${this.failure === '' ? nothing : html`<p class="failure" role="alert">${t('page.failed', { reason: this.failure })}</p>`}
      ${this.data !== null ? this.content(this.data) : this.failure === '' ? html`<p class="empty">${t('page.loading')}</p>` : nothing}
    </section>`;
  }
}
