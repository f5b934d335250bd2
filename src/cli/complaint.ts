/** The command cannot do what was asked: `message` is one line for stderr; the exit code is 1, or 2 for wrong usage. */
export class Complaint extends Error {
  override readonly name = 'Complaint';
  readonly exitCode: 1 | 2;
  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
