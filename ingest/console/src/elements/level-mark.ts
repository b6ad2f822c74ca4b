// A level as it is shown everywhere: shape, numeral and word; the colour only adds to them.
import { html, type TemplateResult } from 'lit';
import type { Level } from '../model/levels';
import { t } from '../text/language';

export function levelMark(level: Level, withWord = true): TemplateResult {
  return html`<span class="level level-${level.name}"><span class="level-shape" aria-hidden="true">${level.shape}</span><span
    class="level-numeral">${level.numeral}</span>${withWord ? html`<span class="level-word">${t(`level.${level.name}`)}</span>` : html`<span
    class="visually-hidden">${t(`level.${level.name}`)}</span>`}</span>`;
}
