/** A member of the stream structure of the generated C: what a block or a decision keeps between calls. */
export interface StreamField {
  readonly name: string;
  readonly ctype: 'int16_t' | 'uint16_t' | 'int32_t';
  /** Elements of an array; 0: a single value. */
  readonly length: number;
  /** What reset sets every element to. */
  readonly initial: number;
}
