// Sums, one-hot products, scaleShift inputs and dropout. Lengths are multiples of 4.

export function fill(n: i32, a: usize, value: f32): void {
  const end = a + ((<usize>n) << 2);
  const v = f32x4.splat(value);
  while (a < end) {
    v128.store(a, v);
    a += 16;
  }
}

/** a += b */
export function addInto(n: i32, a: usize, b: usize): void {
  const end = a + ((<usize>n) << 2);
  while (a < end) {
    v128.store(a, f32x4.add(v128.load(a), v128.load(b)));
    a += 16;
    b += 16;
  }
}

/** out_j = sum over rows of a (m x n). */
export function columnSums(m: i32, n: i32, a: usize, out: usize): void {
  const row = (<usize>n) << 2;
  for (let j: usize = 0; j < row; j += 16) {
    let sum = f32x4.splat(0);
    let p = a + j;
    for (let i = 0; i < m; i++) {
      sum = f32x4.add(sum, v128.load(p));
      p += row;
    }
    v128.store(out + j, sum);
  }
}

/** sums_j += column sums of a (m x n), squares_j += of their squares; f64. */
export function columnMoments(m: i32, n: i32, a: usize, sums: usize, squares: usize): void {
  for (let j = 0; j < n; j++) {
    let sum: f64 = 0;
    let square: f64 = 0;
    let p = a + ((<usize>j) << 2);
    for (let i = 0; i < m; i++) {
      const v = <f64>load<f32>(p);
      sum += v;
      square += v * v;
      p += (<usize>n) << 2;
    }
    const at = (<usize>j) << 3;
    store<f64>(sums + at, load<f64>(sums + at) + sum);
    store<f64>(squares + at, load<f64>(squares + at) + square);
  }
}

/** Largest |a|. */
export function largest(n: i32, a: usize): f32 {
  const end = a + ((<usize>n) << 2);
  let most = f32x4.splat(0);
  while (a < end) {
    most = f32x4.max(most, f32x4.abs(v128.load(a)));
    a += 16;
  }
  return Mathf.max(
    Mathf.max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
    Mathf.max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)),
  );
}

/** Rows of a one-hot product: out_i = bias + table[symbols_i] (n wide); a symbol outside 0..size-1 adds nothing. */
export function gatherRows(m: i32, n: i32, size: i32, symbols: usize, table: usize, bias: usize, out: usize): void {
  const row = (<usize>n) << 2;
  for (let i = 0; i < m; i++) {
    const symbol = load<i32>(symbols + ((<usize>i) << 2));
    const known = symbol >= 0 && symbol < size;
    const source = table + <usize>symbol * row;
    for (let j: usize = 0; j < row; j += 16) {
      const b = v128.load(bias + j);
      v128.store(out + j, known ? f32x4.add(b, v128.load(source + j)) : b);
    }
    out += row;
  }
}

/** The gradient of gatherRows: table[symbols_i] += d_i. */
export function scatterRows(m: i32, n: i32, size: i32, symbols: usize, d: usize, table: usize): void {
  const row = (<usize>n) << 2;
  for (let i = 0; i < m; i++) {
    const symbol = load<i32>(symbols + ((<usize>i) << 2));
    if (symbol >= 0 && symbol < size) addInto(n, table + <usize>symbol * row, d);
    d += row;
  }
}

/** u = x * scale + shift, row by row (m x n). chip > 0: rounded to multiples of 1/chip, clamped to +-most of them. */
export function scaleShiftForward(m: i32, n: i32, x: usize, scale: usize, shift: usize, chip: f32, most: f32, u: usize): void {
  for (let i = 0; i < m; i++) {
    for (let j: usize = 0; j < (<usize>n) << 2; j += 4) {
      let v = load<f32>(x + j) * load<f32>(scale + j) + load<f32>(shift + j);
      if (chip > 0) v = Mathf.max(-most, Mathf.min(most, Mathf.floor(v * chip + 0.5))) / chip;
      store<f32>(u + j, v);
    }
    x += (<usize>n) << 2; u += (<usize>n) << 2;
  }
}

/** du becomes the gradient of x in place; dScale and dShift are sums over the rows. chip, most: as in scaleShiftForward. */
export function scaleShiftBackward(m: i32, n: i32, x: usize, scale: usize, shift: usize, chip: f32, most: f32, du: usize, dScale: usize, dShift: usize): void {
  fill(n, dScale, 0);
  fill(n, dShift, 0);
  for (let i = 0; i < m; i++) {
    for (let j: usize = 0; j < (<usize>n) << 2; j += 4) {
      const v = load<f32>(x + j);
      const s = load<f32>(scale + j);
      const cut = chip > 0 && Mathf.abs(Mathf.floor((v * s + load<f32>(shift + j)) * chip + 0.5)) > most;
      const d: f32 = cut ? 0 : load<f32>(du + j);
      store<f32>(dScale + j, load<f32>(dScale + j) + d * v);
      store<f32>(dShift + j, load<f32>(dShift + j) + d);
      store<f32>(du + j, d * s);
    }
    x += (<usize>n) << 2; du += (<usize>n) << 2;
  }
}

/** Inverted dropout of one row: out_j = a_j / (1 - rate) or 0, drawn by a hash of (seed, j) (Murmur3's finalizer). */
export function dropOut(n: i32, seed: i32, rate: f32, a: usize, out: usize): void {
  const threshold = <u32>(<f64>rate * 4294967296.0);
  const gain: f32 = 1 / (1 - rate);
  for (let j = 0; j < n; j++) {
    let x: u32 = <u32>seed + <u32>j * <u32>0x9e3779b9;
    x = (x ^ (x >> 16)) * <u32>0x85ebca6b;
    x = (x ^ (x >> 13)) * <u32>0xc2b2ae35;
    x ^= x >> 16;
    const at = (<usize>j) << 2;
    store<f32>(out + at, x < threshold ? 0 : load<f32>(a + at) * gain);
  }
}
