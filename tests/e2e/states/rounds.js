// People who are asked to verify.

/** Reports a filing that asks its entity head and so many other heads; gives the people and the filing. */
export async function round(sandbox, others = 0, provider = 'other') {
  const head = sandbox.person();
  const rest = Array.from({ length: others }, () => sandbox.person());
  const filing = await sandbox.file(head, rest, { provider });
  return { head, others: rest, filing };
}
