// The socket to the server: frames come in as bytes, questions go out and their answers come back by number.

const TYPES = { U8: Uint8Array, I32: Int32Array, F32: Float32Array, F64: Float64Array };

/** The facts and arrays of a frame, which is laid out as safetensors: header length, JSON header, arrays. */
export function decoded(buffer) {
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  const facts = JSON.parse(header.__metadata__.facts);
  delete header.__metadata__;
  facts.sides.forEach((side) => (side.arrays = {}));
  for (const [name, { dtype, shape, data_offsets: [from, to] }] of Object.entries(header)) {
    const [side, key] = [name.slice(0, name.indexOf(".")), name.slice(name.indexOf(".") + 1)];
    const values = new TYPES[dtype](buffer.slice(8 + length + from, 8 + length + to));
    facts.sides[side].arrays[key] = Object.assign(values, { shape });
  }
  return facts;
}

/** A socket that asks and hears. `shown(frame)` is called for each frame, before the next one is asked for. */
export class Wire {
  constructor(shown, lost) {
    this.waiting = new Map();
    this.number = 0;
    this.socket = new WebSocket(new URL("socket", location.href).href.replace(/^http/, "ws").split("#")[0]);
    this.socket.binaryType = "arraybuffer";
    this.opened = new Promise((resolve) => (this.socket.onopen = resolve));
    this.socket.onclose = lost;
    this.socket.onmessage = ({ data }) => {
      if (typeof data === "string") {
        const { number, ...said } = JSON.parse(data);
        this.waiting.get(number)?.(said);
        this.waiting.delete(number);
        return;
      }
      requestAnimationFrame(() => {
        shown(decoded(data));
        this.ready();
      });
    };
  }

  /** Say that the last frame is on the screen: the next may come. */
  ready() {
    this.send({ number: 0, command: "shown" });
  }

  /** Send a command {do, ...}; a promise of {answer} or {error}. */
  ask(command) {
    const number = ++this.number;
    this.send({ number, command });
    return new Promise((resolve) => this.waiting.set(number, resolve));
  }

  send(message) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }
}
