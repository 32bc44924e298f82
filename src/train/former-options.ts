/** Options that had other names in run folders of earlier versions. */
const RENAMED: Readonly<Record<string, string>> = {
  window: 'backpropSteps',
  threshold: 'zeroThreshold',
  fakeQuantizationFrom: 'quantizeActivationsFrom',
};

/** The options of an earlier version's config.json under their present names; present ones stay as they are. Tables had one reading. */
export function renameFormerOptions(options: unknown): unknown {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) return options;
  const renamed = Object.fromEntries(
    Object.entries(options).flatMap(([key, value]): [string, unknown][] => {
      if (key !== 'distillation') return [[RENAMED[key] ?? key, value]];
      const { weight, temperature } = (value ?? {}) as { weight?: unknown; temperature?: unknown };
      return [
        ['distillWeight', weight],
        ['distillTemperature', temperature],
      ];
    }),
  );
  return { tables: 'nearest', ...renamed };
}
