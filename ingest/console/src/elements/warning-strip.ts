// Official warnings 预警 in force, above the alarms and apart from them: who issued it, what for, its colour in words, where, until when. What is
// only practised says so first. A click shows the whole text.
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { OfficialWarning } from '../api/types';
import { areaText, textOf } from '../model/official-warnings';
import { dateTimeText, shortTimeText } from '../text/format';
import { language, t, tOr } from '../text/language';
import { ConsoleElement } from './console-element';

export class WarningStrip extends ConsoleElement {
  protected override render(): TemplateResult | typeof nothing {
    const { list, count, failure } = this.model.warnings;
    if (list.length === 0 && failure === '') return nothing;
    return html`<section class="warnings" aria-label=${t('warning.label')} data-testid="warnings" data-count=${count}>
      <h2>${t('warning.title', { count })}${list.length < count ? html` <span class="second">${t('warning.cut', { shown: list.length })}</span>` : nothing}</h2>
      ${failure === '' ? nothing : html`<p class="failure" role="alert">${t('warning.failed', { reason: failure })}</p>`}
      <ul>${repeat(list, (warning) => warning.id, (warning) => this.item(warning))}</ul>
    </section>`;
  }

  private item(warning: OfficialWarning): TemplateResult {
    const { warnings, clock } = this.model;
    const open = warnings.openId === warning.id;
    const text = textOf(warning, language());
    const until = warning.expires === null ? t('warning.untilNotice') : t('warning.until', { time: shortTimeText(warning.expires, clock.now()) });
    return html`<li>
      <button type="button" class="warning" data-testid="warning" data-warning-id=${warning.id} data-colour=${warning.colour} data-status=${warning.status}
        aria-expanded=${String(open)} aria-controls=${open ? `warning-${warning.id}` : nothing} @click=${() => warnings.toggle(warning.id)}>
        ${warning.status === 'actual' ? nothing : html`<span class="warning-practice">${tOr(`warning.status.${warning.status}`, warning.status)}</span>`}
        <span class="warning-colour warning-${warning.colour}">${tOr(`warning.colour.${warning.colour}`, warning.colour)}</span>
        <span class="warning-event">${text?.event ?? warning.event ?? ''}</span>
        <span class="warning-issuer">${text?.issuer ?? warning.issuer}</span>
        <span class="warning-area">${areaText(warning, language())}</span>
        <span class="warning-until">${until}</span>
      </button>
      ${open ? this.whole(warning) : nothing}
    </li>`;
  }

  private whole(warning: OfficialWarning): TemplateResult {
    const text = textOf(warning, language());
    const fact = (name: string, value: string | null | undefined): TemplateResult | typeof nothing =>
      value ? html`<div><dt>${name}</dt><dd>${value}</dd></div>` : nothing;
    return html`<div class="warning-whole" id="warning-${warning.id}" data-testid="warning-whole" lang=${text?.language ?? nothing}>
      ${text?.headline ? html`<p class="warning-headline">${text.headline}</p>` : nothing}
      ${text?.description ? html`<p>${text.description}</p>` : nothing}
      ${text?.instruction ? html`<p>${text.instruction}</p>` : nothing}
      ${warning.note ? html`<p>${warning.note}</p>` : nothing}
      <dl class="facts" lang=${language()}>
        ${fact(t('warning.area'), areaText(warning, language()))}
        ${fact(t('warning.sent'), dateTimeText(warning.sent))}
        ${fact(t('warning.effective'), dateTimeText(warning.effective))}
        ${fact(t('warning.onset'), warning.onset === null ? null : dateTimeText(warning.onset))}
        ${fact(t('warning.expires'), warning.expires === null ? t('warning.untilNotice') : dateTimeText(warning.expires))}
        ${warning.colourStated ? nothing : fact(t('warning.colour'), t('warning.colourDerived'))}
        ${fact(t('warning.contact'), [text?.contact, text?.web].filter(Boolean).join(' '))}
        ${warning.references.map((reference) => fact(tOr(`warning.effect.${reference.effect}`, reference.effect), reference.identifier))}
        ${fact(t('warning.number'), `${warning.identifier} (${warning.sender})`)}
        ${fact(t('warning.receivedFrom'), `${warning.receivedFrom}, ${dateTimeText(warning.receivedAt)}`)}
      </dl>
    </div>`;
  }
}

customElements.define('sg-warnings', WarningStrip);
