/** One thing that happened. */
export interface FeedEvent {
  /** Tells it from all others, also from those of an earlier process; as in `mh3x2k1q-17`. */
  readonly id: string;
  /** Its place in the sequence of this process, from 1. */
  readonly number: number;
  /** `plugin`, `reload`, `queue`, `failure` and `entry`, and what else is published. */
  readonly type: string;
  /** JSON data. */
  readonly data: object;
}
