/** How many units there is room for at first: few, so that it is made longer before anything is compiled for speed. */
const ROOM = 64;

/**
 * The code units of one text after another in one array, which is read several times faster than the text itself.
 * Behind the last unit stands a 0.
 */
export class Units {
  codes = new Uint16Array(ROOM);
  /** Every bit that some unit of the text has. */
  bits = 0;

  /** Takes the next text and gives its units; what stands behind the 0 is left from texts before. */
  of(text: string): Uint16Array {
    const { length } = text;
    if (this.codes.length <= length) this.codes = new Uint16Array(2 ** Math.ceil(Math.log2(length + 1)));
    const { codes } = this;
    let bits = 0;
    for (let at = 0; at < length; at++) {
      const code = text.charCodeAt(at);
      codes[at] = code;
      bits |= code;
    }
    codes[length] = 0;
    this.bits = bits;
    return codes;
  }
}
