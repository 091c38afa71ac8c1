/**
 * Resolves when Services lead to the pods that are ready now, and to no others: kube-proxy hears of a change up to a
 * second later.
 */
export async function servicesKnowPods(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 2_000));
}
