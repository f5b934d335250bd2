import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ExternalSigner } from '../../../src/flows/ports/provider.ts';

/** A signer in a process of its own, which alone has the private keys: it stands for a token behind PKCS#11 or a KMS. */
export class SignerElsewhere implements ExternalSigner {
  private readonly child: ChildProcess = fork(fileURLToPath(new URL('./signer-process.ts', import.meta.url)));
  private asked = 0;

  async create(alg: string): ReturnType<ExternalSigner['create']> {
    return JSON.parse(await this.ask({ create: alg }));
  }

  async sign({ reference }: { readonly reference: string }, data: Buffer): Promise<Buffer> {
    return Buffer.from(await this.ask({ sign: reference, data: data.toString('base64') }), 'base64');
  }

  private ask(what: Record<string, string>): Promise<string> {
    this.asked += 1;
    const id = this.asked;
    return new Promise((resolve) => {
      const hear = (answer: { readonly id: number; readonly text: string }) => {
        if (answer.id !== id) return;
        this.child.off('message', hear);
        resolve(answer.text);
      };
      this.child.on('message', hear);
      this.child.send({ id, ...what });
    });
  }

  close(): void {
    this.child.kill();
  }
}
