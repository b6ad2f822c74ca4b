// Which gateways speak, and what of theirs was refused and why.
import { html, nothing, type TemplateResult } from 'lit';
import { api, type Listed } from '../api/client';
import type { Gateway } from '../api/types';
import { dateTimeText, spanText } from '../text/format';
import { t, tOr } from '../text/language';
import { PollingElement } from './polling-element';

export class GatewaysPage extends PollingElement<Listed<Gateway>> {
  protected override fetch(): Promise<Listed<Gateway>> { return api.gateways(); }

  protected override content({ items: gateways, cut }: Listed<Gateway>): TemplateResult {
    const offline = gateways.filter((gateway) => gateway.online === false).length;
    return html`
      <p class="page-summary">${t('gateways.summary', { count: gateways.length, offline })}</p>
      ${cut ? html`<p class="page-summary">${t('page.cut', { count: gateways.length })}</p>` : nothing}
      ${gateways.length === 0 ? html`<p class="empty">${t('gateways.empty')}</p>` : html`<div class="table-frame" tabindex="0" role="region" aria-label=${t('gateways.label')}><table data-testid="gateways">
        <thead><tr><th scope="col">${t('gateways.id')}</th><th scope="col">${t('gateways.online')}</th><th scope="col">${t('detail.domain')}</th><th scope="col">${t('gateways.last')}</th>
          <th scope="col" class="number">${t('gateways.accepted')}</th><th scope="col" class="number">${t('gateways.rejected')}</th><th scope="col">${t('gateways.rejectedReasons')}</th></tr></thead>
        <tbody>${[...gateways].sort(byOnline).map((gateway) => this.row(gateway))}</tbody></table></div>`}`;
  }

  private row(gateway: Gateway): TemplateResult {
    const reasons = Object.entries(gateway.rejected ?? {}).filter(([, count]) => count > 0);
    const { city, clock } = this.model;
    return html`<tr data-gateway-id=${gateway.id}>
      <th scope="row">${gateway.id}${gateway.known ? nothing : html` <span class="tag">${t('gateways.notInCatalogue')}</span>`}</th>
      <td><span class="online online-${String(gateway.online)}"><span aria-hidden="true">${gateway.online === true ? '●' : gateway.online === false ? '✕' : '–'}</span> ${t(gateway.online === true ? 'gateways.yes' : gateway.online === false ? 'gateways.no' : 'gateways.unknown')}</span></td>
      <td>${gateway.domain === null ? '–' : city.domainName(gateway.domain)}</td>
      <td>${gateway.lastReceivedAt === null ? t('gateways.never') : html`${dateTimeText(gateway.lastReceivedAt)} <span class="second">${spanText(clock.now() - Date.parse(gateway.lastReceivedAt))}</span>`}</td>
      <td class="number">${gateway.accepted}</td>
      <td class="number">${reasons.reduce((sum, [, count]) => sum + count, 0)}</td>
      <td>${reasons.map(([reason, count]) => html`<span class="reason">${tOr(`reject.${reason}`, reason)} × ${count}</span>`)}</td>
    </tr>`;
  }
}

// Those a dispatcher should look at come first: offline, then unknown, then by name.
function byOnline(a: Gateway, b: Gateway): number {
  const rank = (gateway: Gateway): number => (gateway.online === false ? 0 : gateway.online === null ? 1 : 2);
  return rank(a) - rank(b) || (a.id < b.id ? -1 : 1);
}

customElements.define('sg-gateways', GatewaysPage);
