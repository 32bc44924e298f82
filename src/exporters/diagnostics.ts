import type { Diagnostic } from '../diagnostics.js';

// What of a model another format cannot say. `at`: a JSON path into the model.

/** A part of a model that has no form in ONNX. */
export const exportOnnx = (at: string, what: string, hint: string): Diagnostic => ({
  code: 'export_onnx',
  at,
  message: `ONNX has no ${what}`,
  hint,
});

/** Neither format was asked for. */
export const exportNothing = (): Diagnostic => ({
  code: 'export_nothing',
  at: '--onnx, --npz',
  message: 'no file to write was given',
  hint: '--onnx <file>, --npz <file>, or both',
  usage: true,
});
