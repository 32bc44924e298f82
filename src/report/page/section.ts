import type { Report } from '../schema.js';
import type { Html } from './html.js';

/** What a section shows. */
export interface Drawn {
  readonly title: string;
  /** How the figures came about. */
  readonly note: Html;
  readonly body: Html;
}

/** A part of the page; a row of SECTIONS. */
export interface Section {
  /** Of its heading, for links. */
  readonly id: string;
  /** In the navigation. */
  readonly name: string;
  /** Null where the report has nothing for it. */
  readonly draw: (report: Report) => Drawn | null;
}

/** Names of the model's own functions and constants without the model's name. */
export const shortName = ({ computed }: Report, name: string): string =>
  name.startsWith(`${computed.model}_`) ? name.slice(computed.model.length + 1) : name.replace(/^rnnq_/, '');

/** Name of the layer at a JSON path; that of the path's first part where it is no layer. */
export const layerName = ({ computed }: Report, origin: string): string => {
  const index = /^\/layers\/(\d+)/.exec(origin)?.[1];
  return (index === undefined ? undefined : computed.layers[Number(index)]?.name) ?? origin.split('/')[1] ?? origin;
};
