/**
 * Whether two references name the same image, as far as they say it. Registries do not count: mirrors change them. A
 * digest counts where both have one: some webhooks write it instead of the tag.
 */
export function isSameImage(a: string, b: string): boolean {
  const [one, other] = [partsOf(a), partsOf(b)];
  if (one.name !== other.name) return false;
  if (one.digest !== '' && other.digest !== '') return one.digest === other.digest;
  return one.tag === other.tag || (one.digest !== '' && one.tag === '') || (other.digest !== '' && other.tag === '');
}

/** Without registry and path: `topz`, `1.2`, `sha256:…`. */
function partsOf(image: string): { readonly name: string; readonly tag: string; readonly digest: string } {
  const [reference = '', digest = ''] = image.split('@');
  const [name = '', tag = ''] = reference.slice(reference.lastIndexOf('/') + 1).split(':');
  return { name, tag: tag === 'latest' ? '' : tag, digest };
}
