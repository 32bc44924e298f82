/** A table of a flatbuffer: fields by their number in the schema. An offset out of the file is a RangeError. */
export class Table {
  constructor(
    readonly view: DataView,
    readonly at: number,
  ) {}

  /** The root table of a file. */
  static root(bytes: Uint8Array): Table {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new Table(view, view.getUint32(0, true));
  }

  /** Where a field is; 0 where it has its default. */
  #field(id: number): number {
    const fields = this.at - this.view.getInt32(this.at, true);
    const slot = 4 + 2 * id;
    const offset = slot < this.view.getUint16(fields, true) ? this.view.getUint16(fields + slot, true) : 0;
    return offset === 0 ? 0 : this.at + offset;
  }

  /** A scalar field by one of DataView's readers. */
  scalar<K extends 'Int8' | 'Uint8' | 'Int32' | 'Uint32' | 'Float32'>(id: number, type: K, otherwise = 0): number {
    const at = this.#field(id);
    return at === 0 ? otherwise : this.view[`get${type}`](at, true);
  }

  table(id: number): Table | undefined {
    const at = this.#field(id);
    return at === 0 ? undefined : new Table(this.view, at + this.view.getUint32(at, true));
  }

  tables(id: number): Table[] {
    return this.#vector(id, 4, (at) => new Table(this.view, at + this.view.getUint32(at, true)));
  }

  integers(id: number): number[] {
    return this.#vector(id, 4, (at) => this.view.getInt32(at, true));
  }

  floats(id: number): number[] {
    return this.#vector(id, 4, (at) => this.view.getFloat32(at, true));
  }

  longs(id: number): number[] {
    return this.#vector(id, 8, (at) => Number(this.view.getBigInt64(at, true)));
  }

  bytes(id: number): Uint8Array {
    const [start, length] = this.#place(id, 1);
    return new Uint8Array(this.view.buffer, this.view.byteOffset + start, length);
  }

  text(id: number): string {
    return Buffer.from(this.bytes(id)).toString('utf8');
  }

  #vector<T>(id: number, size: number, read: (at: number) => T): T[] {
    const [start, length] = this.#place(id, size);
    return Array.from({ length }, (_, i) => read(start + i * size));
  }

  #place(id: number, size: number): [start: number, length: number] {
    const at = this.#field(id);
    if (at === 0) return [0, 0];
    const vector = at + this.view.getUint32(at, true);
    const length = this.view.getUint32(vector, true);
    if (vector + 4 + length * size > this.view.byteLength) throw new RangeError('a vector ends behind the file');
    return [vector + 4, length];
  }
}
