/** The addresses of these pages; `/account/devices/:id` with an id in its place. */
export const LIST = '/account/devices';
export const ADD = `${LIST}/add`;
export const ADD_APP = `${ADD}/app`;
export const ADD_PASSKEY = `${ADD}/passkey`;
export const PAIR = `${LIST}/pair`;
export const PAIR_CODE = `${PAIR}/code`;
export const PAIR_CANCEL = `${PAIR}/cancel`;
export const PAIR_REMOVE = `${PAIR}/remove`;
export const PAIR_LIVE = `${PAIR}/live`;
export const EMERGENCY = `${LIST}/emergency-code`;
export const DEVICE = `${LIST}/:id`;

export const devicePath = (id: string, below = ''): string => `${LIST}/${encodeURIComponent(id)}${below}`;
