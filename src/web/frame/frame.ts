import type { Config } from '../../config/config.ts';
import type { Clients, Organizations } from '../../flows/ports/provider.ts';
import type { Ports } from '../../flows/ports.ts';
import type { Log } from '../../observability/log.ts';
import { type Addresses, addressesOf } from './address.ts';
import { type Assets, loadAssets } from './assets.ts';
import { type Csrf, createCsrf } from './csrf.ts';
import { createHosts, type Hosts } from './organization.ts';
import { createStreams, type Streams } from './streams.ts';
import { loadViews, type RenderView } from './views.ts';

/** What the frame of all pages is made of. */
export interface FrameParts {
  readonly config: Pick<Config, 'issuer' | 'trustProxy'>;
  readonly log: Log;
  readonly ports: Ports;
  readonly organizations: Organizations;
  readonly clients: Clients;
  /** 32 bytes each, by `deriveKeys('csrf')`: the first signs, all verify. */
  readonly csrfKeys: readonly Buffer[];
  /** Else those of the folder views/. */
  readonly view?: RenderView;
  readonly streams?: Streams;
}

/** Made once; see `createFrame`. */
export interface Frame extends Omit<FrameParts, 'csrfKeys' | 'config' | 'view' | 'streams'> {
  readonly trustProxy: number;
  readonly addresses: Addresses;
  readonly assets: Assets;
  readonly csrf: Csrf;
  readonly hosts: Hosts;
  readonly view: RenderView;
  readonly streams: Streams;
}

/**
 * Reads views and assets, once. The same frame serves our own pages (`createApp`) and those that the provider asks for
 * (`providerPages`).
 */
export function createFrame({ config, csrfKeys, ...parts }: FrameParts): Frame {
  return {
    ...parts,
    trustProxy: config.trustProxy,
    addresses: addressesOf(config.issuer),
    assets: loadAssets(),
    csrf: createCsrf(csrfKeys),
    hosts: createHosts(parts.organizations, parts.clients),
    view: parts.view ?? loadViews(),
    streams: parts.streams ?? createStreams(),
  };
}
