/** Names become C identifiers: a letter, then letters, digits and underscores. */
const NAME_PATTERN = /^[A-Za-z][A-Za-z0-9_]{0,47}$/;
/** Prefix of the runtime's own names, and names of integer types without their _t. */
const TAKEN = /^(rnnq|u?int(8|16|32|64|ptr|max)$)/i;

/** include/<name>.h would hide a standard header from the compiler, or CMake would refuse the target. */
const RESERVED_NAMES: ReadonlySet<string> = new Set([
  ...[
    'assert',
    'complex',
    'ctype',
    'errno',
    'fenv',
    'float',
    'inttypes',
    'iso646',
    'limits',
    'locale',
    'math',
    'setjmp',
  ],
  ...['signal', 'stdalign', 'stdarg', 'stdatomic', 'stdbool', 'stddef', 'stdint', 'stdio', 'stdlib', 'stdnoreturn'],
  ...['string', 'tgmath', 'threads', 'time', 'uchar', 'wchar', 'wctype', 'features', 'newlib', 'unistd', 'alloca'],
  ...['all', 'all_build', 'clean', 'edit_cache', 'help', 'install', 'package', 'package_source', 'preinstall'],
  ...['rebuild_cache', 'run_tests', 'test', 'zero_check'],
]);

/** A legal C identifier that is no name of the runtime, of a standard header, or of a type, and no target of CMake's own. */
export const isName = (name: string): boolean =>
  NAME_PATTERN.test(name) && !TAKEN.test(name) && !RESERVED_NAMES.has(name.toLowerCase());
