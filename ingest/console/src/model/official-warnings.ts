// The official warnings in force, as their issuers put them. They stand beside alarms and are never counted among them: no store, filter or
// count of alarms knows of them.
import { api } from '../api/client';
import type { OfficialWarning, WarningColour, WarningText } from '../api/types';
import { reasonOf } from '../text/language';

/** Worst first; white is the lowest of Guangdong's typhoon signals. */
const COLOURS: readonly WarningColour[] = ['red', 'orange', 'yellow', 'blue', 'white', 'none'];

export class OfficialWarnings {
  list: readonly OfficialWarning[] = [];
  /** How many are in force; more than the list when it was cut. */
  count = 0;
  /** Id of the one whose whole text is shown. */
  openId: string | null = null;
  failure = '';
  /** Grows with each change, like AlarmStore.version. */
  version = 0;

  /** Told of those that were not there before, except at the first time. */
  onNew: (warnings: readonly OfficialWarning[]) => void = () => {};

  private revision: number | null = null;
  private loading = false;

  constructor(private readonly changed: () => void) {}

  /** The service told which revision it is at; asked for when it is another one. A failure is tried again with the next heartbeat. */
  heard(revision: number | undefined): void {
    if (revision !== undefined && revision !== this.revision) void this.refresh();
  }

  async refresh(): Promise<void> {
    if (this.loading) return;
    this.loading = true;
    try {
      const page = await api.warnings();
      const known = new Set(this.list.map(({ id }) => id));
      const isFirst = this.revision === null;
      this.list = inOrder(page.warnings);
      this.count = page.count;
      this.revision = page.revision;
      this.failure = '';
      if (!this.list.some(({ id }) => id === this.openId)) this.openId = null;
      const added = this.list.filter(({ id }) => !known.has(id));
      if (!isFirst && added.length > 0) this.onNew(added);
    } catch (error) {
      this.failure = reasonOf(error);
    } finally {
      this.loading = false;
    }
    this.version++;
    this.changed();
  }

  toggle(id: string): void {
    this.openId = this.openId === id ? null : id;
    this.version++;
    this.changed();
  }
}

/** What is meant before what is practised, then the worst colour, then the newest. */
export function inOrder(warnings: readonly OfficialWarning[]): OfficialWarning[] {
  return [...warnings].sort((a, b) => Number(a.status !== 'actual') - Number(b.status !== 'actual')
    || COLOURS.indexOf(a.colour) - COLOURS.indexOf(b.colour) || (a.sent < b.sent ? 1 : a.sent > b.sent ? -1 : 0));
}

const speaks = (tag: string, language: string): boolean => tag.toLowerCase() === language || tag.toLowerCase().startsWith(`${language}-`);

/** The text in the page's language, or else the first one. */
export function textOf(warning: OfficialWarning, language: string): WarningText | undefined {
  return warning.texts.find((text) => speaks(text.language, language)) ?? warning.texts[0];
}

/** The areas in words, each once, in the language of the text that is shown. */
export function areaText(warning: OfficialWarning, language: string): string {
  const shown = textOf(warning, language)?.language;
  const own = warning.areas.filter((area) => area.language === shown);
  return [...new Set((own.length > 0 ? own : warning.areas).map((area) => area.description))].join(language === 'zh' ? '；' : '; ');
}
