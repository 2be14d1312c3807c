/** The form of a plugin's and a category's name: fit for file names, URLs and metrics as it is. */
export const NAME_PATTERN: RegExp = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** {@link NAME_PATTERN} in words, for messages. */
export const NAME_FORM = 'at most 64 of a-z, 0-9, ".", "_" and "-", a letter or digit first';
