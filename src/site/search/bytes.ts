/** Bytes that grow. */
export class Bytes {
  #bytes = Buffer.allocUnsafeSlow(1 << 12);
  #used = 0;

  /** Seven bits a byte, the lowest first; all but the last have the eighth set. */
  number(value: number): void {
    this.#fit(8);
    let rest = value;
    while (rest > 127) {
      this.#bytes[this.#used++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#used++] = rest;
  }

  byte(value: number): void {
    this.#fit(1);
    this.#bytes[this.#used++] = value;
  }

  /** UTF-8 behind its length. */
  text(text: string): void {
    const length = Buffer.byteLength(text);
    this.number(length);
    this.#fit(length);
    this.#bytes.write(text, this.#used);
    this.#used += length;
  }

  raw(bytes: Uint8Array): void {
    this.#fit(bytes.length);
    this.#bytes.set(bytes, this.#used);
    this.#used += bytes.length;
  }

  /** Forgets what was written, but for so many bytes. */
  clear(but = 0): void {
    this.#used = Math.min(but, this.#used);
  }

  get used(): number {
    return this.#used;
  }

  /** What was written so far, as long as nothing more is. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#used);
  }

  #fit(more: number): void {
    if (this.#used + more <= this.#bytes.length) return;
    const bytes = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#used + more));
    this.#bytes.copy(bytes, 0, 0, this.#used);
    this.#bytes = bytes;
  }
}
