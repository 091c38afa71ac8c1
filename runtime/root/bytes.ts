const NONE = Buffer.alloc(0);

/**
 * Bytes that arrive in pieces, in one memory that doubles: a Buffer for each piece would take a hundred bytes where
 * the piece has one.
 */
export class Bytes {
  public length = 0;
  private memory = NONE;

  public get taken(): Buffer {
    return this.memory.length === this.length ? this.memory : this.memory.subarray(0, this.length);
  }

  /**
   * @param most bytes that there will ever be
   * @param soon bytes that there will be soon
   * @returns how many bytes of memory were taken for it
   */
  public add(piece: Buffer, start: number, end: number, most: number, soon = 0): number {
    const { memory } = this;
    const length = this.length + end - start;
    if (length > memory.length) {
      this.memory = Buffer.allocUnsafe(Math.min(most, Math.max(length, soon, 2 * memory.length)));
      memory.copy(this.memory, 0, 0, this.length);
    }
    piece.copy(this.memory, this.length, start, end);
    this.length = length;
    return this.memory.length - memory.length;
  }
}
