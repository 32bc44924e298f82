/** Real values; those of large files are float32, which is what the chip's arithmetic begins with. */
export type Values = Float64Array | Float32Array;
