/** Damage, or a pickle that would call something. `calls` names it. */
export class PickleError extends Error {
  constructor(
    message: string,
    readonly calls?: string,
  ) {
    super(message);
  }
}

/** A tensor of a file: where its elements are, and how they are laid out. */
export interface StoredTensor {
  readonly kind: 'tensor';
  /** float32, float64 .. as PyTorch calls the storage: FloatStorage. */
  readonly storage: string;
  readonly key: string;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

interface Global {
  readonly kind: 'global';
  readonly name: string;
}
interface Storage {
  readonly kind: 'storage';
  readonly type: string;
  readonly key: string;
}
export type PickleMap = Map<Pickled, Pickled>;
export type Pickled =
  | null
  | boolean
  | number
  | string
  | readonly Pickled[]
  | PickleMap
  | StoredTensor
  | Global
  | Storage;

/** How many values a pickle may make: a damaged one ends. */
const MAX_OPERATIONS = 10_000_000;
const utf8 = new TextDecoder();

/**
 * The value of a pickle of PyTorch. A pickle is a program; three of its calls are known (an ordered dictionary, a tensor, a
 * parameter), and are not called but understood. Any other is refused by name.
 */
export function readPickle(bytes: Uint8Array): Pickled {
  const machine = new Machine(bytes);
  for (let count = 0; count < MAX_OPERATIONS; count++) {
    const result = machine.step();
    if (result !== undefined) return result;
  }
  throw new PickleError('it does not end');
}

class Machine {
  readonly #view: DataView;
  #at = 0;
  #stack: Pickled[] = [];
  readonly #marks: Pickled[][] = [];
  readonly #memo = new Map<number, Pickled>();

  constructor(readonly bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** One operation; a value where it is the end. */
  step(): Pickled | undefined {
    const code = this.#byte();
    if (code === 0x2e) return this.#pop();
    const operation = OPERATIONS[code];
    if (operation === undefined)
      throw new PickleError(`it has the operation 0x${code.toString(16)}, which files of weights do not need`);
    operation(this);
    return undefined;
  }

  push(value: Pickled): void {
    this.#stack.push(value);
  }
  #pop(): Pickled {
    const value = this.#stack.pop();
    if (value === undefined) throw new PickleError('it takes a value where none is');
    return value;
  }
  pop(): Pickled {
    return this.#pop();
  }
  /** `count` values, in the order in which they were pushed. */
  tuple(count: number): Pickled[] {
    return Array.from({ length: count }, () => this.#pop()).reverse();
  }
  mark(): void {
    this.#marks.push(this.#stack);
    this.#stack = [];
  }
  toMark(): Pickled[] {
    const values = this.#stack;
    const before = this.#marks.pop();
    if (before === undefined) throw new PickleError('it ends a list that was not begun');
    this.#stack = before;
    return values;
  }
  top(): Pickled {
    const value = this.#stack.at(-1);
    if (value === undefined) throw new PickleError('it takes a value where none is');
    return value;
  }
  remember(place: number): void {
    this.#memo.set(place, this.top());
  }
  recall(place: number): void {
    const value = this.#memo.get(place);
    if (value === undefined) throw new PickleError('it recalls a value that it did not keep');
    this.#stack.push(value);
  }
  get remembered(): number {
    return this.#memo.size;
  }

  #take(count: number): number {
    const at = this.#at;
    if (!(count >= 0 && at + count <= this.bytes.length)) throw new PickleError('it is cut short');
    this.#at += count;
    return at;
  }
  #byte(): number {
    return this.bytes[this.#take(1)]!;
  }
  unsigned(size: 1 | 2 | 4): number {
    const at = this.#take(size);
    if (size === 1) return this.bytes[at]!;
    return size === 2 ? this.#view.getUint16(at, true) : this.#view.getUint32(at, true);
  }
  signed(): number {
    return this.#view.getInt32(this.#take(4), true);
  }
  double(): number {
    return this.#view.getFloat64(this.#take(8), false);
  }
  long(): number {
    const size = this.#byte();
    let value = 0n;
    for (let i = 0; i < size; i++) value |= BigInt(this.#byte()) << BigInt(8 * i);
    return Number(BigInt.asIntN(8 * size, value));
  }
  text(length: number): string {
    const at = this.#take(length);
    return utf8.decode(this.bytes.subarray(at, at + length));
  }
  line(): string {
    const end = this.bytes.indexOf(10, this.#at);
    if (end < 0) throw new PickleError('it is cut short');
    const text = utf8.decode(this.bytes.subarray(this.#at, end));
    this.#at = end + 1;
    return text;
  }
}

type Operation = (machine: Machine) => void;

const mapOf = (value: Pickled): PickleMap => {
  if (!(value instanceof Map)) throw new PickleError('it sets an entry of what is no dictionary');
  return value;
};
const listOf = (value: Pickled | undefined): Pickled[] => {
  if (!Array.isArray(value)) throw new PickleError('it takes a list where none is');
  return value;
};
const numbersOf = (value: Pickled | undefined): number[] => listOf(value).map(numberOf);
function numberOf(value: Pickled | undefined): number {
  if (typeof value !== 'number') throw new PickleError('it takes a number where none is');
  return value;
}
const isKind = <K extends string>(value: Pickled | undefined, kind: K): value is Extract<Pickled, { kind: K }> =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind;

/** What the three known calls mean; nothing is called. */
function understood(callee: Pickled, given: Pickled): Pickled {
  if (!isKind(callee, 'global')) throw new PickleError('it calls what is no function');
  const args = listOf(given);
  switch (callee.name) {
    case 'collections.OrderedDict':
      return new Map();
    case 'torch._utils._rebuild_parameter':
      return args[0] ?? null;
    case 'torch._utils._rebuild_tensor_v2': {
      const [storage, offset, shape, strides] = args;
      if (!isKind(storage, 'storage')) throw new PickleError('a tensor has no storage');
      const { type, key } = storage;
      return {
        kind: 'tensor',
        storage: type,
        key,
        offset: numberOf(offset),
        shape: numbersOf(shape),
        strides: numbersOf(strides),
      };
    }
    default:
      throw new PickleError(`it calls ${callee.name}`, callee.name);
  }
}

function setEntries(machine: Machine, values: readonly Pickled[]): void {
  const map = mapOf(machine.top());
  for (let i = 0; i + 1 < values.length; i += 2) map.set(values[i]!, values[i + 1]!);
}

/** ('storage', <type of storage>, key, device, elements) */
function storageOf(value: Pickled): Storage {
  const [, type, key] = listOf(value);
  if (!isKind(type, 'global')) throw new PickleError('a storage has no type');
  return { kind: 'storage', type: type.name.replace(/^torch\./, ''), key: String(key) };
}

const OPERATIONS: Readonly<Record<number, Operation>> = {
  128: (m) => void m.unsigned(1), // PROTO
  149: (m) => void [m.unsigned(4), m.unsigned(4)], // FRAME
  40: (m) => m.mark(),
  48: (m) => void m.pop(), // POP
  78: (m) => m.push(null),
  136: (m) => m.push(true),
  137: (m) => m.push(false),
  75: (m) => m.push(m.unsigned(1)), // BININT1
  77: (m) => m.push(m.unsigned(2)),
  74: (m) => m.push(m.signed()),
  138: (m) => m.push(m.long()),
  71: (m) => m.push(m.double()),
  88: (m) => m.push(m.text(m.unsigned(4))), // BINUNICODE
  140: (m) => m.push(m.text(m.unsigned(1))),
  125: (m) => m.push(new Map()),
  93: (m) => m.push([]),
  41: (m) => m.push([]), // EMPTY_TUPLE
  116: (m) => m.push(m.toMark()), // TUPLE
  133: (m) => m.push(m.tuple(1)),
  134: (m) => m.push(m.tuple(2)),
  135: (m) => m.push(m.tuple(3)),
  113: (m) => m.remember(m.unsigned(1)), // BINPUT
  114: (m) => m.remember(m.unsigned(4)),
  148: (m) => m.remember(m.remembered), // MEMOIZE
  104: (m) => m.recall(m.unsigned(1)), // BINGET
  106: (m) => m.recall(m.unsigned(4)),
  99: (m) => m.push({ kind: 'global', name: `${m.line()}.${m.line()}` }), // GLOBAL
  147: (m) => m.push({ kind: 'global', name: m.tuple(2).map(String).join('.') }), // STACK_GLOBAL
  82: (m) => {
    const [callee, args] = m.tuple(2); // REDUCE
    m.push(understood(callee!, args!));
  },
  129: (m) => {
    const [callee, args] = m.tuple(2); // NEWOBJ: an object of a class, as torch.save(model) writes it
    m.push(understood(callee!, args!));
  },
  105: (m) => m.push(understood({ kind: 'global', name: `${m.line()}.${m.line()}` }, m.toMark())), // INST
  111: (m) => {
    const [callee, ...args] = m.toMark(); // OBJ
    m.push(understood(callee ?? null, args));
  },
  98: (m) => void m.pop(), // BUILD: attributes of a dictionary, which no weight is in
  81: (m) => m.push(storageOf(m.pop())), // BINPERSID
  97: (m) => {
    const value = m.pop(); // APPEND
    listOf(m.top()).push(value);
  },
  101: (m) => {
    const values = m.toMark(); // APPENDS
    const list = listOf(m.top());
    for (const value of values) list.push(value);
  },
  115: (m) => setEntries(m, m.tuple(2)), // SETITEM
  117: (m) => setEntries(m, m.toMark()), // SETITEMS
};
