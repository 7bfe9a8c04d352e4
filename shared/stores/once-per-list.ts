/** Makes something of a list once, for as long as it is the same list: not anew for each who asks. */
export function oncePerList<Item, Made>(
  make: (list: readonly Item[]) => Made,
): (list: readonly Item[]) => Made {
  let last: { readonly list: readonly Item[]; readonly made: Made } | undefined;
  return (list) => {
    if (last?.list !== list) last = { list, made: make(list) };
    return last.made;
  };
}
