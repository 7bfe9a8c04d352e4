/** Requests that wait for an answer at the same time: what two cores answer is not more with more of them. */
const WORKERS = 8;

/** Does the same work for 0, 1, 2 and so on, several at a time. Rejects with the first failure. */
export async function sideBySide(count: number, work: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < count; index = next++) await work(index);
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
}
