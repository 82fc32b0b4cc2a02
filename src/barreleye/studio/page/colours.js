// Colours that people with any kind of colour vision tell apart (Okabe and Ito 2008; blue and orange for signs).

export const CLASSES = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#7f7f7f"];

/** The red, green and blue of "#0072b2". */
export const rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));

const [NEGATIVE, POSITIVE] = [rgb("#d95f02"), rgb("#1f6fb4")];

/** Of a share from -1 (orange) through 0 (the paper) to 1 (blue). */
export function signed(share, paper) {
  const towards = share < 0 ? NEGATIVE : POSITIVE;
  const s = Math.min(1, Math.abs(share));
  return towards.map((c, i) => Math.round(paper[i] + (c - paper[i]) * s));
}

/** Of a class and how sure it is, 0 to 1, on paper. */
export function shaded(k, sure, paper) {
  const towards = rgb(CLASSES[k % CLASSES.length]);
  return towards.map((c, i) => Math.round(paper[i] + (c - paper[i]) * (0.12 + 0.55 * sure)));
}

/** Of a number between the least and the greatest, 0 to 1: from dark violet to yellow (viridis, sampled). */
const VIRIDIS = ["#440154", "#46327e", "#365c8d", "#277f8e", "#1fa187", "#4ac16d", "#a0da39", "#fde725"].map(rgb);
export function scaled(share) {
  const x = Math.min(0.9999, Math.max(0, share)) * (VIRIDIS.length - 1);
  const [i, f] = [Math.floor(x), x % 1];
  return VIRIDIS[i].map((c, j) => Math.round(c + (VIRIDIS[i + 1][j] - c) * f));
}

/** The colours of 256 bytes, each as the four bytes of a pixel: looked up, for a frame has some ten thousand. */
export const table = (colourOf) => Uint32Array.from({ length: 256 }, (_, byte) => packed(colourOf(byte)));
const packed = ([r, g, b]) => ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;

const sheets = new Map(); // one for each size, drawn from before it is used again

/** A picture of side x side bytes, lowest row first, as something that a canvas draws at once. */
export function picture(bytes, side, colours, offset = 0) {
  if (!sheets.has(side)) {
    const made = new OffscreenCanvas(side, side);
    const context = made.getContext("2d", { willReadFrequently: true });
    const image = context.createImageData(side, side);
    sheets.set(side, { made, context, image, pixels: new Uint32Array(image.data.buffer) });
  }
  const { made, context, image, pixels } = sheets.get(side);
  for (let row = 0; row < side; row++) {
    const from = offset + (side - 1 - row) * side;
    for (let column = 0; column < side; column++) pixels[row * side + column] = colours(bytes[from + column], from + column);
  }
  context.putImageData(image, 0, 0);
  return made;
}
