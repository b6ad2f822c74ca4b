// Name, pages, counts, connection, clock, language: what is true whatever the dispatcher is looking at.
import { html, nothing, type TemplateResult } from 'lit';
import { PAGES } from '../model/console-model';
import { clockText, dateText } from '../text/format';
import { language, setLanguage, t } from '../text/language';
import { ConsoleElement } from './console-element';

export class TopBar extends ConsoleElement {
  protected override render(): TemplateResult {
    const { store, clock, live, page } = this.model;
    const counts = store.counts();
    const state = live.state();
    const connection = state.stale ? 'off' : state.connected ? 'on' : 'connecting';
    const now = clock.now();
    return html`<header class="top">
      <h1>${t('app.title')}</h1>
      <nav aria-label=${t('nav.label')}>${PAGES.map((name) => html`<a href=${`#/${name}`} aria-current=${name === page ? 'page' : nothing}>${t(`nav.${name}`)}</a>`)}</nav>
      <p class="top-counts"><strong data-testid="unacknowledged-count">${t('counts.unacknowledged', { count: counts.unacknowledged })}</strong> <span>${t('counts.open', { count: counts.open })}</span></p>
      <p class="connection connection-${connection}" data-testid="connection" data-state=${connection}><span aria-hidden="true">${connection === 'on' ? '●' : connection === 'off' ? '✕' : '◌'}</span> ${t(`live.${connection}`)}</p>
      <p class="clock" aria-label=${t('clock.label')} title=${t('clock.label')}>${clock.simulated ? html`<span class="tag">${t('clock.simulated.short')}</span> ` : nothing}<span class="clock-date">${dateText(now)}</span> <span class="clock-time">${clockText(now)}</span></p>
      <button type="button" class="quiet help-button" @click=${() => this.dispatchEvent(new CustomEvent('help', { bubbles: true }))} aria-label=${t('help.open')} title=${`${t('help.open')} ( ? )`}>?</button>
      <button type="button" class="quiet" data-testid="lang-switch" lang=${language() === 'zh' ? 'en' : 'zh-CN'} aria-label=${`${t('lang.switch')} – ${t('lang.label')}`} @click=${() => setLanguage(language() === 'zh' ? 'en' : 'zh')}>${t('lang.switch')}</button>
    </header>`;
  }
}

customElements.define('sg-top-bar', TopBar);
