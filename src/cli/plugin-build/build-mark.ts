/** What tells a build of ours from a file somebody wrote. */
export const BUILD_MARK = "Built by stockpile plugin build";
