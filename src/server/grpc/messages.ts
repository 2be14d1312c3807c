/** The messages of proto/rpc.proto as grpc-js has them. Times are in seconds since the epoch. */

/** For messages that are sent, a field that is left out is empty. */
export interface ProfileIdMessage {
  readonly id?: string;
  readonly name?: string;
  readonly validUntil?: number;
  readonly firstSeenAt?: number;
  readonly lastSeenAt?: number;
}

export interface NameHistoryMessage {
  readonly history?: readonly {
    readonly name: string;
    readonly changedToAt: number;
    readonly validUntil: number;
  }[];
}

export interface ProfileMessage {
  readonly id?: string;
  readonly name?: string;
  readonly properties?: readonly {
    readonly name: string;
    readonly value: string;
    readonly signature: string;
  }[];
  readonly textures?: {
    readonly profileId: string;
    readonly profileName: string;
    readonly skinUrl: string;
    readonly capeUrl: string;
    readonly timestamp: number;
  };
}

export interface BlacklistMessage {
  readonly hashes: readonly string[];
}

export interface StatusMessage {
  readonly Brand: string;
  readonly Version: string;
  readonly VersionFull: string;
}

export interface PluginListMessage {
  readonly Plugins: readonly {
    readonly Name: string;
    readonly Version: string;
    readonly Authors: readonly string[];
    readonly Website: string;
  }[];
}

/** Of messages that are received, every field is there. */
export interface IdRequest {
  readonly id: string;
}

export interface GetIdRequest {
  readonly name: string;
  readonly timestamp: number;
}

export interface BulkIdRequest {
  readonly names: readonly string[];
}

export interface CheckBlacklistRequest {
  readonly addresses: readonly string[];
}

export interface LoginRequest {
  readonly displayName: string;
  readonly serverId: string;
  readonly ip: string;
}

/** `google.protobuf.Empty`. */
export type Empty = Readonly<Record<string, never>>;
