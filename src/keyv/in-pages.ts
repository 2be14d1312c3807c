/** Hands on what comes, so many at once; the last page may be shorter. */
export async function* inPages<T>(items: AsyncIterable<T>, pageSize: number): AsyncGenerator<T[], void> {
  let page: T[] = [];
  for await (const item of items) {
    page.push(item);
    if (page.length < pageSize) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
