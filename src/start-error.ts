/** The start is refused; the message is one line for the console that says what to mend. */
export class StartError extends Error {}
