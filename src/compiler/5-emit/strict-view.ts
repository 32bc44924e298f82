import { bug } from '../../diagnostics.js';

/** Wraps the data of a template so that a field it does not have is an error, not an empty string in the C. */
export function strictView<T extends object>(data: T, name = 'view'): T {
  return new Proxy(data, {
    get(target, key, receiver) {
      const value: unknown = Reflect.get(target, key, receiver);
      if (typeof key === 'symbol') return value;
      if (!(key in target)) return bug(`a template asks for ${name}.${key}, which does not exist`);
      if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value))
        return strictView(value, `${name}.${key}`);
      return value; // methods of arrays run on the wrapped array, so that callbacks get wrapped elements
    },
  });
}
