/** Cuts what DAP's two ends say into messages. */
export class Frames {
  private data = Buffer.alloc(0);
  constructor(private readonly take: (message: string) => void) {}

  push(data: Buffer): void {
    this.data = Buffer.concat([this.data, data]);
    for (;;) {
      const start = this.data.indexOf('\r\n\r\n') + 4;
      const length = Number(/Content-Length: (\d+)/i.exec(this.data.toString('latin1', 0, start))?.[1]);
      if (start < 4 || this.data.length < start + length) return;
      this.take(this.data.toString('utf8', start, start + length));
      this.data = this.data.subarray(start + length);
    }
  }
}
