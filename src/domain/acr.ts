/** Authentication context classes, weakest first (CONTRACT "Tokens"; `phr` from OpenID EAP ACR Values 1.0). */
export const ACR = ['urn:regain:acr:1', 'urn:regain:acr:2-sms', 'urn:regain:acr:2', 'phr'] as const;
export type Acr = (typeof ACR)[number];
