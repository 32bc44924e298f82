// C = A B on panels of 8 columns; 4 x 8 register block.

/** Packs B (K x N, element (k, n) at k * rowStride + n * columnStride) into panels of 8 columns; N is a multiple of 8. */
export function packPanels(b: usize, k: i32, n: i32, rowStride: i32, columnStride: i32, panels: usize): void {
  for (let j = 0; j < n; j += 8) {
    if (columnStride == 1) {
      let source = b + ((<usize>j) << 2);
      for (let i = 0; i < k; i++) {
        v128.store(panels, v128.load(source));
        v128.store(panels, v128.load(source, 16), 16);
        panels += 32;
        source += (<usize>rowStride) << 2;
      }
    } else {
      for (let i = 0; i < k; i++) {
        let source = b + ((<usize>(i * rowStride + j * columnStride)) << 2);
        for (let q: usize = 0; q < 32; q += 4) {
          store<f32>(panels + q, load<f32>(source));
          source += (<usize>columnStride) << 2;
        }
        panels += 32;
      }
    }
  }
}

// @ts-ignore: decorator
@inline function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  return f32x4.add(c, f32x4.mul(a, b));
}

/** How gemm begins its sums. */
const FROM_ZERO = 0;
const FROM_C = 1;

/**
 * C (M x N, row stride ldc) = [C +] [bias +] A B; A's element (i, k) is at i * aRow + k * aColumn, B is packed.
 * mode 0: from zero, 1: from C, 2: every row from `bias` (N elements).
 */
export function gemm(m: i32, n: i32, k: i32, a: usize, aRow: i32, aColumn: i32, panels: usize, c: usize, ldc: i32, mode: i32, bias: usize): void {
  const rowBytes = (<usize>aRow) << 2;
  const columnBytes = (<usize>aColumn) << 2;
  const cBytes = (<usize>ldc) << 2;
  const zero = f32x4.splat(0);
  for (let j = 0; j < n; j += 8) {
    const panel = panels + ((<usize>(j * k)) << 2);
    const end = panel + ((<usize>k) << 5);
    const offset = (<usize>j) << 2;
    let b0 = zero;
    let b1 = zero;
    if (mode > FROM_C) {
      b0 = v128.load(bias + offset);
      b1 = v128.load(bias + offset, 16);
    }
    let i = 0;
    for (; i + 4 <= m; i += 4) {
      let a0 = a + <usize>i * rowBytes;
      let a1 = a0 + rowBytes;
      let a2 = a1 + rowBytes;
      let a3 = a2 + rowBytes;
      const c0 = c + <usize>i * cBytes + offset;
      const c1 = c0 + cBytes;
      const c2 = c1 + cBytes;
      const c3 = c2 + cBytes;
      let r00 = b0, r01 = b1, r10 = b0, r11 = b1, r20 = b0, r21 = b1, r30 = b0, r31 = b1;
      if (mode == FROM_C) {
        r00 = v128.load(c0); r01 = v128.load(c0, 16); r10 = v128.load(c1); r11 = v128.load(c1, 16);
        r20 = v128.load(c2); r21 = v128.load(c2, 16); r30 = v128.load(c3); r31 = v128.load(c3, 16);
      }
      let p = panel;
      while (p < end) {
        const p0 = v128.load(p);
        const p1 = v128.load(p, 16);
        let s = v128.load32_splat(a0);
        r00 = multiplyAdd(s, p0, r00); r01 = multiplyAdd(s, p1, r01);
        s = v128.load32_splat(a1);
        r10 = multiplyAdd(s, p0, r10); r11 = multiplyAdd(s, p1, r11);
        s = v128.load32_splat(a2);
        r20 = multiplyAdd(s, p0, r20); r21 = multiplyAdd(s, p1, r21);
        s = v128.load32_splat(a3);
        r30 = multiplyAdd(s, p0, r30); r31 = multiplyAdd(s, p1, r31);
        a0 += columnBytes; a1 += columnBytes; a2 += columnBytes; a3 += columnBytes;
        p += 32;
      }
      v128.store(c0, r00); v128.store(c0, r01, 16); v128.store(c1, r10); v128.store(c1, r11, 16);
      v128.store(c2, r20); v128.store(c2, r21, 16); v128.store(c3, r30); v128.store(c3, r31, 16);
    }
    for (; i < m; i++) {
      let a0 = a + <usize>i * rowBytes;
      const c0 = c + <usize>i * cBytes + offset;
      let r00 = b0, r01 = b1;
      if (mode == FROM_C) {
        r00 = v128.load(c0); r01 = v128.load(c0, 16);
      }
      let p = panel;
      while (p < end) {
        const s = v128.load32_splat(a0);
        r00 = multiplyAdd(s, v128.load(p), r00);
        r01 = multiplyAdd(s, v128.load(p, 16), r01);
        a0 += columnBytes;
        p += 32;
      }
      v128.store(c0, r00);
      v128.store(c0, r01, 16);
    }
  }
}
