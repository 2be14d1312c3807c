import type { Category } from "./category.js";

/** What its Stockpile alone steers a category by. */
type Steering = "close" | "drained" | "end" | "hasWaitingWrites" | "invalidate" | "undelivered";

/** Values of one kind, under one policy, as an application uses them. Its methods reject and never throw, but for `peek`. */
export interface PublicCategory<T> extends Omit<Category<T>, Steering> {}
