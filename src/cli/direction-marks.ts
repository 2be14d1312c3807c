/** Marks that turn the direction of writing, as a character class of a regular expression has them. */
export const DIRECTION_MARKS: string = String.raw`\u200e\u200f\u202a-\u202e\u2066-\u2069`;
