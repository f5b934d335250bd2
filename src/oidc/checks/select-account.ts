import { interactionPolicy } from 'oidc-provider';
import { hasSignedIn } from './login.ts';

/** Prompt and key in an interaction's result. */
export const SELECT_ACCOUNT = 'select_account';

/** `prompt=select_account` (OpenID Connect Core, 3.1.2.1): asked of who is signed in already. Who just signed in for the request has chosen. */
export function selectAccountPrompt(): interactionPolicy.Prompt {
  const prompt = new interactionPolicy.Prompt({ name: SELECT_ACCOUNT, requestable: true });
  for (const check of prompt.checks) {
    const asks = check.check;
    check.check = (ctx) => !hasSignedIn(ctx) && asks(ctx);
  }
  return prompt;
}
