import { RESERVED_NAMES } from './reserved-names.js';

/** Names become C identifiers: a letter, then letters, digits and underscores. */
const NAME_PATTERN = /^[A-Za-z][A-Za-z0-9_]{0,47}$/;
/** Prefix of the runtime's own names, and names of integer and vector types without their _t. */
const TAKEN = /^(rnnq|u?int(_least|_fast)?(8|16|32|64|ptr|max)(x\d+)?(_t)?$|float(16|32|64)x\d+(_t)?$)/i;

/** A legal C identifier that is no name of the runtime, of a type, or among RESERVED_NAMES, whatever its case. */
export const isName = (name: string): boolean =>
  NAME_PATTERN.test(name) && !TAKEN.test(name) && !RESERVED_NAMES.has(name.toLowerCase());
