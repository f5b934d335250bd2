/** What `doctor` found. `note`: works as it is, but somebody may want to know. `wrong`: `says` is what to mend. */
export interface Finding {
  readonly check: string;
  readonly state: 'ok' | 'note' | 'wrong';
  readonly says: string;
}

export function ok(check: string, says: string): Finding {
  return { check, state: 'ok', says };
}

export function note(check: string, says: string): Finding {
  return { check, state: 'note', says };
}

export function wrong(check: string, says: string): Finding {
  return { check, state: 'wrong', says };
}
