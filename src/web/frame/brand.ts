/** What the header, titles and links of a page show of an organization. Addresses are ready to be written into links. */
export interface Brand {
  readonly name: string;
  /** In CSS pixels; its text is the name. */
  readonly logo?: { readonly src: string; readonly width: number; readonly height: number } | undefined;
  /** Its colours, and the ground of its logo. */
  readonly stylesheet?: string | undefined;
  /** Where "Contact support" leads: the organization's own page or ours. */
  readonly supportHref: string;
  /** For people who are stuck; absent: there is only the page. */
  readonly support?: { readonly email: string | null; readonly phone: string | null } | undefined;
}
