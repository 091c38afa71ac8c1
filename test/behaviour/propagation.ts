/**
 * Resolves when every router knows the pods of now by their own addresses; until then it reaches them through their Service. DNS answers may be
 * 30 s old, and a router asks every 5 s.
 */
export async function routersKnowPods(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 36_000));
}

/** Resolves when Services lead to the pods that are ready now, and to no others: kube-proxy hears of a change up to a second later. */
export async function servicesKnowPods(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 2_000));
}
