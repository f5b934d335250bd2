/** What the header, titles and links of a page show of an organization. */
export interface Brand {
  readonly name: string;
  /** Trusted SVG, cleaned when it was saved. */
  readonly logoSvg?: string;
  /** CSS variables: `:root{--accent:#123456}`. */
  readonly style?: string;
  /** Where "Contact support" leads: the organization's own page or ours; ready to be written into a link. */
  readonly supportHref: string;
}
