import type { DiskEvent } from './trace.ts';

/** What a disk may keep of a write that no sync followed: it is torn at sectors of this size, bytes. */
const SECTOR = 512;

/** A disk that keeps for sure only what was synced: everything later may be there, be missing, or be torn. */
export class Disk {
  readonly #durable = new Map<string, Buffer>();
  readonly #pending = new Map<string, DiskEvent[]>();

  apply(event: DiskEvent): void {
    const waiting = this.#pending.get(event.file) ?? [];
    this.#pending.set(event.file, waiting);
    if (event.kind !== 'sync') {
      waiting.push(event);
      return;
    }
    this.#settleUnlinks();
    const settled = this.#pending.get(event.file) ?? [];
    let content = this.#durable.get(event.file);
    for (const one of settled.splice(0)) content = change(content, one);
    if (content !== undefined) this.#durable.set(event.file, content);
    else this.#durable.delete(event.file);
  }

  /** File systems keep the order of names: a later sync of any file makes an earlier unlink last. */
  #settleUnlinks(): void {
    for (const [file, waiting] of this.#pending) {
      const last = waiting.findLastIndex((event) => event.kind === 'unlink');
      if (last < 0) continue;
      this.#pending.set(file, waiting.slice(last + 1));
      this.#durable.delete(file);
    }
  }

  /** One way in which the files may look after the power failed now. */
  afterPowerLoss(random: () => number): ReadonlyMap<string, Buffer> {
    const files = new Map<string, Buffer>();
    for (const file of new Set([...this.#durable.keys(), ...this.#pending.keys()])) {
      let content = copy(this.#durable.get(file));
      for (const event of this.#pending.get(file) ?? []) {
        const fate = random();
        if (fate < 1 / 3) continue;
        content = change(content, fate < 2 / 3 && event.kind === 'write' ? torn(event, random) : event);
      }
      if (content !== undefined) files.set(file, content);
    }
    return files;
  }
}

/** Buffers grow by doubling, so that a long log is not copied for each write; the part in use is a view. */
function change(content: Buffer | undefined, event: DiskEvent): Buffer | undefined {
  switch (event.kind) {
    case 'write': {
      const grown = grow(content, event.at + event.bytes.length);
      event.bytes.copy(grown, event.at);
      return grown;
    }
    case 'truncate':
      return Buffer.from(grow(content, event.size).subarray(0, event.size));
    case 'unlink':
      return undefined;
    case 'sync':
      return content;
  }
}

function grow(content: Buffer | undefined, size: number): Buffer {
  if (content !== undefined && content.length >= size) return content;
  const used = content?.length ?? 0;
  const room = content?.buffer.byteLength ?? 0;
  if (content !== undefined && content.byteOffset === 0 && room >= size) return Buffer.from(content.buffer, 0, size);
  const larger = Buffer.from(new ArrayBuffer(Math.max(size, 2 * used)), 0, size);
  content?.copy(larger);
  return larger;
}

function copy(content: Buffer | undefined): Buffer | undefined {
  if (content === undefined) return undefined;
  const made = Buffer.from(new ArrayBuffer(content.length));
  content.copy(made);
  return made;
}

function torn(event: Extract<DiskEvent, { kind: 'write' }>, random: () => number): DiskEvent {
  const sectors = Math.ceil(event.bytes.length / SECTOR);
  return { ...event, bytes: event.bytes.subarray(0, Math.floor(random() * (sectors + 1)) * SECTOR) };
}
