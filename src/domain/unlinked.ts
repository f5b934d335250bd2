/** `http://`, `ftp://` and the like, and what would be one. */
const SCHEME = /(?<=[\p{L}\p{N}]):[/\\]{2,}/gu;
/** The dot of a host name, also as browsers read it from ideographic ones: between a label and what may be a top-level domain. */
const HOST = /(?<=[\p{L}\p{N}-])([.\u3002\uff0e\uff61])(?=\p{L})/gu;

/**
 * Words of an owner's, or of whoever may be in their place, as something that no mail program makes a link of: "http://bank.example" becomes
 * "http: bank. example". Names are shown in messages that people trust (ATTACKS A28).
 */
export function unlinked(text: string): string {
  return text.replaceAll(SCHEME, ': ').replaceAll(HOST, '$1 ');
}
